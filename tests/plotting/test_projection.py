"""The plane of the disk is totally geodesic, and points go to the nearest point of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import GeometryError
from hyperquery.geometry.lorentz import distance, exp_origin
from hyperquery.plotting import fit_plane
from hyperquery.plotting.disk import disk_distance


def cloud(seed: int, dimension: int, curvature: float, number: int = 30):
    tangents = np.random.default_rng(seed).normal(size=(number, dimension)) + 0.3
    return exp_origin(tangents / np.sqrt(curvature), curvature)


spaces = given(st.integers(0, 1000), st.integers(2, 8), st.sampled_from([0.3, 1.0, 2.5]))


@spaces
def test_lifting_takes_the_disk_into_the_space_and_keeps_distances(seed, dimension, curvature):
    plane = fit_plane(cloud(seed, dimension, curvature), curvature)
    disk = np.random.default_rng(seed).uniform(-0.6, 0.6, size=(12, 2))
    lifted = plane.lift(disk)
    assert plane.to_disk(lifted) == pytest.approx(disk, abs=1e-9)
    apart = distance(lifted[:6], lifted[6:], curvature) * np.sqrt(curvature)
    assert apart == pytest.approx(disk_distance(disk[:6], disk[6:]), rel=1e-6, abs=1e-7)


@spaces
def test_the_picture_of_a_point_is_the_nearest_point_of_the_plane(seed, dimension, curvature):
    points = cloud(seed, dimension, curvature)
    plane = fit_plane(points, curvature)
    disk = plane.to_disk(points)
    assert (np.hypot(*disk.T) < 1).all()
    nearest = distance(points, plane.lift(disk), curvature)
    step = (
        np.random.default_rng(seed).normal(size=disk.shape) * 0.02 * (1 - (disk**2).sum(1))[:, None]
    )
    beside = distance(points, plane.lift(disk + step), curvature)
    assert (beside >= nearest - 1e-9).all()


@spaces
def test_distances_only_shrink_and_in_two_dimensions_stay(seed, dimension, curvature):
    points = cloud(seed, dimension, curvature)
    disk = fit_plane(points, curvature).to_disk(points)
    before = distance(points[:15], points[15:], curvature) * np.sqrt(curvature)
    after = disk_distance(disk[:15], disk[15:])
    assert (after <= before * (1 + 1e-7) + 1e-7).all()
    if dimension == 2:
        assert after == pytest.approx(before, rel=1e-6)


def test_the_plane_shows_what_it_is_asked_to_show():
    points = cloud(1, 6, 1.0)
    asked = exp_origin(np.array([[0, 0, 0, 2.0, 0, 0], [0, 0, 0, 0, -1.5, 0]]))
    plane = fit_plane(np.concatenate([points, -points]), 1.0, asked)
    assert plane.centre == pytest.approx(np.zeros(6), abs=1e-12)
    assert abs(plane.axes) == pytest.approx(np.eye(6)[3:5], abs=1e-9)
    assert (plane.axes.max(axis=1) > 0).all()


def test_one_point_has_a_plane():
    plane = fit_plane(np.array([[0.5, 0.1, 0.2]]))
    assert plane.to_disk(np.array([[0.5, 0.1, 0.2]])) == pytest.approx(np.zeros((1, 2)), abs=1e-12)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2))


@pytest.mark.parametrize(("dimension", "curvature"), [(1, 1.0), (3, 0.0)])
def test_a_space_without_a_disk_is_refused(dimension, curvature):
    with pytest.raises(GeometryError, match="2 dimensions or more"):
        fit_plane(np.ones((4, dimension)), curvature)
