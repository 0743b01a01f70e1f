"""What each rule of the grammar makes: one function for each name after `->` there.

Each gets the values of the rule's symbols, tokens as their text, and returns the value of the
rule. A rule whose value cannot be built raises QueryError; the parser adds the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hyperquery.query.errors import QueryError, shortened
from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Term,
)
from hyperquery.query.expressions import exclusive_or as expand_exclusive_or
from hyperquery.query.query import Query
from hyperquery.query.schema import Schema
from hyperquery.query.traversal import fold

_escape = re.compile(r"\\([\s\S])")


def unescaped(text: str) -> str:
    r"""The text that a source with backslashes stands for.

    >>> unescaped(r"7\" tablet \\ \and")
    '7" tablet \\ and'
    """
    return _escape.sub(r"\1", text) if "\\" in text else text


# -- operators -----------------------------------------------------------------------------


def first(values: list[Any]) -> list[Query]:
    """The first of some alternatives."""
    return [values[0]]


def first_two(values: list[Any]) -> list[Query]:
    """Two operands, whatever stands between them."""
    return [values[0], values[-1]]


def one_more(values: list[Any]) -> list[Query]:
    """The operands so far and another one."""
    operands: list[Query] = values[0]
    operands.append(values[-1])
    return operands


def any_of(values: list[Any]) -> Query:
    """`a OR b`."""
    return Or(*values[0])


def all_of(values: list[Any]) -> Query:
    """`a AND b`, and `a` and `b` side by side."""
    return And(*values[0])


def exclusive_or(values: list[Any]) -> Query:
    """`a XOR b`."""
    return expand_exclusive_or(values[0], values[2])


def negated(values: list[Any]) -> Query:
    """`NOT a`."""
    return Not(values[1])


def required(values: list[Any]) -> Any:
    """`+a`, which is `a`: words after a plus start an operand of their own."""
    return values[1]


def group(values: list[Any]) -> Any:
    """`(a)`."""
    return values[1]


def boosted(values: list[Any]) -> Query:
    """`a^2`."""
    return Boost(values[0], float(values[1][1:]))


def at_least(values: list[Any]) -> Query:
    """`2 of (a, b, c)`."""
    number = values[0].split()[-2]
    operands = values[2]
    # Python refuses to convert thousands of digits; nobody has that many alternatives.
    return AtLeast(int(number) if len(number) < 10 else 10**9, *operands)


# -- leaves --------------------------------------------------------------------------------


def term(values: list[Any]) -> Query:
    """Words side by side."""
    return Term(unescaped(values[0]))


def phrase(values: list[Any]) -> Query:
    """`"words"`."""
    return Phrase(unescaped(values[0][1:-1]))


def everything(values: list[Any]) -> Query:
    """`*`."""
    return Everything()


def nothing(values: list[Any]) -> Query:
    """`{}`."""
    return Nothing()


# -- field conditions ----------------------------------------------------------------------


def plain_value(values: list[Any]) -> str:
    """A value of one word."""
    return unescaped(values[0])


def quoted_value(values: list[Any]) -> str:
    """A value in quotes."""
    return unescaped(values[0][1:-1])


def field_equals(values: list[Any]) -> Query:
    """`brand:Amazon` or `brand = Amazon`."""
    return FieldEquals(unescaped(values[0]), values[2])


def field_differs(values: list[Any]) -> Query:
    """`brand != Amazon`."""
    return Not(FieldEquals(unescaped(values[0]), values[2]))


def field_limit(values: list[Any]) -> Query:
    """`price < 100`."""
    field, limit, number = unescaped(values[0]), values[-2], float(values[-1])
    if limit[0] == "<":
        return FieldRange(field, None, number, include_high=limit == "<=")
    return FieldRange(field, number, None, include_low=limit == ">=")


def field_range(values: list[Any]) -> Query:
    """`price:[50 TO 100}`."""
    field, _, opening, low, _, high, closing = values
    return FieldRange(unescaped(field), low, high, opening == "[", closing == "]")


def bound(values: list[Any]) -> float:
    """A number at an end of a range."""
    return float(values[0])


def no_bound(values: list[Any]) -> None:
    """A star at an end of a range, which has no end there."""


def field_group(values: list[Any]) -> Query:
    """`brand:(Amazon OR Apple)`: the field applies to every term inside."""
    field = unescaped(values[0])

    def condition(node: Query, operands: list[Query]) -> Query:
        if isinstance(node, Term | Phrase):
            return FieldEquals(field, node.text)
        if node.children:
            return node.replaced(operands)
        raise QueryError(
            f"inside {shortened(field)}:(...) only values may stand, not {shortened(str(node))}"
        )

    return fold(values[3], condition)


# -- what a schema allows ------------------------------------------------------------------


def _check_field(schema: Schema, values: list[Any]) -> None:
    schema.check(unescaped(values[0]))


def _check_numeric(schema: Schema, values: list[Any]) -> None:
    schema.check_numeric(unescaped(values[0]))


def _check_term(schema: Schema, values: list[Any]) -> None:
    """`brand: Amazon`, with a space, would be words; say so where `brand` is a field."""
    for word in values[0].split():
        if word.endswith(":") and word[:-1] in schema.kinds:
            raise QueryError(
                f"expected a value right after {word}, without a space; for the word itself "
                f"write {word[:-1]}\\:"
            )


CHECKS: dict[str | None, Callable[[Schema, list[Any]], None]] = {
    "term": _check_term,
    "field_equals": _check_field,
    "field_differs": _check_field,
    "field_group": _check_field,
    "field_limit": _check_numeric,
    "field_range": _check_numeric,
}
