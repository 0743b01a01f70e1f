"""Matching sets obey all of set algebra, the two laws that margins do not obey included."""

from __future__ import annotations

import operator
from functools import reduce

import numpy as np
import torch
from hypothesis import given

from hyperquery.geometry import (
    Boosted,
    Complement,
    Everything,
    Hyperboloid,
    Intersection,
    Nothing,
    Region,
    Union,
    distinct_nodes,
)
from hyperquery.testing import Scene, scenes


def matching(region: Region, scene: Scene) -> frozenset[int]:
    return frozenset(np.flatnonzero(region.contains(scene.points)).tolist())


def by_set_algebra(region: Region, scene: Scene) -> frozenset[int]:
    """Compute a matching set from the matching sets of leaves with Python's sets alone."""
    everything = frozenset(range(len(scene.points)))
    below = [by_set_algebra(operand, scene) for operand in region.operands]
    if isinstance(region, Intersection):
        return reduce(operator.and_, below)
    if isinstance(region, Union):
        return reduce(operator.or_, below)
    if isinstance(region, Complement):
        return everything - below[0]
    if isinstance(region, Boosted):
        return below[0]
    return matching(region, scene)


@given(scenes(1, max_nodes=60))
def test_the_matching_set_is_set_algebra_on_the_leaves(scene: Scene) -> None:
    (a,) = scene.regions
    assert matching(a, scene) == by_set_algebra(a, scene)


@given(scenes(1))
def test_the_matching_set_is_set_algebra_in_torch(scene: Scene) -> None:
    (a,) = scene.regions
    at = torch.from_numpy(scene.points)
    inside = a.contains(at)
    assert inside.dtype == torch.bool
    leaves = {node: node.contains(at) for node in distinct_nodes(a) if node.is_leaf}

    def expected(region: Region) -> torch.Tensor:
        below = [expected(operand) for operand in region.operands]
        if isinstance(region, Intersection):
            return reduce(torch.logical_and, below)
        if isinstance(region, Union):
            return reduce(torch.logical_or, below)
        if isinstance(region, Complement):
            return ~below[0]
        return below[0] if isinstance(region, Boosted) else leaves[region]

    assert torch.equal(inside, expected(a))


@given(scenes(1))
def test_nothing_is_in_a_region_and_its_complement(scene: Scene) -> None:
    (a,) = scene.regions
    assert matching(a & ~a, scene) == matching(Nothing(), scene) == frozenset()


@given(scenes(1))
def test_everything_is_in_a_region_or_its_complement(scene: Scene) -> None:
    (a,) = scene.regions
    assert matching(a | ~a, scene) == matching(Everything(), scene)
    assert len(matching(a | ~a, scene)) == len(scene.points)


@given(scenes(2))
def test_difference_and_exclusive_or_are_those_of_sets(scene: Scene) -> None:
    a, b = scene.regions
    assert matching(a - b, scene) == matching(a, scene) - matching(b, scene)
    assert matching(a ^ b, scene) == matching(a, scene) ^ matching(b, scene)


@given(scenes(1))
def test_a_point_exactly_on_the_edge_is_inside(scene: Scene) -> None:
    for leaf in scene.leaves:
        if isinstance(leaf, Hyperboloid):
            on_the_edge = leaf.energy(scene.points) == scene.points.dtype.type(leaf.edge)
            assert leaf.contains(scene.points)[on_the_edge].all()
            assert not (~leaf).contains(scene.points)[on_the_edge].any()
