"""Saying in words what is wrong with a text, where, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from hyperquery.query.errors import QuerySyntaxError, shortened
from hyperquery.query.grammar import END, UNREADABLE

_BINARY = {"AND", "OR", "XOR"}
_BEFORE_OPERAND = {*_BINARY, "NOT", "PLUS"}
_IN_CONDITION = {
    "FIELD": "a value",
    "COLON": "a value",
    "EQUALS": "a value",
    "NOT_EQUALS": "a value",
    "LIMIT": "a number",
}
_IN_RANGE = {"TO", "CLOSE", "STAR"}
_MEANT = {"=>": ">=", "=<": "<=", "<>": "!=", "===": "=", "><": "!="}

# How much of the text around a place is looked at: enough for words, bounded for any input.
_NEARBY = 80

_comparison = re.compile(r"[<>=]{1,3}")
_condition = re.compile(r"(\S*?)\s*([:<>=!]+)\s*\Z")
_thousands = re.compile(r"[0-9.]+,[0-9]")
_word = re.compile(r"[^\s()\"]{1,20}")
_two_numbers = re.compile(r"[\[{]?\s*([0-9.]+)\s*(?:-|,|;|\.\.+|\s)\s*([0-9.]+)\s*[\]}]?")


class Stop(NamedTuple):
    """Where the parser stopped.

    Attributes:
        text: The whole text.
        found: Name of the token that does not fit.
        offset: Where it stands.
        match: The match of that token, or None at the end and where nothing matches.
        last: The match of the token before it, or None at the start.
        opening: Where the innermost open parenthesis stands, or None.
        fitting: Names of the tokens and other symbols that would have fitted.
    """

    text: str
    found: str
    offset: int
    match: re.Match[str] | None
    last: re.Match[str] | None
    opening: int | None
    fitting: Collection[str]

    @property
    def token(self) -> str:
        """The text of the token that does not fit."""
        return _token(self.match)

    @property
    def last_token(self) -> str:
        """The text of the token before it."""
        return _token(self.last)

    @property
    def last_kind(self) -> str:
        """The name of the token before it."""
        return (self.last.lastgroup or "") if self.last else ""


def _token(match: re.Match[str] | None) -> str:
    return shortened(match[match.lastgroup]) if match and match.lastgroup else ""


def explain(stop: Stop) -> QuerySyntaxError:
    """The error for a stop: what was expected there, and a remedy where one is likely."""
    message, offset = _message(stop)
    return QuerySyntaxError(message, stop.text, offset)


def _message(stop: Stop) -> tuple[str, int]:
    last = stop.last_kind
    if not _IN_RANGE.isdisjoint(stop.fitting):
        return _in_range(stop)
    if last in _IN_CONDITION:
        return _in_condition(stop)
    if stop.found == UNREADABLE:
        return _unreadable(stop)
    if last == "AT_LEAST":
        return f"expected alternatives in parentheses after {stop.last_token}", stop.offset
    if last in _BEFORE_OPERAND:
        return _after_operator(stop)
    if stop.found == END:
        return _at_end(stop)
    if stop.found == "RPAR":
        return _at_closing(stop)
    if stop.found == "COMMA":
        return _at_comma(stop)
    return f"expected a term before {stop.token}{_word_itself(stop.token)}", stop.offset


def _after_operator(stop: Stop) -> tuple[str, int]:
    message = f"expected a term after {stop.last_token}"
    if stop.found == END:
        return message + _word_itself(stop.last_token), stop.offset
    if stop.found == stop.last_kind and stop.found in _BINARY:
        return f"{message}, found another {stop.token}; one is enough", stop.offset
    return f"{message}, found {stop.token}", stop.offset


def _at_end(stop: Stop) -> tuple[str, int]:
    if stop.opening is not None:
        return "this parenthesis is never closed", stop.opening
    return "the query is empty; write a term, or * for everything", 0


def _at_closing(stop: Stop) -> tuple[str, int]:
    if stop.opening is None:
        return "this parenthesis closes nothing; remove it, or write \\) for itself", stop.offset
    if stop.last_kind == "LPAR":
        return "expected a term between these parentheses", stop.opening
    return f"expected a term after {stop.last_token}", stop.offset


def _at_comma(stop: Stop) -> tuple[str, int]:
    if stop.last_kind in {"LPAR", "COMMA", ""}:
        return "expected a term before the comma", stop.offset
    return (
        "a comma only separates the alternatives of `2 of (a, b, c)`; did you mean AND or OR? "
        "(\\, is the comma itself)"
    ), stop.offset


def _in_condition(stop: Stop) -> tuple[str, int]:
    before = stop.text[max(0, stop.offset - _NEARBY) : stop.offset]
    here = stop.text[stop.offset : stop.offset + _NEARBY]
    comparison = _comparison.match(here)
    if comparison and comparison[0] in _MEANT:
        return (
            f"{comparison[0]} is no comparison; did you mean {_MEANT[comparison[0]]}?",
            stop.offset,
        )
    condition = _condition.search(before)
    name, operator = condition.groups() if condition else ("price", "<")
    wanted = _IN_CONDITION[stop.last_kind]
    word = _word.match(here)
    message = f"expected {wanted} after {name}{operator}" + (f", found {word[0]}" if word else "")
    if wanted == "a value":
        quoted = f'; write {name}{operator}"{word[0]}" for that text' if word else ""
        return message + quoted, stop.offset
    if _thousands.match(here):
        return "a number is written without commas", stop.offset
    return f"{message}; write {name}{operator}100", stop.offset


def _in_range(stop: Stop) -> tuple[str, int]:
    if "CLOSE" in stop.fitting and stop.found == END:
        return "expected ] or } at the end of the range", stop.offset
    before = stop.text[max(0, stop.offset - _NEARBY) : stop.offset]
    here = stop.text[stop.offset : stop.offset + _NEARBY]
    numbers = _two_numbers.match(before[before.rfind(":") + 1 :] + here)
    hint = f"did you mean [{numbers[1]} TO {numbers[2]}]?" if numbers else "write [50 TO 100]"
    return f"expected a range of two numbers; {hint}", stop.offset


def _unreadable(stop: Stop) -> tuple[str, int]:
    char = stop.text[stop.offset]
    if char in '"“':
        inches = "" if char == "“" else '; for the character itself write \\"'
        return f"this quote is never closed{inches}", stop.offset
    if char == "”":
        return "this quote closes nothing; for the character itself write \\”", stop.offset
    if char == "\\":
        return "nothing follows this backslash; for the character itself write \\\\", stop.offset
    if char == "^":
        return "expected a number after ^, such as fire^2", stop.offset
    if char in "[]{}":
        return (
            f"brackets only hold ranges, such as price:[50 TO 100]; for the character itself "
            f"write \\{char}"
        ), stop.offset
    comparison = _comparison.match(stop.text, stop.offset)
    if comparison:
        return (
            f"expected the name of a field before {comparison.group()}, such as price<100; for "
            f"the character itself write \\{char}{_odd_name(stop)}"
        ), stop.offset
    return f"{char!r} does not fit here; for the character itself write \\{char}", stop.offset


def _odd_name(stop: Stop) -> str:
    """How to write a field's name that does not end in a letter or digit."""
    if not stop.text[: stop.offset].rstrip().endswith((")", '"')):
        return ""
    return "; in a name write a backslash before each space and bracket: price\\ \\(EUR\\)<100"


def _word_itself(token: str) -> str:
    """How to say a connective as a word, if the token is one."""
    return f"; for the word itself write \\{token}" if token.isalpha() else ""
