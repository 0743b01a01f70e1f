"""Geodesics and distances of the disk agree with those of the space."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry.lorentz import distance, from_poincare
from hyperquery.plotting.disk import circle, disk_distance, geodesics, polar

radii = st.floats(0.0, 0.995)
angles = st.floats(0.0, 2.0 * np.pi)


@st.composite
def points(draw):
    radius, angle = draw(radii), draw(angles)
    return np.array([radius * np.cos(angle), radius * np.sin(angle)])


@given(points(), points())
def test_the_distance_is_that_of_the_space(a, b):
    there = float(distance(from_poincare(a), from_poincare(b)))
    assert float(disk_distance(a, b)) == pytest.approx(there, rel=1e-7, abs=1e-7)


@given(points(), points(), st.integers(1, 12))
def test_a_geodesic_is_as_long_as_the_distance_and_evenly_spaced(a, b, steps):
    path = geodesics(a[None], b[None], steps)[0]
    assert path.shape == (steps + 1, 2)
    assert path[0].tolist() == a.tolist()
    assert path[-1].tolist() == b.tolist()
    lengths = disk_distance(path[:-1], path[1:])
    assert lengths == pytest.approx(np.full(steps, disk_distance(a, b) / steps), rel=1e-6, abs=1e-7)


def test_a_geodesic_to_itself_stays():
    at = np.array([[0.3, -0.4]])
    assert geodesics(at, at, 3) == pytest.approx(np.broadcast_to(at, (1, 4, 2)))


def test_circles_and_polar_places_are_at_their_distance():
    outline = circle(np.tanh(0.75), 12)
    assert disk_distance(outline, np.zeros(2)) == pytest.approx(np.full(12, 1.5))
    at = polar(np.array([1.5, 1.5]), np.array([0.0, np.pi / 2]))
    assert disk_distance(at, np.zeros(2)) == pytest.approx(np.full(2, 1.5))
