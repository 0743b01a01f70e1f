"""Intersection never brings a point nearer, union never takes one farther, and both keep order."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from hyperquery.testing import Scene, scenes


@given(scenes(2))
def test_intersection_never_brings_a_point_nearer(scene: Scene) -> None:
    a, b = scene.regions
    assert ((a & b).margin(scene.points) >= a.margin(scene.points)).all()


@given(scenes(2))
def test_union_never_takes_a_point_farther(scene: Scene) -> None:
    a, b = scene.regions
    assert ((a | b).margin(scene.points) <= a.margin(scene.points)).all()


@given(scenes(3))
def test_operations_keep_the_order_of_regions(scene: Scene) -> None:
    a, b, c = scene.regions
    smaller, larger = a & b, a
    at = scene.points
    assert ((smaller & c).margin(at) >= (larger & c).margin(at)).all()
    assert ((smaller | c).margin(at) >= (larger | c).margin(at)).all()
    assert ((~smaller).margin(at) <= (~larger).margin(at)).all()


@given(scenes(1, conditions=False))
def test_a_margin_depends_on_the_point_alone(scene: Scene) -> None:
    (a,) = scene.regions
    whole = a.margin(scene.points)
    one_by_one = [a.margin(scene.points[i : i + 1])[0] for i in range(len(scene.points))]
    assert (whole == np.array(one_by_one)).all()
    assert (whole == a.margin(np.asfortranarray(scene.points))).all()
    assert (whole[::-1] == a.margin(scene.points[::-1])).all()
