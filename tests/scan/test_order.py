"""The order in which neighbours share blocks, and the balls around them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan.blocks import BRANCHES, enclosing_balls
from hyperquery.scan.codes import MIDDLE, codes_of
from hyperquery.scan.order import BLOCK, neighbour_order


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 1000), dimension=st.integers(1, 5))
def test_the_order_is_a_permutation_and_repeatable(seed, rows, dimension):
    points = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    order = neighbour_order(points)
    assert sorted(order.tolist()) == list(range(rows))
    assert order.tolist() == neighbour_order(points).tolist()


def test_neighbours_share_blocks():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(64 * BLOCK, 3)).astype(np.float32)
    times = np.ones(len(points), np.float32)
    ordered = enclosing_balls(np.ascontiguousarray(points[neighbour_order(points)]), times)
    shuffled = enclosing_balls(points, times)
    assert ordered.radii[:64].mean() < 0.5 * shuffled.radii[:64].mean()


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 3000))
def test_balls_hold_their_points(seed, rows):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rows, 3)).astype(np.float32)
    times = rng.uniform(1, 3, rows).astype(np.float32)
    balls = enclosing_balls(points, times)
    for level in range(len(balls.levels) - 1):
        size = BLOCK * BRANCHES**level
        owner = balls.levels[level] + np.arange(rows) // size
        away = np.linalg.norm(points - balls.centres[owner], axis=1)
        assert (away <= balls.radii[owner] * 1.00001).all()
        assert (abs(times - balls.times[owner]) <= balls.spreads[owner] * 1.00001).all()


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 300), dimension=st.integers(1, 7))
def test_codes_are_as_near_as_they_say(seed, rows, dimension):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rows, dimension)).astype(np.float32)
    balls = enclosing_balls(points, np.ones(rows, np.float32))
    codes = codes_of(points, balls.centres[: balls.levels[1]])
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
