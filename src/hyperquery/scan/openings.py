"""How late titles name words, from the forms of their first words."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import allocating, inlined

OPENING: Final = 20
"""Words of an opening; the first words of a title."""

NAMED: Final = np.dtype([("form", "i4"), ("rarity", "f4")])
"""A word that a term names: its form, above 0, and how much it counts, above 0."""


def named_words(forms: npt.ArrayLike, rarities: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return the words of a term, (words,) NAMED.

    Args:
        forms: of them, above 0.
        rarities: how much each counts, above 0.
    """
    named = np.zeros(np.size(forms), NAMED)
    named["form"], named["rarity"] = forms, rarities
    return named


@inlined
def lateness_of(
    words: Any, start: int, end: int, forms: Any, named: Any, first: int, last: int
) -> Any:
    """Return how late a title names some words, from 0, at its beginning, to 1, not at all.

    Args:
        words: of titles.
        start: of the title.
        end: one past its last word; only the first ``OPENING`` count.
        forms: of all words, 0 for none.
        named: NAMED, words of terms.
        first: of the words that are asked for.
        last: one past the last.

    Returns:
        The mean place of the words that are there, by their rarity, as a share of the opening; 0 if
        no word is asked for.
    """
    if first == last:
        return np.float32(0.0)
    end = min(end, start + OPENING)
    found, places = np.float32(0.0), np.float32(0.0)
    for j in range(first, last):
        for i in range(start, end):
            if forms[words[i]] == named[j].form:
                found += named[j].rarity
                places += named[j].rarity * np.float32(i - start)
                break
    if found == np.float32(0.0):
        return np.float32(1.0)
    return min(places / (found * np.float32(OPENING)), np.float32(1.0))


def lateness(
    openings: npt.NDArray[np.int64],
    named: npt.NDArray[np.int64],
    rarities: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return :func:`lateness_of` many titles, (titles,).

    Args:
        openings: (titles, OPENING) the forms of their first words, 0 for none and after the end.
        named: forms of words, above 0.
        rarities: how much each counts, above 0.

    Examples:
        >>> openings = np.zeros((3, OPENING), np.int64)
        >>> openings[0, :2], openings[1, :3] = [5, 7], [1, 2, 5]
        >>> [f"{late:.3f}" for late in lateness(openings, np.int64([5, 7]), np.float32([1, 1]))]
        ['0.025', '0.100', '1.000']
    """
    itself = np.arange(openings.max(initial=0) + 1)
    asked = named_words(named, rarities)
    found: npt.NDArray[np.float32] = _lateness(openings.ravel(), itself, asked)
    return found


@allocating
def _lateness(words: Any, forms: Any, named: Any) -> Any:
    found = np.empty(len(words) // OPENING, np.float32)
    for row in range(len(found)):
        start = row * OPENING
        found[row] = lateness_of(words, start, start + OPENING, forms, named, 0, len(named))
    return found
