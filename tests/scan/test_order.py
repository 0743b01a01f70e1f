"""The order in which neighbours share blocks, and the balls around them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan.balls import enclosing_balls
from hyperquery.scan.codes import MIDDLE, codes_of
from hyperquery.scan.order import BLOCK, neighbour_order
from hyperquery.scan.tree import BRANCHES, MOST_ROOTS, tree_of


def blocks_of(rows):
    """The runs of points that share blocks."""
    starts = np.arange(0, rows, BLOCK)
    return np.stack([starts, np.minimum(starts + BLOCK, rows)], axis=1)


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 1000), dimension=st.integers(1, 5))
def test_the_order_is_a_permutation_and_repeatable(seed, rows, dimension):
    points = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    order, cuts = neighbour_order(points)
    again, cuts_again = neighbour_order(points)
    assert sorted(order.tolist()) == list(range(rows))
    assert order.tolist() == again.tolist()
    assert all(map(np.array_equal, cuts, cuts_again))


def test_neighbours_share_blocks():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(64 * BLOCK, 3)).astype(np.float32)
    times = np.ones(len(points), np.float32)
    order, _ = neighbour_order(points)
    runs = blocks_of(len(points))
    ordered = enclosing_balls(np.ascontiguousarray(points[order]), times, runs)
    shuffled = enclosing_balls(points, times, runs)
    assert ordered.radii.mean() < 0.5 * shuffled.radii.mean()


def test_what_lies_together_is_not_cut_before_what_lies_apart():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(5), [BLOCK, 7 * BLOCK, 2 * BLOCK, BLOCK, 3 * BLOCK])
    points = rng.normal(size=(5, 8))[groups] * 9 + rng.normal(size=(len(groups), 8))
    shuffled = rng.permutation(len(groups))
    order, _ = neighbour_order(points[shuffled].astype(np.float32))
    found = groups[shuffled][order]
    assert all(len(set(found[start:end])) == 1 for start, end in blocks_of(len(found)))


@pytest.mark.parametrize("odd", [np.nan, np.inf, 1e19, 0.0])
def test_points_that_cannot_be_told_apart_are_cut_all_the_same(odd):
    points = np.zeros((20 * BLOCK + 5, 3), np.float32)
    points[::3] = odd
    order, cuts = neighbour_order(points)
    assert sorted(order.tolist()) == list(range(len(points)))
    tree, runs = tree_of(cuts)
    assert runs.tolist() == blocks_of(len(points)).tolist()
    assert tree.roots.tolist() == list(range(len(runs)))


@given(rows=st.integers(1, 40_000))
def test_every_ball_is_a_root_or_part_of_a_later_one_and_has_the_rows_of_its_parts(rows):
    points = np.random.default_rng(rows).normal(size=(rows, 2)).astype(np.float32)
    tree, runs = tree_of(neighbour_order(points)[1])
    blocks = -(-rows // BLOCK)
    assert runs[:blocks].tolist() == blocks_of(rows).tolist()
    assert sorted([*tree.parts, *tree.roots]) == list(range(len(runs)))
    assert 1 <= len(tree.roots) <= MOST_ROOTS
    for ball in range(blocks, len(runs)):
        parts = tree.parts[tree.part_starts[ball - blocks] : tree.part_starts[ball - blocks + 1]]
        assert 2 <= len(parts) <= BRANCHES
        assert parts.max() < ball
        pieces = runs[parts].tolist()
        assert [pieces[0][0], pieces[-1][1]] == runs[ball].tolist()
        assert all(one[1] == other[0] for one, other in pairwise(pieces))


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 3000))
def test_balls_hold_their_points(seed, rows):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rows, 3)).astype(np.float32)
    times = rng.uniform(1, 3, rows).astype(np.float32)
    starts = rng.integers(0, rows, 9)
    runs = np.stack([starts, rng.integers(starts + 1, rows + 1)], axis=1)
    balls = enclosing_balls(points, times, runs)
    for ball, (start, end) in enumerate(runs):
        away = np.linalg.norm(points[start:end] - balls.centres[ball], axis=1)
        assert (away <= balls.radii[ball] * 1.00001).all()
        assert (abs(times[start:end] - balls.times[ball]) <= balls.spreads[ball] * 1.00001).all()


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 300), dimension=st.integers(1, 7))
def test_codes_are_as_near_as_they_say(seed, rows, dimension):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rows, dimension)).astype(np.float32)
    balls = enclosing_balls(points, np.ones(rows, np.float32), blocks_of(rows))
    codes = codes_of(points, balls.centres)
    half = (dimension + 1) // 2
    for row in range(rows):
        block = row // BLOCK
        pair = codes.pairs[block, :, row % BLOCK]
        found = (
            np.concatenate([pair & 15, pair >> 4])[:dimension] if dimension > half else pair & 15
        )
        near = balls.centres[block] + (found - MIDDLE) * codes.scales[block]
        off = points[row] - near if codes.scales[block] else np.zeros(1)
        assert np.linalg.norm(off) <= codes.errors[block] + 1e-6
