"""How late titles name words, from the forms of their first words."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import allocating, compiled

OPENING: Final = 20
"""Words of an opening; the first words of a title."""


@compiled
def lateness_of(row: int, openings: Any, named: Any, rarities: Any, first: int, last: int) -> Any:
    """Return how late a row's title names some words, from 0, at its beginning, to 1, not at all.

    Args:
        row: whose title.
        openings: (rows, OPENING) the forms of the first words of titles, 0 for none.
        named: forms of words, above 0.
        rarities: how much each counts, above 0.
        first: of the words that are asked for.
        last: one past the last.

    Returns:
        The mean place of the words that are there, by their rarity, as a share of the opening; 0 if
        no word is asked for.
    """
    if first == last:
        return np.float32(0.0)
    found, places = np.float32(0.0), np.float32(0.0)
    for j in range(first, last):
        for place in range(openings.shape[1]):
            if openings[row, place] == named[j]:
                found += rarities[j]
                places += rarities[j] * np.float32(place)
                break
    if found == np.float32(0.0):
        return np.float32(1.0)
    return min(places / (found * np.float32(OPENING)), np.float32(1.0))


def lateness(
    openings: npt.NDArray[Any], named: npt.NDArray[np.int64], rarities: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return :func:`lateness_of` all rows, (rows,).

    Examples:
        >>> openings = np.zeros((3, OPENING), np.uint16)
        >>> openings[0, :2], openings[1, :3] = [5, 7], [1, 2, 5]
        >>> [f"{late:.3f}" for late in lateness(openings, np.int64([5, 7]), np.float32([1, 1]))]
        ['0.025', '0.100', '1.000']
    """
    found: npt.NDArray[np.float32] = _lateness(openings, named, rarities)
    return found


@allocating
def _lateness(openings: Any, named: Any, rarities: Any) -> Any:
    found = np.empty(len(openings), np.float32)
    for row in range(len(openings)):
        found[row] = lateness_of(row, openings, named, rarities, 0, len(named))
    return found
