"""From the expression tree to the region tree, node by node."""

from __future__ import annotations

from collections.abc import Callable

from hyperquery import query as q
from hyperquery.errors import QueryError
from hyperquery.geometry import (
    Boosted,
    Complement,
    Condition,
    Everything,
    Intersection,
    Nothing,
    Region,
    Union,
)
from hyperquery.query.schema import Schema


def compile_query(
    query: q.Query,
    schema: Schema,
    term: Callable[[q.Term | q.Phrase], Region],
    condition: Callable[[q.Query], Condition],
) -> Region:
    """Compile an expression into a region of the same shape.

    A term is its region; a quoted phrase is the region of its text where the product holds the
    exact words, and nothing elsewhere; field conditions hold or not.

    Args:
        query: the expression.
        schema: the fields that conditions may use.
        term: encodes a term, or the text of a phrase.
        condition: the products for which a phrase or a field condition holds.

    Raises:
        QueryError: If a term or a field is unknown.
    """

    def combine(node: q.Query, operands: list[Region]) -> Region:
        match node:
            case q.Term():
                return term(node)
            case q.Phrase():
                return Intersection((term(node), condition(node)))
            case q.FieldEquals():
                schema.check(node.field)
                return condition(node)
            case q.FieldRange():
                schema.check_numeric(node.field)
                return condition(node)
            case q.And():
                return Intersection(operands)
            case q.Or():
                return Union(operands)
            case q.Not():
                return Complement(operands[0])
            case q.Boost():
                return Boosted(operands[0], node.weight)
            case q.AtLeast():
                return _at_least(node.count, operands)
            case q.Everything():
                return Everything()
            case q.Nothing():
                return Nothing()
        raise QueryError(f"cannot answer a {type(node).__name__}")

    return q.fold(query, combine)


def _at_least(count: int, operands: list[Region]) -> Region:
    """Return where at least ``count`` operands hold, in ``count * len(operands)`` shared nodes.

    Of the first n operands at least k hold if at least k of the first n - 1 do, or the n-th and
    at least k - 1 of them.
    """
    holding: list[Region] = [Everything(), *(Nothing() for _ in range(count))]
    for operand in operands:
        for k in range(count, 0, -1):
            holding[k] = holding[k] | (operand & holding[k - 1])
    return holding[count]
