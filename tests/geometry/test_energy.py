"""The energy: its shape, its order, and margins that are never 0."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import DEFAULT_SOFTNESS, Hyperboloid, energy, face_energies, phi
from hyperquery.geometry.energy import _squareplus, _squareplus_in_place, margin, scaled
from hyperquery.geometry.lorentz import exp_origin, face_distance
from hyperquery.testing import Scene, scenes

softnesses = st.sampled_from([DEFAULT_SOFTNESS, 0.1, 0.3, 1.7, 1e-3])
kinds = st.sampled_from([np.float32, np.float64])


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=2, max_size=30), softnesses, kinds)
def test_phi_never_falls_not_even_by_rounding(
    values: list[float], softness: float, kind: type
) -> None:
    near = [value + step for value in values[:5] for step in (-1e-7, 1e-7)]
    t = np.sort(np.array([*values, *near, 0.0, -0.0, -1e-30, 1e-30], kind))
    penalties = phi(t, softness)
    assert penalties.dtype == kind
    assert (penalties[1:] >= penalties[:-1]).all()
    assert (penalties >= 0).all()


@given(st.floats(-1e3, 1e3), softnesses)
def test_phi_is_the_square_of_squareplus(t: float, softness: float) -> None:
    there, opposite = phi(np.array([t, -t]), softness)
    np.testing.assert_allclose(there + opposite, t**2 + softness**2 / 2, rtol=1e-12)
    if t >= 0:
        exact = ((t + np.sqrt(t**2 + softness**2)) / 2) ** 2
        np.testing.assert_allclose(there, exact, rtol=1e-14)


def test_phi_is_near_0_below_and_a_square_above() -> None:
    t = np.array([-np.inf, -1e30, -4.0, 0.0, 4.0, 1e30, np.inf])
    for kind in (np.float32, np.float64):
        penalties = phi(t.astype(kind))
        assert penalties[0] == 0.0
        assert penalties[1] < 1e-30
        assert 0 < penalties[2] < 2e-5
        assert penalties[3] == (DEFAULT_SOFTNESS / 2) ** 2
        assert 16.0 < penalties[4] < 16.1
        assert penalties[-1] == np.inf
        assert (penalties == phi(torch.from_numpy(t.astype(kind))).numpy()).all()


@given(scenes(0, conditions=False))
def test_tightening_a_face_never_lowers_the_energy(scene: Scene) -> None:
    for one in scene.leaves:
        for other in scene.leaves:
            assert isinstance(one, Hyperboloid)
            assert isinstance(other, Hyperboloid)
            inner = one.meet(other).energy(scene.points)
            outer = np.maximum(one.energy(scene.points), other.energy(scene.points))
            # faces a rounding error apart may swap places
            assert (inner >= outer * (1 - 1e-5) - 1e-6).all()


def test_deep_points_score_better_than_points_at_the_edge() -> None:
    for curvature in (0.0, 1.0):
        box = Hyperboloid(np.zeros(2), 1.0, curvature)
        way = exp_origin(np.linspace(0, 4, 200)[:, None] * np.array([[1.0, 0.3]]), curvature)
        assert (np.diff(box.energy(way)) > 0).all()


@given(scenes(0, conditions=False))
def test_the_energy_is_a_function_of_the_distances_to_the_faces(scene: Scene) -> None:
    points = np.clip(scene.points.astype(np.float64), -3, 3)
    for leaf in scene.leaves:
        assert isinstance(leaf, Hyperboloid)
        root, total = np.sqrt(leaf.curvature), 0.0
        for at, sign in ((leaf.lower, -1.0), (leaf.upper, 1.0)):
            at = np.clip(at, -3, 3)
            s = sign * face_distance(points, at, leaf.curvature)
            z = np.sinh(root * s) / root if root else s
            total = total + phi(z).sum(axis=1)
        clipped = Hyperboloid.from_faces(
            np.clip(leaf.lower, -3, 3), np.clip(leaf.upper, -3, 3), leaf.curvature
        )
        np.testing.assert_allclose(clipped.energy(points), total, rtol=1e-6)


def test_energies_of_many_boxes_at_once() -> None:
    rng = np.random.default_rng(0)
    points = exp_origin(rng.normal(size=(7, 3)))
    lower = rng.normal(size=(5, 3))
    upper = lower + rng.uniform(0, 2, size=(5, 3))
    table = energy(points[:, None, :], lower, upper, 0.5)
    assert table.shape == (7, 5)
    for term in range(5):
        box = Hyperboloid.from_faces(lower[term], upper[term], 0.5)
        assert (table[:, term] == box.energy(points)).all()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_margins_are_never_0(kind: type) -> None:
    smallest = np.finfo(kind).smallest_normal
    energies = kind([0.5, 0.25, 1.0, np.inf])
    assert margin(energies, 0.5).tolist() == [-smallest, -0.25, 0.5, np.inf]
    tiny = np.nextafter(kind(0), kind(1))
    assert margin(kind([tiny]), 0.0).tolist() == [smallest]
    weighed = scaled(kind([smallest, -smallest, 1.0, -np.inf, np.inf]), 1e-60)
    assert weighed.dtype == kind
    assert np.sign(weighed).tolist() == [1, -1, 1, -1, 1]
    assert scaled(kind([1e30, -1e30]), 1e300).tolist()[0] > 1e38
    assert (margin(torch.from_numpy(energies), 0.5).numpy() == margin(energies, 0.5)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_forms_of_squareplus_agree_to_the_last_bit(dtype: type) -> None:
    rng = np.random.default_rng(0)
    special = [0.0, -0.0, np.inf, -np.inf, 1e-38, -1e30]
    t = np.concatenate([rng.normal(size=10_000), special]).astype(dtype)
    with np.errstate(over="ignore", under="ignore"):
        assert np.array_equal(_squareplus_in_place(t, 0.25), _squareplus(t, 0.25))


@given(scenes(0, conditions=False))
def test_the_faces_of_a_point_alone_add_up_to_its_energy_among_others(scene: Scene) -> None:
    for box in scene.leaves:
        assert isinstance(box, Hyperboloid)
        energies = box.energy(scene.points)
        for row, point in enumerate(scene.points):
            below, above = face_energies(
                point[None], box.lower, box.upper, box.curvature, box.softness
            )
            assert below.shape == above.shape == (1, box.dimension)
            assert (below >= 0).all()
            assert (above >= 0).all()
            with np.errstate(over="ignore"):
                assert (above + below)[0].sum() == energies[row]


@given(seed=st.integers(0, 2**32 - 1), curvature=st.sampled_from([0.0, 0.4, 1.0]))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_hyperboloid_has_the_energy_of_its_faces_to_the_last_bit(seed, curvature, dtype):
    rng = np.random.default_rng(seed)
    points = (3 * rng.normal(size=(9, 5))).astype(dtype)
    lower, upper = np.sort(rng.normal(size=(2, 5)), axis=0).astype(dtype)
    lower[rng.random(5) < 0.2], upper[rng.random(5) < 0.2] = -np.inf, np.inf
    box = Hyperboloid.from_faces(lower, upper, curvature, edge=1.0)
    for _ in range(2):  # the second time from what the first one found
        expected = energy(points, lower, upper, curvature)
        assert box.energy(points).tobytes() == expected.tobytes()
