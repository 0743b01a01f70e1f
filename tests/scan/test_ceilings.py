"""No row of a block is at a higher step of an axis than the block's ceiling says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan import LEVELS, Holdings, Spellings
from hyperquery.scan.ceilings import SLOTS, ceilings_of, highest_step
from hyperquery.scan.order import BLOCK

BLOCKS = 9
ROWS = BLOCK * (BLOCKS - 1) + 3


@given(
    st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.integers(0, 600), st.integers(1, LEVELS)),
        unique_by=lambda one: one[:2],
    )
)
def test_a_ceiling_is_reached_by_a_row_of_the_block_and_exceeded_by_none(leanings):
    rows, axes, levels = np.array(leanings, np.int64).reshape(-1, 3).T
    nothing = [[]] * ROWS
    leaning = rows, LEVELS * axes + levels - 1
    ceilings = ceilings_of(Holdings.from_words(nothing, nothing, Spellings.of([]), leaning))
    assert ceilings.shape == (SLOTS if leanings else 1, BLOCKS)
    if not leanings:
        assert not ceilings.any()
        return
    slots = axes % SLOTS
    for block in range(BLOCKS):
        for slot in set(slots.tolist()):
            level = levels[(rows // BLOCK == block) & (slots == slot)].max(initial=0)
            assert highest_step(ceilings, block, slot * LEVELS, LEVELS) == level
            assert highest_step(ceilings, block, slot * LEVELS + 7, 1) == (level > 0)
