"""Intersection and union form a distributive lattice: margins agree bit for bit."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given

from hyperquery.geometry import Intersection, Region, Union
from hyperquery.testing import Scene, scenes

Same = Callable[[Scene, Region, Region], None]


@given(scenes(1))
def test_idempotence_of_intersection(same: Same, scene: Scene) -> None:
    (a,) = scene.regions
    same(scene, a & a, a)


@given(scenes(1))
def test_idempotence_of_union(same: Same, scene: Scene) -> None:
    (a,) = scene.regions
    same(scene, a | a, a)


@given(scenes(2))
def test_commutativity_of_intersection(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a & b, b & a)


@given(scenes(2))
def test_commutativity_of_union(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a | b, b | a)


@given(scenes(3))
def test_associativity_of_intersection(same: Same, scene: Scene) -> None:
    a, b, c = scene.regions
    same(scene, (a & b) & c, a & (b & c))
    same(scene, (a & b) & c, Intersection([a, b, c]))


@given(scenes(3))
def test_associativity_of_union(same: Same, scene: Scene) -> None:
    a, b, c = scene.regions
    same(scene, (a | b) | c, a | (b | c))
    same(scene, (a | b) | c, Union([a, b, c]))


@given(scenes(2))
def test_absorption_by_intersection(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a & (a | b), a)


@given(scenes(2))
def test_absorption_by_union(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a | (a & b), a)


@given(scenes(3))
def test_intersection_distributes_over_union(same: Same, scene: Scene) -> None:
    a, b, c = scene.regions
    same(scene, a & (b | c), (a & b) | (a & c))


@given(scenes(3))
def test_union_distributes_over_intersection(same: Same, scene: Scene) -> None:
    a, b, c = scene.regions
    same(scene, a | (b & c), (a | b) & (a | c))
