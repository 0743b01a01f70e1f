"""Charts and distances: round trips, geoopt, isometries, and the Euclidean limit."""

from __future__ import annotations

import geoopt
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import GeometryError
from hyperquery.geometry.lorentz import (
    axial,
    distance,
    exp_origin,
    from_axial,
    from_klein,
    from_poincare,
    log_origin,
    scaled_time,
    to_klein,
    to_poincare,
)
from hyperquery.testing import points

CURVATURES = [0.0, 1e-30, 1e-6, 0.3, 1.0, 5.0]
NEAR = points(3, 6, far=False).map(lambda x: np.clip(x, -3, 3))
some_curvature = st.sampled_from(CURVATURES)


def lorentz(points: np.ndarray, curvature: float) -> np.ndarray:
    """Full Lorentz vectors, time first."""
    time = np.sqrt(1.0 / curvature + (points * points).sum(-1, keepdims=True))
    return np.concatenate([time, points], -1)


@given(NEAR, some_curvature)
def test_charts_lead_back(x: np.ndarray, curvature: float) -> None:
    for there, back in [
        (to_poincare, from_poincare),
        (to_klein, from_klein),
        (axial, from_axial),
        (log_origin, exp_origin),
    ]:
        np.testing.assert_allclose(back(there(x, curvature), curvature), x, rtol=1e-11, atol=1e-15)


@given(NEAR, some_curvature)
def test_the_tangent_vector_is_as_long_as_the_way(x: np.ndarray, curvature: float) -> None:
    way = np.linalg.norm(log_origin(x, curvature), axis=-1)
    np.testing.assert_allclose(distance(x, np.zeros(3), curvature), way, rtol=1e-13, atol=1e-15)


@given(NEAR, NEAR, st.sampled_from([0.3, 1.0, 5.0]))
def test_distance_is_that_of_geoopt(x: np.ndarray, y: np.ndarray, curvature: float) -> None:
    ours = distance(x, y, curvature)
    ball = geoopt.PoincareBall(c=torch.tensor(curvature, dtype=torch.float64))
    inside = [torch.from_numpy(to_poincare(p, curvature)) for p in (x, y)]
    np.testing.assert_allclose(ours, ball.dist(*inside).numpy(), rtol=1e-9, atol=1e-9)
    sheet = geoopt.Lorentz(k=torch.tensor(1.0 / curvature, dtype=torch.float64))
    # geoopt's form is acosh(-<x, y>), good to the square root of the type near 0
    theirs = sheet.dist(*(torch.from_numpy(lorentz(p, curvature)) for p in (x, y)))
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-6, atol=1e-5)


@given(NEAR, st.sampled_from([0.3, 1.0, 5.0]))
def test_the_exponential_map_is_that_of_geoopt(v: np.ndarray, curvature: float) -> None:
    ball = geoopt.PoincareBall(c=torch.tensor(curvature, dtype=torch.float64))
    # the Poincare metric is 4 times the Euclidean one at the origin
    theirs = ball.expmap0(torch.from_numpy(v / 2)).numpy()
    np.testing.assert_allclose(to_poincare(exp_origin(v, curvature), curvature), theirs, rtol=1e-9)


@given(NEAR, NEAR, NEAR, some_curvature)
def test_distance_is_a_metric(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, curvature: float
) -> None:
    xy = distance(x, y, curvature)
    assert (xy == distance(y, x, curvature)).all()
    assert (distance(x, x, curvature) == 0).all()
    assert (xy[(x != y).any(-1)] > 0).all()
    detour = distance(x, z, curvature) + distance(z, y, curvature)
    assert (xy <= detour * (1 + 1e-9) + 1e-13).all()


def boost(vectors: np.ndarray, axis: int, step: float) -> np.ndarray:
    """Translate along an axis, on full Lorentz vectors of curvature -1."""
    moved = vectors.copy()
    moved[..., 0] = np.cosh(step) * vectors[..., 0] + np.sinh(step) * vectors[..., axis + 1]
    moved[..., axis + 1] = np.sinh(step) * vectors[..., 0] + np.cosh(step) * vectors[..., axis + 1]
    return moved


@given(NEAR, NEAR, st.integers(0, 2), st.floats(-2, 2))
def test_translations_keep_distances(x: np.ndarray, y: np.ndarray, axis: int, step: float) -> None:
    moved = [boost(lorentz(p, 1.0), axis, step)[..., 1:] for p in (x, y)]
    np.testing.assert_allclose(distance(*moved), distance(x, y), rtol=1e-9, atol=1e-13)


@given(NEAR, NEAR, some_curvature, st.integers(0, 2**32 - 1))
def test_rotations_keep_distances(
    x: np.ndarray, y: np.ndarray, curvature: float, seed: int
) -> None:
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    turned = distance(x @ rotation, y @ rotation, curvature)
    np.testing.assert_allclose(turned, distance(x, y, curvature), rtol=1e-9, atol=1e-13)


@given(NEAR, NEAR, st.sampled_from([1e-12, 1e-6, 0.3, 5.0]))
def test_curvature_is_a_scale(x: np.ndarray, y: np.ndarray, curvature: float) -> None:
    root = np.sqrt(curvature)
    scaled = distance(root * x, root * y, 1.0) / root
    np.testing.assert_allclose(distance(x, y, curvature), scaled, rtol=1e-9, atol=1e-13)


@given(NEAR, NEAR)
def test_the_euclidean_limit_is_approached_in_proportion_to_the_curvature(
    x: np.ndarray, y: np.ndarray
) -> None:
    flat = distance(x, y, 0.0)
    np.testing.assert_allclose(flat, np.linalg.norm(x - y, axis=-1), rtol=1e-14)
    radius = np.maximum(np.linalg.norm(x, axis=-1), np.linalg.norm(y, axis=-1))
    for curvature in (1e-4, 1e-6, 1e-8):
        # the metric departs from the flat one by at most kappa |x|**2
        bound = curvature * radius**2 * flat + 1e-14 * (1 + radius)
        assert (abs(distance(x, y, curvature) - flat) <= bound).all()


@pytest.mark.parametrize("curvature", [0.0, 1e-12, 1e-6])
def test_charts_go_over_into_flat_ones(curvature: float) -> None:
    x = np.random.default_rng(0).normal(size=(50, 4))
    for chart in (exp_origin, log_origin, to_klein, axial):
        np.testing.assert_allclose(chart(x, curvature), x, rtol=10 * curvature + 1e-15)
    np.testing.assert_allclose(to_poincare(x, curvature), x / 2, rtol=10 * curvature + 1e-15)
    assert (scaled_time(x, 0.0) == 1.0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_torch_and_numpy_agree(dtype: type) -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(dtype)
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    for chart in (exp_origin, log_origin, to_klein, to_poincare, axial, scaled_time):
        ours, theirs = chart(x, 0.7), chart(torch.from_numpy(x), 0.7)
        assert ours.dtype == theirs.numpy().dtype == dtype
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=tolerance)
    ours = distance(x[0], x[1], 0.7)
    theirs = distance(torch.from_numpy(x[0]), torch.from_numpy(x[1]), 0.7)
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=tolerance)


def test_what_is_not_a_point_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"Poincare ball: .* is 1\.21, and must be below 1"):
        from_poincare(np.array([1.1, 0.0]))
    with pytest.raises(GeometryError, match="Klein ball"):
        from_klein(np.array([1.0, 0.0]))
    with pytest.raises(GeometryError, match="axial chart"):
        from_axial(np.array([1.0, 1.0]))
    with pytest.raises(GeometryError, match="axial chart"):
        from_axial(np.array([np.inf, 0.0]))
    with pytest.raises(GeometryError, match="axial chart"):
        from_axial(np.array([np.nan, 0.0]))
    for curvature in (-1.0, np.nan, np.inf):
        with pytest.raises(GeometryError, match="at least 0"):
            distance(np.zeros(2), np.zeros(2), curvature)


def test_axial_coordinates_on_an_axis_are_exact_far_out() -> None:
    for w in (1e-12, 1.0, 20.0, 300.0):
        there = from_axial(np.array([0.0, w, 0.0]))
        np.testing.assert_allclose(axial(there), [0.0, w, 0.0], rtol=1e-13)
