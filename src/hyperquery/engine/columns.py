"""Texts as they stand in the columns of a terminal: printable, shortened, aligned."""

from __future__ import annotations

import math
import unicodedata


def signed(value: float) -> str:
    """Return a margin, or the difference of two, with its sign.

    Examples:
        >>> signed(-0.1484), signed(float("inf"))
        ('-0.148', '+∞')
    """
    return f"{value:+.3f}" if math.isfinite(value) else f"{value:+}".replace("inf", "∞")


def cell(value: object) -> str:
    r"""Return a field's value on one line, without characters that move the cursor.

    Examples:
        >>> cell("tea\n pot"), cell(12.5), cell(None)
        ('tea pot', '12.50', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())


def shortened(text: str, columns: int) -> str:
    """Return a text that takes at most so many columns, with a mark where it was cut.

    Examples:
        >>> shortened("a long title", 7)
        'a long…'
    """
    if width(text[: columns + 1]) <= columns and len(text) <= columns:
        return text
    end = min(len(text), columns - 1)
    while width(text[:end]) > columns - 1:
        end -= 1
    return f"{text[:end].rstrip()}…"


def width(text: str) -> int:
    """Return the columns that a text takes in a terminal: wide characters take two.

    Examples:
        >>> width("tea"), width("茶")
        (3, 2)
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(bool(unicodedata.combining(character)) for character in text)


def padded(text: str, columns: int, right: bool = False) -> str:
    """Return a text filled up with spaces to so many columns.

    Examples:
        >>> padded("tea", 5), padded("tea", 5, right=True)
        ('tea  ', '  tea')
    """
    space = " " * (columns - width(text))
    return space + text if right else text + space
