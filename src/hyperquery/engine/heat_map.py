"""Attention grids as text: a shade for each pair of trigrams, the text's words as the header."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from hyperquery.anthem.attention import AttentionGrid, ReadWord
from hyperquery.engine.columns import width

LEGEND = "█ ▓ ▒ ░ from 1/2, 1/4, 1/8, 1/16 of its word's most"
_SHADES = "·░▒▓█"
_LEVELS = np.array([1 / 16, 1 / 8, 1 / 4, 1 / 2])
_LEFT = 5  # columns of the trigrams of the term


class _Group(NamedTuple):
    """A word of the text: where its trigrams are in the grid, and what stands before it."""

    word: ReadWord
    start: int
    before: str


def heat_map(
    grid: AttentionGrid, fields: Sequence[str], *, columns: int = 100, blocks: int = 3
) -> list[str]:
    r"""Return the lines of a text heat map.

    Every trigram of the text is one character, under its middle letter, so that the header reads as
    the text itself; ``│`` parts the fields. A text that is too wide goes on in a block below.
    Shades are shares of the darkest cell of the same word of the term, so that each can be read.

    Args:
        grid: what to show.
        fields: the field that each word of the text is from.
        columns: the most columns of a line, if no word is wider.
        blocks: the most blocks; a last line says how many words are left out.

    Examples:
        >>> from hyperquery.anthem.attention import AttentionGrid, ReadWord
        >>> five, tv = ReadWord("5", ("#5#",)), ReadWord("tv", ("#tv", "tv#"))
        >>> shares = np.array([[0.125, 0.5, 0.375]])
        >>> grid = AttentionGrid(shares, np.ones(1), shares[0], (five,), (five, tv))
        >>> print("\n".join(heat_map(grid, ["title", "title"])))
             5 tv
        #5#  ▓ ██
    """
    rows = [trigram for word in grid.rows for trigram in word.trigrams]
    shades = _shades(grid)
    made = list(_blocks(grid.columns, fields, columns - _LEFT))
    lines: list[str] = []
    for groups in made[:blocks]:
        lines.append(" " * _LEFT + "".join(_header(group) for group in groups))
        for trigram, shade in zip(rows, shades, strict=True):
            label = trigram + " " * max(1, _LEFT - width(trigram))
            lines.append(label + "".join(_cells(group, shade) for group in groups))
    left_out = sum(len(groups) for groups in made[blocks:])
    if left_out:
        lines.append(f"… and {left_out:,} more words")
    return lines


def _shades(grid: AttentionGrid) -> list[list[int]]:
    """Return which shade each cell has, (q, t)."""
    shades: list[list[int]] = []
    for word in grid.rows:
        own = grid.values[len(shades) : len(shades) + len(word.trigrams)]
        levels = _LEVELS * own.max(initial=0.0)
        shades += np.searchsorted(levels, own, side="right").tolist()
    return shades


def _blocks(
    words: Sequence[ReadWord], fields: Sequence[str], columns: int
) -> Iterator[list[_Group]]:
    """Yield the words that have a trigram, as many as fit in a line at a time."""
    block: list[_Group] = []
    used = start = 0
    previous = None
    for word, field in zip(words, fields, strict=True):
        if not word.trigrams:
            continue
        before = "" if not block else " " if field == previous else " │ "
        needed = sum(map(_columns, word.trigrams))
        if block and used + len(before) + needed > columns:
            yield block
            block, used, before = [], 0, ""
        block.append(_Group(word, start, before))
        used += len(before) + needed
        start += len(word.trigrams)
        previous = field
    if block:
        yield block


def _header(group: _Group) -> str:
    return group.before + "".join(map(_letter, group.word.trigrams))


def _cells(group: _Group, shades: list[int]) -> str:
    own = shades[group.start : group.start + len(group.word.trigrams)]
    cells = zip(group.word.trigrams, own, strict=True)
    return group.before + "".join(_SHADES[shade] * _columns(trigram) for trigram, shade in cells)


def _letter(trigram: str) -> str:
    """Return a trigram's middle letter, or a stand-in for a mark that would join its neighbour."""
    return "◌" if unicodedata.category(trigram[1])[0] == "M" else trigram[1]


def _columns(trigram: str) -> int:
    return width(_letter(trigram))
