"""Printing: the canonical text of an expression, its constructor form, and escaping."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from hyperquery.query.errors import QueryTypeError
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
    number_text,
)
from hyperquery.query.query import Query

_Match = Callable[[str], "re.Match[str] | None"]
_not_in_fields = re.compile(r"[^\w.\-]")
_special = re.compile(r'[()\[\]{}"“”\\^|&<>=,!:]|^[+*\-]')


# -- canonical text ------------------------------------------------------------------------

_EITHER, _BOTH, _NEGATION, _BOOST, _ATOM = range(1, 6)


def to_text(query: Query) -> str:
    r"""The canonical text: upper-case connectives, as few parentheses as parse back the same.

    >>> to_text(And(And(Term("a"), Term("b")), Or(Term("c"), Not(Term("and")))))
    '(a AND b) AND (c OR NOT \\and)'
    """
    pieces: list[str] = []
    # What is still to be written, last first: literal text, or a node and how tightly its
    # surroundings bind.
    todo: list[str | tuple[Query, int]] = [(query, 0)]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        node, context = item
        binding, parts = _parts(node)
        if binding < context:
            parts = ["(", *parts, ")"]
        todo.extend(reversed(parts))
    return "".join(pieces)


def _parts(node: Query) -> tuple[int, list[str | tuple[Query, int]]]:
    """How tightly a node binds, and what it is written as."""
    match node:
        case Term(text):
            return _ATOM, [_escaped_words(text)]
        case And(operands):
            return _BOTH, _joined(operands, " AND ", _NEGATION)
        case Or(operands):
            return _EITHER, _joined(operands, " OR ", _BOTH)
        case Not(operand):
            return _NEGATION, ["NOT ", (operand, _NEGATION)]
        case Boost(operand, weight):
            return _BOOST, [(operand, _BOOST), f"^{number_text(weight)}"]
        case AtLeast(count, operands):
            return _ATOM, [f"{count} of (", *_joined(operands, ", ", 0), ")"]
        case Phrase(text):
            return _ATOM, [_quoted(text)]
        case FieldEquals(field, value):
            return _ATOM, [f"{field_text(field)}:{_value(value)}"]
        case FieldRange():
            return _ATOM, [_range(node)]
        case Everything():
            return _ATOM, ["*"]
        case Nothing():
            return _ATOM, ["{}"]
        case _:
            raise QueryTypeError(f"{type(node).__name__} has no text form")


def _joined(
    operands: tuple[Query, ...], separator: str, context: int
) -> list[str | tuple[Query, int]]:
    parts: list[str | tuple[Query, int]] = [(operands[0], context)]
    for operand in operands[1:]:
        parts += [separator, (operand, context)]
    return parts


def _range(node: FieldRange) -> str:
    field = field_text(node.field)
    if node.low is None and node.high is not None:
        return f"{field}<{'=' * node.include_high}{number_text(node.high)}"
    if node.low is not None and node.high is None:
        return f"{field}>{'=' * node.include_low}{number_text(node.low)}"
    low = "*" if node.low is None else number_text(node.low)
    high = "*" if node.high is None else number_text(node.high)
    opening, closing = "{["[node.include_low], "}]"[node.include_high]
    return f"{field}:{opening}{low} TO {high}{closing}"


def to_repr(query: Query) -> str:
    """The constructor form, which Python reads back as an equal expression.

    >>> to_repr(Boost(Term("fire"), 2))
    "Boost(Term('fire'), 2.0)"
    """
    pieces: list[str] = []
    todo: list[str | Query] = [query]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        arguments: list[str | Query] = [*item.children, *map(repr, item.data)]
        if isinstance(item, AtLeast):
            arguments = [repr(item.count), *item.operands]
        todo.append(")")
        for argument in reversed(arguments):
            todo += [argument, ", "]
        if arguments:
            todo.pop()
        todo.append(f"{type(item).__name__}(")
    return "".join(pieces)


# -- escaping ------------------------------------------------------------------------------


class _Bare(NamedTuple):
    """Functions that tell whether a text means itself as the grammar reads it."""

    word: _Match
    field: _Match
    number: _Match


@cache
def _bare() -> _Bare:
    from hyperquery.query.grammar import tables

    patterns = tables().patterns
    return _Bare(
        word=re.compile(patterns["WORD"]).fullmatch,
        field=re.compile(patterns["FIELD"]).match,
        number=re.compile(patterns["NUMBER"]).fullmatch,
    )


def escape(text: str) -> str:
    r"""Source text that parses as one term holding exactly this text.

    Use it to put what a person typed into a query without letting it become syntax.

    >>> escape('7" tablet (not Fire) & more')
    '7" tablet \\(not Fire\\) \\& more'
    >>> escape("AT&T wi-fi t-shirt")
    'AT&T wi-fi t-shirt'

    Raises:
        QueryError: If the text is empty or only white space, which is no term.
    """
    return _escaped_words(Term(text).text)


def _escaped_words(text: str) -> str:
    bare = _bare().word
    return " ".join(
        word if bare(word) and "\\" not in word else _escaped_word(word) for word in text.split()
    )


def _escaped_word(word: str) -> str:
    escaped = _special.sub(r"\\\g<0>", word)
    # What is still no word is a connective: a leading backslash makes it one.
    return escaped if _bare().word(escaped) else "\\" + escaped


def field_text(name: str) -> str:
    r"""The name of a field as a query writes it.

    >>> print(field_text("Price (EUR)"))
    Price\ \(EUR\)
    """
    escaped = _not_in_fields.sub(r"\\\g<0>", name)
    # A digit does not start a field name, and a connective is no field before `<`.
    starts = _bare().field(escaped + "<")
    return escaped if starts and starts.end() == len(escaped) else "\\" + escaped


def _value(value: str) -> str:
    bare = "\\" not in value and (_bare().word(value) or _bare().number(value))
    return value if bare else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
