"""Which trigrams each product holds, and how far it leans to facets, as runs of small integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled
from hyperquery.scan.openings import OPENING

HELD_ELSEWHERE: Final = 0.5
"""How much a trigram counts that only other fields than the title hold; it is 1 in the title."""

LEVELS: Final = 32
"""Steps from 0 to 1 on the axis of a facet; each has a position of its own among what is held."""


class Held(NamedTuple):
    """What rows hold, as the loops take it.

    Attributes:
        ids: the positions of trigrams and levels, ascending in each run, uint16 or uint32.
        starts: (n + 1,) where each row's positions start, int64.
        middles: (n,) where those start that only other fields hold, counted from the row's start.
        openings: (n, OPENING) the forms of the title's first words, 0 for none, uint16 or uint32.
    """

    ids: npt.NDArray[Any]
    starts: npt.NDArray[np.int64]
    middles: npt.NDArray[np.uint16]
    openings: npt.NDArray[Any]


@dataclass(frozen=True)
class Holdings:
    """The trigrams that rows hold: first those of the title, then those of other fields alone.

    With the title's go the levels on the axes of facets. They have the positions after all
    trigrams, axis by axis, and a row holds at most one of an axis's levels.

    Attributes:
        held: by the rows.
        trigrams: how many trigrams there are; levels have the positions from there on.
    """

    held: Held
    trigrams: int

    @classmethod
    def from_pairs(
        cls,
        titles: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
        texts: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
        rows: int,
        trigrams: int,
        axes: int = 0,
        openings: npt.NDArray[Any] | None = None,
    ) -> Holdings:
        """Collect the holdings of rows.

        Args:
            titles: of each trigram of each title, and of each level: the row, the position; in any
                order, repeated.
            texts: the same for the trigrams of all that is read of the rows, titles or not.
            rows: how many.
            trigrams: how many the vocabulary has.
            axes: of facets.
            openings: (rows, OPENING) the forms of the titles' first words; of none if None.
        """
        positions = trigrams + LEVELS * axes
        in_title = distinct(titles[0] * positions + titles[1])
        anywhere = distinct(texts[0] * positions + texts[1])
        elsewhere = np.setdiff1d(anywhere, in_title, assume_unique=True)
        row_of_title, title_ids = np.divmod(in_title, max(1, positions))
        row_elsewhere, other_ids = np.divmod(elsewhere, max(1, positions))
        owners = np.concatenate([row_of_title, row_elsewhere])
        order = np.argsort(owners, kind="stable")  # a row's title trigrams stay before the others
        kind = np.uint16 if positions <= 2**16 else np.uint32
        ids = np.concatenate([title_ids, other_ids])[order].astype(kind)
        starts = np.zeros(rows + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=rows), out=starts[1:])
        middles = np.bincount(row_of_title, minlength=rows)
        short = np.minimum(middles, 2**16 - 1).astype(np.uint16)
        if openings is None:
            openings = np.zeros((rows, OPENING), np.uint16)
        if openings.shape != (rows, OPENING):
            raise ValueError(f"openings are of shape {(rows, OPENING)}, not {openings.shape}")
        return cls(Held(ids, starts, short, openings), trigrams)

    @classmethod
    def concatenated(cls, parts: Sequence[Holdings]) -> Holdings:
        """Put the rows of several holdings one after the other."""
        held = [part.held for part in parts]
        counts = np.concatenate([np.diff(part.starts) for part in held])
        together = Held(
            np.concatenate([part.ids for part in held]),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.concatenate([part.middles for part in held]),
            np.concatenate([part.openings for part in held]),
        )
        return cls(together, parts[0].trigrams)

    def __len__(self) -> int:
        return len(self.held.middles)

    def holding(self, row: int, trigram: int) -> float:
        """Return how much a row holds a trigram: 1 in its title, a half elsewhere alone, or 0."""
        held = self.held
        start, end = held.starts[row], held.starts[row + 1]
        found = np.flatnonzero(held.ids[start:end] == trigram)
        if not len(found):
            return 0.0
        return 1.0 if found[0] < held.middles[row] else HELD_ELSEWHERE

    def place(self, row: int, form: int) -> int | None:
        """Return where a row's title names a word, from 0; None if not in its opening.

        Args:
            row: which.
            form: of the word, above 0.
        """
        found = np.flatnonzero(self.held.openings[row] == form)
        return int(found[0]) if len(found) else None

    def leaning(self, row: int, first: int) -> float:
        """Return where a row lies on the axis of a facet, from 0 to 1.

        Args:
            row: which.
            first: the position of the axis's first level.
        """
        start = self.held.starts[row]
        of_title = self.held.ids[start : start + self.held.middles[row]]
        found = of_title[(of_title >= first) & (of_title < first + LEVELS)]
        return float(found[0] - first + 1) / LEVELS if len(found) else 0.0

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return sum(array.nbytes for array in self.held)

    def chosen(self, rows: npt.NDArray[np.int64]) -> Holdings:
        """Return the holdings of some rows, in the order given."""
        held = self.held
        counts = np.diff(held.starts)[rows]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        taken = np.arange(starts[-1]) + np.repeat(held.starts[rows] - starts[:-1], counts)
        chosen = Held(held.ids[taken], starts, held.middles[rows], held.openings[rows])
        return Holdings(chosen, self.trigrams)


def distinct(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the distinct keys, ascending; sorting takes a tenth of the time of np.unique."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


@compiled
def lack_of(row: int, held: Any, wanted: Any, shares: Any, first: int, last: int) -> Any:
    """Return the share of some trigrams that a row lacks, from 0 to 1; -1 if it holds none at all.

    A trigram that only other fields hold counts half; see :mod:`hyperquery.anthem.evidence`. The
    shares are taken off one by one, so that every caller gets the same bits. Of the wanted
    trigrams, only those from the first up to the last count.
    """
    ids = held.ids
    start, end = held.starts[row], held.starts[row + 1]
    if start == end:
        return np.float32(-1.0)
    middle = start + held.middles[row]
    lack = np.float32(1.0)
    for j in range(first, last):
        if _among(ids, start, middle, wanted[j]):
            lack -= shares[j]
        elif _among(ids, middle, end, wanted[j]):
            lack -= np.float32(HELD_ELSEWHERE) * shares[j]
    return max(lack, np.float32(0.0))


@compiled
def leaning_of(row: int, held: Any, first: int) -> Any:
    """Return where a row lies on the axis whose first level has a position, from 0 to 1."""
    ids, start = held.ids, held.starts[row]
    end = start + held.middles[row]
    place = _place_of(ids, start, end, first)
    if place < end and ids[place] < first + LEVELS:
        return np.float32(ids[place] - first + 1) / np.float32(LEVELS)
    return np.float32(0.0)


@compiled
def _among(ids: Any, low: int, high: int, wanted: int) -> bool:
    place = _place_of(ids, low, high, wanted)
    found: bool = place < high and ids[place] == wanted
    return found


@compiled
def _place_of(ids: Any, low: int, high: int, wanted: int) -> int:
    """Return the place of the first that is not below the wanted one."""
    while low < high:
        middle = (low + high) // 2
        if ids[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
