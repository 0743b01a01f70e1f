"""The errors of the query language: each points at the place and names the remedy."""

from __future__ import annotations

import unicodedata

from hyperquery.errors import HyperqueryError, QueryError

__all__ = ["QueryError", "QuerySyntaxError", "QueryTypeError"]

_PICTURE_WIDTH = 72


class QueryTypeError(HyperqueryError, TypeError):
    """Something that is no query was used as one, or a query where Python wants a truth value."""


class QuerySyntaxError(HyperqueryError, ValueError):
    r"""A text that is no query, with the place where it goes wrong.

    Args:
        message: What was expected, in words.
        text: The whole text that was parsed.
        offset: Index of the offending character in `text`; `len(text)` is the end.

    Attributes:
        line: Line of the offending character, counted from 1.
        column: Column in that line, counted from 1.
        picture: The line with a caret under the column.

    >>> from hyperquery.query import parse
    >>> try:
    ...     parse("fire AND (kindle")
    ... except QuerySyntaxError as error:
    ...     print(error)
    this parenthesis is never closed (line 1, column 10)
      fire AND (kindle
               ^
    """

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(message, text, offset)
        self.message = message
        self.text = text
        self.offset = offset
        before = text[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1

    @property
    def picture(self) -> str:
        """The offending line, shortened if long, and a caret under the column."""
        start = self.offset - self.column + 1
        end = self.text.find("\n", start)
        line = self.text[start : len(self.text) if end < 0 else end]
        caret = self.column - 1
        first = max(0, caret - _PICTURE_WIDTH // 2)
        shown = line[first : first + _PICTURE_WIDTH]
        lead = "..." if first else ""
        tail = "..." if first + _PICTURE_WIDTH < len(line) else ""
        before = lead + line[first:caret]
        shown = "".join(char if char.isprintable() else " " for char in shown)
        return f"  {lead}{shown}{tail}\n  {' ' * _cells(before)}^"

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})\n{self.picture}"


def shortened(text: str, limit: int = 40) -> str:
    """A text for a message: on one line, and cut if it is long.

    >>> shortened("but   not"), shortened("a" * 100, 8)
    ('but not', 'aaaaa...')
    """
    text = " ".join(text[: 10 * limit].split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _cells(text: str) -> int:
    """How many terminal cells a text fills: CJK characters fill two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
