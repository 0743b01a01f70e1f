"""Normal forms: negations at the leaves, and unions of intersections."""

from __future__ import annotations

from itertools import product
from math import prod

from hyperquery.query.errors import QueryError
from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    Not,
    Nothing,
    Or,
    all_of,
    any_of,
)
from hyperquery.query.query import MAX_CLAUSES, Query
from hyperquery.query.rewriting import (
    absorb,
    cancel_conditions,
    drop_idle_boosts,
    everywhere,
    simplify,
)
from hyperquery.query.traversal import fold

Clause = tuple[Query, ...]

# Estimates stop growing here, so that those of deeply shared expressions stay small numbers.
_MANY = 10**18


def negation_normal_form(query: Query) -> Query:
    """An equal query in which only leaves are negated, by De Morgan's laws.

    Margins change sign exactly, so a negation passes through a boost; and fewer than k of n
    hold where more than n - k do not.

    >>> from hyperquery.query import parse
    >>> print(negation_normal_form(parse("NOT (a AND (b OR NOT c))^2")))
    (NOT a OR NOT b AND c)^2
    >>> print(negation_normal_form(parse("NOT 2 of (a, b, c)")))
    2 of (NOT a, NOT b, NOT c)
    """

    def both(node: Query, forms: list[tuple[Query, Query]]) -> tuple[Query, Query]:
        """The forms of a node and of its negation."""
        plain, negated = [form for form, _ in forms], [form for _, form in forms]
        match node:
            case Not():
                return negated[0], plain[0]
            case And():
                return And(*plain), Or(*negated)
            case Or():
                return Or(*plain), And(*negated)
            case Boost(_, weight):
                return Boost(plain[0], weight), Boost(negated[0], weight)
            case AtLeast(count, operands):
                return AtLeast(count, *plain), AtLeast(len(operands) - count + 1, *negated)
            case Everything():
                return node, Nothing()
            case Nothing():
                return node, Everything()
        return node, Not(node)

    return fold(query, both)[0]


def clause_estimate(query: Query) -> int:
    """How many clauses a disjunctive normal form would have before any are absorbed.

    >>> from hyperquery.query import parse
    >>> clause_estimate(parse("(a OR b) AND (c OR d OR e)"))
    6
    """

    def both(node: Query, counts: list[tuple[int, int]]) -> tuple[int, int]:
        """The clauses of a node and of its negation."""
        plain, negated = [count for count, _ in counts], [count for _, count in counts]
        match node:
            case Not():
                return negated[0], plain[0]
            case Boost():
                return counts[0]
            case And():
                return min(prod(plain), _MANY), min(sum(negated), _MANY)
            case Or():
                return min(sum(plain), _MANY), min(prod(negated), _MANY)
            case AtLeast(count, operands):
                return _choices(count, plain), _choices(len(operands) - count + 1, negated)
            case Everything():
                return 1, 0
            case Nothing():
                return 0, 1
        return 1, 1

    return fold(query, both)[0]


def _choices(number: int, counts: list[int]) -> int:
    """The sum over all choices of so many of the counts of their product."""
    sums = [1] + [0] * number
    for count in counts:
        for chosen in range(number, 0, -1):
            sums[chosen] = min(sums[chosen] + sums[chosen - 1] * count, _MANY)
    return sums[number]


def disjunctive_normal_form(query: Query, *, limit: int = MAX_CLAUSES) -> Query:
    """An equal union of intersections of leaves and negated leaves, boosts on the leaves.

    Args:
        query: The query.
        limit: The most clauses to make. The number is estimated before any work is done.

    Raises:
        QueryError: If more clauses would be needed; the message says how many.

    >>> from hyperquery.query import parse
    >>> print(disjunctive_normal_form(parse("(fire OR kindle) AND tablet AND NOT case")))
    fire AND tablet AND NOT case OR kindle AND tablet AND NOT case
    """
    plain = simplify(negation_normal_form(query))
    estimate = clause_estimate(plain)
    if estimate > limit:
        raise QueryError(
            f"the disjunctive normal form would take up to {estimate:,} clauses, more than the "
            f"limit of {limit:,}; evaluating a query never needs it"
        )
    expanded = everywhere(lambda n: n.expand() if isinstance(n, AtLeast) else n, plain)
    return _union(fold(expanded, _clauses))


def _clauses(node: Query, forms: list[list[Clause]]) -> list[Clause]:
    """The clauses of a node, from those of its operands; an empty clause is everything."""
    match node:
        case Everything():
            return [()]
        case Nothing():
            return []
        case Boost(_, weight):
            boosted = [[Boost(part, weight) for part in clause] for clause in forms[0]]
            return [tuple(map(drop_idle_boosts, clause)) for clause in boosted]
        case Or():
            return _tidy([clause for form in forms for clause in form])
        case And():
            clauses: list[Clause] = [()]
            for form in forms:
                pairs = product(clauses, form)
                clauses = _tidy([tuple(dict.fromkeys(a + b)) for a, b in pairs])
            return clauses
    return [(node,)]


def _tidy(clauses: list[Clause]) -> list[Clause]:
    """The clauses without those that cannot hold and those that others absorb."""
    possible = [clause for clause in clauses if cancel_conditions(all_of(clause)) != Nothing()]
    union = _union(possible)
    operands = union.operands if isinstance(union, Or) else (union,)
    return [] if union == Nothing() else [_literals(operand) for operand in operands]


def _union(clauses: list[Clause]) -> Query:
    if () in clauses:
        return Everything()
    return absorb(any_of([all_of(clause) for clause in clauses]))


def _literals(clause: Query) -> Clause:
    if isinstance(clause, And):
        return clause.operands
    return () if isinstance(clause, Everything) else (clause,)
