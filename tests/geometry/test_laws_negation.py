"""Complement flips: De Morgan and double negation hold for margins bit for bit."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given

from hyperquery.geometry import Boosted, Everything, Nothing, Region
from hyperquery.testing import Scene, scenes

Same = Callable[[Scene, Region, Region], None]


@given(scenes(2))
def test_complement_of_an_intersection(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, ~(a & b), ~a | ~b)


@given(scenes(2))
def test_complement_of_a_union(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, ~(a | b), ~a & ~b)


@given(scenes(1))
def test_double_negation(same: Same, scene: Scene) -> None:
    (a,) = scene.regions
    same(scene, ~~a, a)


@given(scenes(2))
def test_difference_is_intersection_with_the_complement(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a - b, a & ~b)
    same(scene, a - b, ~(~a | b))


@given(scenes(2))
def test_exclusive_or_is_a_union_of_differences(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    same(scene, a ^ b, (a - b) | (b - a))
    same(scene, a ^ b, b ^ a)
    same(scene, a ^ b, (a | b) & ~(a & b) & ((a | ~a) & (b | ~b)))


@given(scenes(2))
def test_a_boost_passes_through_every_operation(same: Same, scene: Scene) -> None:
    a, b = scene.regions
    for weight in (3.0, 0.1, 1e-40, 1e40):
        same(scene, Boosted(a & b, weight), Boosted(a, weight) & Boosted(b, weight))
        same(scene, Boosted(a | b, weight), Boosted(a, weight) | Boosted(b, weight))
        same(scene, Boosted(~a, weight), ~Boosted(a, weight))
        assert (Boosted(a, weight).contains(scene.points) == a.contains(scene.points)).all()


@given(scenes(1))
def test_identity_and_annihilator_of_intersection(same: Same, scene: Scene) -> None:
    (a,) = scene.regions
    same(scene, a & Everything(), a)
    same(scene, a & Nothing(), Nothing())


@given(scenes(1))
def test_identity_and_annihilator_of_union(same: Same, scene: Scene) -> None:
    (a,) = scene.regions
    same(scene, a | Nothing(), a)
    same(scene, a | Everything(), Everything())


@given(scenes(0))
def test_everything_and_nothing_are_complements(same: Same, scene: Scene) -> None:
    same(scene, ~Everything(), Nothing())
    same(scene, ~Nothing(), Everything())
