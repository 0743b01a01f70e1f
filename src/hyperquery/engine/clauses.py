"""A query's margin at one product, clause by clause, and which clause decided it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hyperquery.geometry.energy import scaled
from hyperquery.query import And, AtLeast, Boost, Not, Or, Query, postorder


@dataclass(frozen=True)
class Clause:
    """One distinct part of a query, at one product.

    Attributes:
        query: the part.
        margin: of the product to it.
        operands: the parts under it, by number.
        decisive: which of its operands the margin is taken from, as a place among ``operands``; the
            first of equals; None for a leaf.
        runner_up: which operand would decide without the decisive one; None if there is no other.
        without: the margin without the decisive operand; None if nothing would be left.
    """

    query: Query
    margin: float
    operands: tuple[int, ...] = ()
    decisive: int | None = None
    runner_up: int | None = None
    without: float | None = None

    @property
    def gap(self) -> float | None:
        """By how much the decisive operand decides: what its absence would change the margin by."""
        if self.without is None:
            return None
        return 0.0 if self.without == self.margin else abs(self.without - self.margin)


def compose(query: Query, margins: Sequence[float]) -> float:
    """Return the margin of an inner node from those of its operands, exactly as regions do.

    Args:
        query: the node.
        margins: float32 numbers, one for each operand.

    Returns:
        The largest for AND, the smallest for OR, the k-th smallest for "k of", ``0.0 - m`` for NOT,
        and for a boost the float32 product, which is never 0.

    Examples:
        >>> from hyperquery.query import parse
        >>> compose(parse("a AND b"), [-0.5, 0.25]), compose(parse("NOT a"), [-0.5])
        (0.25, 0.5)
    """
    match query:
        case And():
            return max(margins)
        case Or():
            return min(margins)
        case AtLeast(count, _):
            return sorted(margins)[count - 1]
        case Not():
            return 0.0 - margins[0]
        case Boost(_, weight):
            return float(scaled(np.array(margins, dtype=np.float32), weight)[0])
    raise TypeError(f"{type(query).__name__} is no node over others")


def clauses_of(query: Query, leaf_margin: Callable[[Query], float]) -> tuple[Clause, ...]:
    """Return the distinct parts of a query with their margins, operands first, the query last.

    Args:
        query: of any depth.
        leaf_margin: the margin of a leaf at the product, a float32 number.

    Examples:
        >>> from hyperquery.query import parse
        >>> margins = {"fire": -0.25, "case": 0.5}
        >>> for clause in clauses_of(parse("fire AND NOT case"), lambda leaf: margins[str(leaf)]):
        ...     print(clause.query, clause.margin, clause.decisive)
        fire -0.25 None
        case 0.5 None
        NOT case -0.5 0
        fire AND NOT case -0.25 0
    """
    numbers: dict[int, int] = {}
    clauses: list[Clause] = []
    for node in postorder(query):
        operands = tuple(numbers[id(child)] for child in node.children)
        numbers[id(node)] = len(clauses)
        if not operands:
            clauses.append(Clause(node, leaf_margin(node)))
            continue
        margins = [clauses[number].margin for number in operands]
        margin = compose(node, margins)
        decisive, runner_up, without = 0, None, None
        if len(margins) > 1:
            decisive = margins.index(margin)
            others = [place for place in range(len(margins)) if place != decisive]
            without = _of_others(node, [margins[place] for place in others])
            runner_up = next(place for place in others if margins[place] == without)
        clauses.append(Clause(node, margin, operands, decisive, runner_up, without))
    return tuple(clauses)


def _of_others(query: Query, margins: list[float]) -> float:
    """Return the margin of a node without one of its operands, from the margins of the others.

    "k of" asks for no more operands than are left.
    """
    if isinstance(query, AtLeast):
        return sorted(margins)[min(query.count, len(margins)) - 1]
    return compose(query, margins)


def deciding_path(clauses: Sequence[Clause]) -> tuple[int, ...]:
    """Return the numbers of the clauses that the margin comes from, from the query to a leaf."""
    path = [len(clauses) - 1]
    while (clause := clauses[path[-1]]).decisive is not None:
        path.append(clause.operands[clause.decisive])
    return tuple(path)


def margin_without(clauses: Sequence[Clause], path: Sequence[int]) -> float | None:
    """Return the query's margin without the leaf at the end of a deciding path.

    Only the leaf's place on the path is taken out, with what would be left empty; should the same
    part stand elsewhere in the query, it stays there.

    Returns:
        The margin, or None if nothing would be left of the query.
    """
    margin: float | None = None
    for number in reversed(path[:-1]):
        clause = clauses[number]
        if margin is None:
            margin = clause.without
            continue
        margins = [clauses[operand].margin for operand in clause.operands]
        assert clause.decisive is not None
        margins[clause.decisive] = margin
        margin = compose(clause.query, margins)
    return margin


def finite_or_text(value: float | None) -> float | str | None:
    """Return a margin as JSON can hold it: an infinite one as the text that ``float`` reads.

    Examples:
        >>> finite_or_text(0.5), finite_or_text(float("-inf"))
        (0.5, '-inf')
    """
    return value if value is None or math.isfinite(value) else str(value)
