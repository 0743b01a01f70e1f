"""What a query that nothing matches asks too much of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hyperquery.query import And, Query
from hyperquery.query.expressions import all_of


@dataclass(frozen=True)
class Relaxation:
    """A query with one clause left out.

    Attributes:
        clause: the one that is left out.
        query: what is left.
        matching: how many products match that.
    """

    clause: Query
    query: Query
    matching: int


def relaxations(query: Query, count: Callable[[Query], int]) -> tuple[Relaxation, ...]:
    """Return what matches when one clause of a conjunction is left out, the most first.

    Args:
        query: that nothing matches.
        count: how many products match a query.

    Returns:
        Those that something matches; none if the query is not a conjunction.

    Examples:
        >>> from hyperquery.query import parse
        >>> known = {"red": 3, "mug": 0}
        >>> [(str(one.clause), one.matching) for one in relaxations(
        ...     parse("red AND mug"), lambda query: known[str(query)])]
        [('mug', 3)]
    """
    if not isinstance(query, And):
        return ()
    clauses = list(dict.fromkeys(query.children))
    if len(clauses) < 2:
        return ()
    found = []
    for clause in clauses:
        rest = [other for other in clauses if other != clause]
        left = all_of(rest)
        found.append(Relaxation(clause, left, count(left)))
    matched = [relaxation for relaxation in found if relaxation.matching]
    return tuple(sorted(matched, key=lambda relaxation: -relaxation.matching))
