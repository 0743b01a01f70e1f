"""Whether two regions are the same, or one lies in the other, whatever their leaves are.

Decided exactly, from the algebra alone: margins combine by maximum, minimum and negation, whose
identities are those of three-valued logic, and matching sets follow two-valued logic. Leaves are
taken as free, apart from what every leaf obeys: a condition is true or false and nothing between,
and a boosted leaf has the sign of the leaf and more or less weight. Where two different
hyperboloids happen to lie is not looked at.
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal, TypeAlias

from hyperquery import logic
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.leaves import Condition, Everything, Nothing
from hyperquery.geometry.region import Boosted, Complement, Intersection, Region
from hyperquery.geometry.traversal import fold

Level: TypeAlias = Literal["margins", "sets"]

MAX_NODES = 1_000_000
"""The most nodes, counted as in the tree, that a region may have to be decided about."""

_CLEARLY_ABOVE = 1.001
"""Products of weights whose ratio is larger than this are in order after rounding too."""

_Atom: TypeAlias = tuple[Region, tuple[float, ...]]


def equivalent(one: Region, other: Region, level: Level = "margins") -> bool:
    """Return whether two regions have the same margins, or matching sets, for any leaves.

    Args:
        one: A region of at most `MAX_NODES` nodes.
        other: Another.
        level: "margins" for equal margins everywhere, "sets" for equal matching sets.

    Raises:
        GeometryError: If a region has too many nodes.
        TooComplexError: If the search for a counterexample meets more than 20,000 dead ends.
    """
    return implies(one, other, level) and implies(other, one, level)


def implies(one: Region, other: Region, level: Level = "margins") -> bool:
    """Return whether one region lies in the other for any leaves.

    Args:
        one: A region of at most `MAX_NODES` nodes.
        other: Another.
        level: "margins" for a margin that is nowhere below the other's, "sets" for a matching set
            that is part of the other's.

    Raises:
        GeometryError: If a region has too many nodes.
        TooComplexError: If the search for a counterexample meets more than 20,000 dead ends.
    """
    if level not in ("margins", "sets"):
        raise GeometryError(f'the level is "margins" or "sets", not {level!r}')
    numbers: dict[_Atom, int] = {}
    left, right = _program(one, numbers, level), _program(other, numbers, level)
    return logic.implies(left, right, _knowledge(numbers, level))


def _program(region: Region, numbers: dict[_Atom, int], level: Level) -> list[tuple[object, ...]]:
    """Return a region as a program of `logic`, boosts pushed down to the leaves."""
    nodes = fold(region, _CountNodes())
    if nodes > MAX_NODES:
        raise GeometryError(f"a region of {nodes:,} nodes is too large to decide about")
    program: list[tuple[object, ...]] = []
    pending: list[tuple[Region, tuple[float, ...]] | tuple[object, ...]] = [(region, ())]
    while pending:
        item = pending.pop()
        node = item[0]
        if not isinstance(node, Region):
            program.append(item)
            continue
        weights = item[1]
        assert isinstance(weights, tuple)
        if isinstance(node, Everything | Nothing):
            program.append(("const", isinstance(node, Everything)))
        elif node.is_leaf:
            kept = () if isinstance(node, Condition) or level == "sets" else weights
            program.append(("atom", numbers.setdefault((node, kept), len(numbers))))
        elif isinstance(node, Boosted):
            weighed = weights if node.weight == 1.0 else (*weights, node.weight)
            pending.append((node.operands[0], weighed))
        elif isinstance(node, Complement):
            pending += [("not",), (node.operands[0], weights)]
        else:
            kind = "and" if isinstance(node, Intersection) else "or"
            pending.append((kind, len(node.operands)))
            pending += [(operand, weights) for operand in reversed(node.operands)]
    return program


def _knowledge(numbers: dict[_Atom, int], level: Level) -> logic.Atoms:
    if level == "sets":
        return logic.Atoms(two_valued=None)
    same_leaf: dict[Region, list[tuple[float, int]]] = {}
    for (leaf, weights), number in numbers.items():
        product = 1.0
        for weight in weights:
            product *= weight
        same_leaf.setdefault(leaf, []).append((product, number))
    scaled = [
        (smaller[1], larger[1])
        for boosted in same_leaf.values()
        for smaller, larger in combinations(sorted(boosted), 2)
        if larger[0] > smaller[0] * _CLEARLY_ABOVE
    ]
    conditions = {number for (leaf, _), number in numbers.items() if isinstance(leaf, Condition)}
    return logic.Atoms(two_valued=conditions, scaled=scaled)


class _CountNodes:
    """Counts nodes as in the tree, shared parts as often as they occur."""

    def leaf(self, leaf: Region) -> int:
        return 1

    def intersection(self, first: int, second: int) -> int:
        return first + second + 1

    def union(self, first: int, second: int) -> int:
        return first + second + 1

    def complement(self, value: int) -> int:
        return value + 1

    def boosted(self, value: int, weight: float) -> int:
        return value + 1
