"""No row of a ball leans farther to a facet than the ball's ceiling says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan import LEVELS, Holdings, Spellings
from hyperquery.scan.ceilings import SLOTS, ceilings_of, highest_leaning
from hyperquery.scan.order import BLOCK
from hyperquery.scan.tree import Tree

BLOCKS = 9
ROWS = BLOCK * (BLOCKS - 1) + 3
PARTS = [[0, 1, 2], [8, 7], [10, 3, 9, 4]]  # of the balls 9, 10 and 11
TREE = Tree(
    parts=np.concatenate(PARTS).astype(np.int32),
    part_starts=np.cumsum([0, *map(len, PARTS)]),
    roots=np.array([5, 6, 11], np.int32),
)
BALLS = BLOCKS + len(PARTS)
BLOCKS_OF = [*([block] for block in range(BLOCKS)), [0, 1, 2], [7, 8], [0, 1, 2, 3, 4, 7, 8]]


@given(
    st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.integers(0, 600), st.integers(1, LEVELS)),
        unique_by=lambda one: one[:2],
    )
)
def test_a_ceiling_is_reached_by_a_row_of_the_ball_and_exceeded_by_none(leanings):
    rows, axes, levels = np.array(leanings, np.int64).reshape(-1, 3).T
    nothing = [[]] * ROWS
    leaning = rows, LEVELS * axes + levels - 1
    holdings = Holdings.from_words(nothing, nothing, Spellings.of([]), leaning)
    ceilings = ceilings_of(holdings, TREE)
    assert ceilings.shape == (BALLS, SLOTS if leanings else 1)
    if not leanings:
        assert not ceilings.any()
        return
    slots = axes % SLOTS
    for ball in range(BALLS):
        part = np.isin(rows // BLOCK, BLOCKS_OF[ball])
        for slot in set(slots.tolist()):
            expected = levels[part & (slots == slot)].max(initial=0) / LEVELS
            assert highest_leaning(ceilings, ball, slot) == np.float32(expected)
