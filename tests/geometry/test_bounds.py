"""Bounds of margins over boxes of points hold to the last bit, for any region."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import (
    Condition,
    Everything,
    GeometryError,
    Hyperboloid,
    Nothing,
    Region,
)
from hyperquery.geometry.lorentz import exp_origin, scaled_time
from hyperquery.testing import Scene, scenes


def assert_bounded(region: Region, scene: Scene, rows: np.ndarray, *, with_time: bool) -> None:
    block = scene.points[rows]
    low, high = block.min(axis=0, keepdims=True), block.max(axis=0, keepdims=True)
    time = None
    if with_time and region.space is not None:
        times = scaled_time(block, region.space[1])
        time = times.min(keepdims=True), times.max(keepdims=True)
    least, greatest = region.bounds(low, high, time=time)
    assert least.shape == greatest.shape == (1,)
    assert least.dtype == greatest.dtype == scene.points.dtype
    margins = region.margin(scene.points)[rows]
    assert (least <= margins).all()
    assert (margins <= greatest).all()


@given(scenes(1), st.sets(st.integers(0, 5), min_size=1), st.booleans())
def test_no_margin_in_a_box_is_out_of_bounds(scene: Scene, rows: set[int], time: bool) -> None:
    assert_bounded(scene.regions[0], scene, np.array(sorted(rows)), with_time=time)


@given(scenes(1, conditions=False), st.integers(0, 5))
def test_bounds_over_one_point_are_its_margin(scene: Scene, row: int) -> None:
    (a,) = scene.regions
    here = scene.points[row : row + 1]
    least, greatest = a.bounds(here, here)
    assert least[0] == greatest[0] == a.margin(here)[0]


def test_bounds_over_many_boxes_skip_what_is_far() -> None:
    rng = np.random.default_rng(0)
    region = Hyperboloid([0.3, 0.1, 0.0], 0.4) - Hyperboloid([0.0, 0.5, 0.0], 0.3)
    blocks = [exp_origin(rng.normal(size=(4096, 3)))]
    while len(blocks) < 128:  # split every block in two along its longest side
        blocks = [
            half
            for block in blocks
            for half in np.array_split(block[block[:, np.ptp(block, axis=0).argmax()].argsort()], 2)
        ]
    points = np.stack(blocks)
    low, high = points.min(axis=1), points.max(axis=1)
    times = scaled_time(points)
    least, greatest = region.bounds(low, high, time=(times.min(axis=1), times.max(axis=1)))
    margins = region.margin(points.reshape(-1, 3)).reshape(128, 32)
    assert (least <= margins.min(axis=1)).all()
    assert (greatest >= margins.max(axis=1)).all()
    skipped = least > 0
    assert skipped.mean() > 0.25
    assert (margins[skipped] > 0).all()


def test_conditions_and_constants() -> None:
    low, high = np.zeros((2, 1)), np.ones((2, 1))
    red = Condition("red", [True])
    assert [bound.tolist() for bound in red.bounds(low, high)] == [[-np.inf] * 2, [np.inf] * 2]
    assert [bound.tolist() for bound in Everything().bounds(low, high)] == [[-np.inf] * 2] * 2
    assert [bound.tolist() for bound in (~Nothing()).bounds(low, high)] == [[-np.inf] * 2] * 2


def test_boxes_that_do_not_fit_are_refused() -> None:
    box = Hyperboloid([0.0, 0.0], 1.0)
    with pytest.raises(GeometryError, match="2 dimensions"):
        box.bounds(np.zeros((1, 3)), np.zeros((1, 3)))
    with pytest.raises(GeometryError, match="low is above high"):
        box.bounds(np.ones((1, 2)), np.zeros((1, 2)))
    with pytest.raises(GeometryError, match="differ"):
        box.bounds(np.zeros((1, 2)), np.zeros((2, 2)))
