"""Writing to standard output: text for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

_STYLES = {"✓": "green", "·": "dim", "─": "dim"}
"""How lines that begin with a mark look in a terminal."""


def write_text(text: str, *, bold_first: bool = False) -> None:
    """Write text: with colors in a terminal that wants them, plain everywhere else.

    Args:
        text: lines; those that begin with the mark of a hit are colored.
        bold_first: whether the first line is a title.
    """
    if not wants_color():
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for number, line in enumerate(text.split("\n")):
        style = "bold" if bold_first and not number else _STYLES.get(line[:1], "")
        console.print(Text(line, style), soft_wrap=True)


def wants_color() -> bool:
    """Return whether standard output is a terminal that may be colored (see no-color.org)."""
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") != "dumb"
    )


def write_json(value: Any, *, indent: int | None = None) -> None:
    """Write a value as JSON, on one line if no indent is given.

    Dates and other values without a form of their own in JSON are text.
    """
    print(json.dumps(value, ensure_ascii=False, indent=indent, default=str), flush=True)


def csv_cell(value: Any) -> Any:
    """Return a field's value as a cell of CSV: a path by its names, another list as JSON.

    Examples:
        >>> csv_cell(("TV", "Sticks")), csv_cell([1, 2]), csv_cell(None), csv_cell(39.99)
        ('TV > Sticks', '[1, 2]', '', 39.99)
    """
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " > ".join(map(str, value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as lines, their columns below each other.

    Examples:
        >>> print(aligned([["products", "48"], ["dimension", "8"]]))
        products   48
        dimension  8
    """
    from hyperquery.engine.columns import padded, width

    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(padded(text, space) for text, space in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
