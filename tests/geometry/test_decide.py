"""Equivalence and implication, against margins over all orders of a few levels."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import (
    Boosted,
    Condition,
    Everything,
    GeometryError,
    Hyperboloid,
    Nothing,
    Region,
    evaluate,
)
from hyperquery.testing import regions

A, B, C = (Hyperboloid([0.0], 1.0, edge=1.0 + i, name="abc"[i]) for i in range(3))
RED = Condition("red", [True, False])


def by_enumeration(one: Region, other: Region, level: str) -> bool:
    """Whether one lies in the other for all margins of the leaves out of four, or two, levels."""
    leaves = [A, B, C, RED]
    values = np.array(list(product([-2.0, -1.0, 1.0, 2.0], repeat=3)))
    margins = np.vstack(
        [np.hstack([values, np.full((len(values), 1), sign * np.inf)]) for sign in (-1, 1)]
    )

    def leaf_margin(leaf: Region) -> np.ndarray:
        if leaf == Everything():
            return np.full(len(margins), -np.inf)
        if leaf == Nothing():
            return np.full(len(margins), np.inf)
        return margins[:, leaves.index(leaf)]

    first, second = evaluate(one, leaf_margin), evaluate(other, leaf_margin)
    if level == "sets":
        return bool(((first < 0) <= (second < 0)).all())
    return bool((first >= second).all())


SMALL = regions([A, B, C, RED, Everything(), Nothing()], max_nodes=14, boosts=False)


@given(SMALL, SMALL, st.sampled_from(["margins", "sets"]))
def test_implication_is_that_of_all_margins(one: Region, other: Region, level: str) -> None:
    assert one.implies(other, level) == by_enumeration(one, other, level)


@given(SMALL, SMALL, st.sampled_from(["margins", "sets"]))
def test_equivalence_is_that_of_all_margins(one: Region, other: Region, level: str) -> None:
    both = by_enumeration(one, other, level) and by_enumeration(other, one, level)
    assert one.equivalent(other, level) == both


@given(SMALL, SMALL)
def test_a_rewriting_is_recognised(one: Region, other: Region) -> None:
    assert (~(one & other)).equivalent(~one | ~other)
    assert (one & (one | other)).equivalent(one)
    assert (one & other).implies(one)
    assert one.implies(one | other)


def test_the_excluded_middle_holds_for_sets_and_conditions() -> None:
    assert not (A | ~A).equivalent(Everything())
    assert (A | ~A).equivalent(Everything(), "sets")
    assert (RED | ~RED).equivalent(Everything())
    assert (RED & ~RED).equivalent(Nothing())
    assert not (A & ~A).implies(B & ~B)
    assert (A & ~A).implies(B | ~B)


def test_boosts() -> None:
    assert Boosted(A & ~B, 2.0).equivalent(Boosted(A, 2.0) & ~Boosted(B, 2.0))
    assert Boosted(A, 1.0).equivalent(A)
    assert not Boosted(A, 2.0).equivalent(A)
    assert Boosted(A, 2.0).equivalent(A, "sets")
    assert Boosted(RED, 2.0).equivalent(RED)
    assert Boosted(Everything(), 2.0).equivalent(Everything())
    # inside and weighed more is farther inside, outside and weighed more is farther outside
    assert (A & ~Boosted(A, 2.0)).equivalent(Boosted(A, 2.0) & ~A, "sets")
    assert (A & Boosted(A, 2.0) & ~A).equivalent(A & ~A & Boosted(A, 2.0))
    assert not A.implies(Boosted(A, 2.0))
    assert (A & ~A).implies(A | Boosted(A, 2.0) | ~A)


def test_equal_leaves_made_twice_are_one() -> None:
    twin = Hyperboloid([0.0], 1.0, edge=1.0, name="another name")
    assert (A & B).equivalent(B & twin)


def test_many_leaves_and_deep_regions() -> None:
    leaves = [Hyperboloid([0.0], 1.0, edge=float(i), name=f"t{i}") for i in range(200)]
    left: Region = Nothing()
    right: Region = Everything()
    for leaf in leaves:
        left, right = left | leaf, right & ~leaf
    assert left.equivalent(~right)
    deep: Region = A
    for _ in range(100_000):
        deep = ~deep
    assert deep.equivalent(A)


def test_too_large_regions_are_refused() -> None:
    region: Region = A
    for _ in range(30):
        region = region & (region | B)
    with pytest.raises(GeometryError, match="nodes is too large"):
        region.equivalent(A)
    with pytest.raises(GeometryError, match='"margins" or "sets"'):
        A.equivalent(A, "points")  # type: ignore[arg-type]
