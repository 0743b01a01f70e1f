"""Faces: signed distances against brute force, convexity, isometries, bounds."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry.lorentz import (
    axial,
    distance,
    exp_origin,
    face_coefficients,
    face_coordinate,
    face_distance,
    faces,
    scaled_time,
)
from hyperquery.testing import points

NEAR = points(3, 6, far=False).map(lambda x: np.clip(x, -3, 3))
some_curvature = st.sampled_from([0.0, 1e-6, 0.3, 1.0, 5.0])
position = st.floats(-2, 2)


def brute_force_distance(point: np.ndarray, axis: int, u: float, curvature: float) -> float:
    """The least of arccosh distances to points of the hyperplane, found by Newton's method."""
    k = torch.tensor(curvature, dtype=torch.float64)
    x = torch.from_numpy(point)
    free = torch.zeros(len(point) - 1, dtype=torch.float64, requires_grad=True)

    def cosh_distance(free: torch.Tensor) -> torch.Tensor:
        own = torch.sqrt(1 / k + (free * free).sum()) * torch.sinh(torch.sqrt(k) * u)
        y = torch.cat([free[:axis], own[None], free[axis:]])
        times = torch.sqrt(1 / k + (x * x).sum()) * torch.sqrt(1 / k + (y * y).sum())
        return k * (times - (x * y).sum())

    search = torch.optim.LBFGS(
        [free],
        max_iter=200,
        tolerance_grad=1e-14,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> torch.Tensor:
        search.zero_grad()
        loss = cosh_distance(free)
        loss.backward()
        return loss

    search.step(closure)
    least = float(cosh_distance(free).detach())
    return float(np.arccosh(max(1.0, least)) / np.sqrt(curvature))


def test_face_distance_is_the_least_distance() -> None:
    rng = np.random.default_rng(0)
    for curvature in (0.3, 1.0, 2.0):
        for _ in range(15):
            x, u, axis = rng.normal(size=4), rng.normal(), int(rng.integers(4))
            ours = face_distance(x, np.full(4, u), curvature)[axis]
            theirs = brute_force_distance(x, axis, u, curvature)
            assert abs(abs(ours) - theirs) < 1e-6
            w = axial(x, curvature)[axis]
            assert np.sign(ours) == np.sign(w - u)
            # the formula as it stands in the literature
            rest = np.sqrt(scaled_time(x, curvature) ** 2 - curvature * x[axis] ** 2)
            root = np.sqrt(curvature)
            known = np.arcsinh(rest * np.sinh(root * (w - u))) / root
            np.testing.assert_allclose(ours, known, rtol=1e-9)


@given(NEAR, position, some_curvature)
def test_the_face_coordinate_has_the_sign_of_the_axial_one(
    x: np.ndarray, u: float, curvature: float
) -> None:
    z, w = face_coordinate(x, np.full(3, u), curvature), axial(x, curvature)
    clear = abs(w - u) > 1e-9
    assert (np.sign(z[clear]) == np.sign(w - u)[clear]).all()
    assert (abs(z[~clear]) < 1e-6).all()


@given(NEAR, position, some_curvature)
def test_the_axial_distance_is_a_lower_bound(x: np.ndarray, u: float, curvature: float) -> None:
    gap = axial(x, curvature) - u
    s = face_distance(x, np.full(3, u), curvature)
    z = face_coordinate(x, np.full(3, u), curvature)
    slack = 1e-9 * (1 + abs(s))
    assert (abs(s) >= abs(gap) - slack).all()
    assert (abs(z) >= abs(s) - slack).all()


def geodesic(x: np.ndarray, y: np.ndarray, step: float, curvature: float) -> np.ndarray:
    """Points part of the way from x to y."""
    if curvature == 0:
        return x + step * (y - x)
    length = np.sqrt(curvature) * distance(x, y, curvature)[..., None]
    safe = np.where(length > 0, length, 1.0)
    between = (np.sinh((1 - step) * safe) * x + np.sinh(step * safe) * y) / np.sinh(safe)
    return np.where(length > 0, between, x)


@given(NEAR, NEAR, position, some_curvature, st.floats(0, 1))
def test_half_spaces_are_convex(
    x: np.ndarray, y: np.ndarray, u: float, curvature: float, step: float
) -> None:
    between = geodesic(x, y, step, curvature)
    at = np.full(3, u)
    ends = np.maximum(face_coordinate(x, at, curvature), face_coordinate(y, at, curvature))
    there = face_coordinate(between, at, curvature)
    assert (there <= np.maximum(ends, 0) + 1e-9 * (1 + abs(ends))).all()


@given(NEAR, position, st.integers(0, 2), position)
def test_a_translation_along_an_axis_moves_its_faces(
    x: np.ndarray, u: float, axis: int, step: float
) -> None:
    moved = x.copy()
    moved[:, axis] = np.cosh(step) * x[:, axis] + np.sinh(step) * scaled_time(x)
    before = face_distance(x, np.full(3, u))[:, axis]
    after = face_distance(moved, np.full(3, u + step))[:, axis]
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)


@given(NEAR, position, some_curvature, st.permutations(range(3)), st.integers(0, 7))
def test_permuted_and_mirrored_axes_permute_and_mirror_faces(
    x: np.ndarray, u: float, curvature: float, order: list[int], mirror: int
) -> None:
    signs = np.array([1.0 if mirror >> axis & 1 else -1.0 for axis in range(3)])
    at = np.array([u, 0.5 * u, -u])
    before = face_distance(x, at, curvature)[:, order] * signs
    after = face_distance(x[:, order] * signs, at[order] * signs, curvature)
    np.testing.assert_allclose(after, before, rtol=1e-12, atol=1e-12)


@given(NEAR, st.lists(st.floats(0, 3), min_size=3, max_size=3), some_curvature)
def test_faces_are_at_the_limits(x: np.ndarray, limits: list[float], curvature: float) -> None:
    lower, upper = faces(x, np.array(limits), curvature)
    assert (lower <= upper).all()
    below, above = face_distance(x, lower, curvature), face_distance(x, upper, curvature)
    np.testing.assert_allclose(below, np.broadcast_to(limits, (6, 3)), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(above, -np.broadcast_to(limits, (6, 3)), rtol=1e-8, atol=1e-8)


def test_faces_of_infinite_and_huge_limits() -> None:
    x = exp_origin(np.array([[0.3, -1.0]]), 1.0)
    for dtype in (np.float32, np.float64):
        lower, upper = faces(x.astype(dtype), dtype([np.inf, 0.0]))
        assert lower[0, 0] == -np.inf
        assert upper[0, 0] == np.inf
        assert lower[0, 1] == upper[0, 1] == axial(x.astype(dtype))[0, 1]
    lower, upper = faces(x, np.array([1000.0, 347.0]))
    rest = np.sqrt(scaled_time(x) ** 2 - x[0] ** 2)
    np.testing.assert_allclose(upper - lower, 2 * (np.array([[1000.0, 347.0]]) - np.log(rest)))
    lower, upper = faces(x, np.array([np.inf, 2.0]), 0.0)
    np.testing.assert_allclose(upper, [[np.inf, x[0, 1] + 2.0]])


@given(points(3, 6), st.sampled_from([np.inf, -np.inf, 400.0, -1e300, 0.0]), some_curvature)
def test_no_face_and_no_point_gives_nan(x: np.ndarray, u: float, curvature: float) -> None:
    for at in (x, np.clip(x, -(2.0**56), 2.0**56).astype(np.float32)):
        u = max(-1e30, u) if np.isfinite(u) else u  # float32 has no -1e300
        z = face_coordinate(at, at.dtype.type(u), curvature)
        assert not np.isnan(z).any()
        if np.isinf(u):
            assert (z == -u).all()
        c, s = face_coefficients(at.dtype.type([u]), curvature)
        with np.errstate(over="ignore"):
            assert (z == c * at - s * scaled_time(at, curvature)[:, None]).all()


def test_the_flat_face_coordinate_is_a_difference() -> None:
    x = np.random.default_rng(0).normal(size=(20, 3))
    at = np.array([0.5, -2.0, 0.0])
    assert (face_coordinate(x, at, 0.0) == x - at).all()
    assert (face_distance(x, at, 0.0) == x - at).all()
    np.testing.assert_allclose(face_coordinate(x, at, 1e-8), x - at, atol=1e-6)
