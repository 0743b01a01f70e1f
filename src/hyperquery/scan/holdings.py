"""Which words each row holds, how they are written, and how far the row leans to facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.openings import OPENING
from hyperquery.scan.spellings import Spellings, narrow, together

HELD_ELSEWHERE: Final = 0.5
"""How much a trigram counts that only other fields than the title hold; it is 1 in the title."""

LEVELS: Final = 32
"""Steps of the axis of a facet that titles lean to; other axes have one."""

_BITS: Final = 64  # trigrams that are looked for at once
_MOST_ENTRIES: Final = 2**32 - 1


class Held(NamedTuple):
    """What rows hold, as the loops take it: what is read together lies together.

    Attributes:
        entries: of each row, its words by their positions among the spellings: those of the title,
            the first ``OPENING`` as they follow each other and the rest once, then those of other
            fields alone; and after them its places on axes, ascending, at most one for each. An
            axis has a place for each of its steps, one after the other. uint16 or uint32.
        heads: (n + 1, 3) where each row's words start, where those of its title end, and where all
            of them end, uint32. Its places end where the next row starts.
    """

    entries: npt.NDArray[Any]
    heads: npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Holdings:
    """The words that rows hold, and their places on the axes of facets.

    A row of which no word has a known trigram holds no words at all.

    Attributes:
        held: by the rows.
        spellings: of the words.
    """

    held: Held
    spellings: Spellings

    @classmethod
    def from_words(
        cls,
        titles: Sequence[Sequence[int]],
        texts: Sequence[Sequence[int]],
        spellings: Spellings,
        leanings: tuple[npt.ArrayLike, npt.ArrayLike] = ((), ()),
    ) -> Holdings:
        """Collect the holdings of rows.

        Args:
            titles: the words of each title, in order, as positions among the spellings.
            texts: the words of all that is read of each row, titles or not.
            spellings: of the words.
            leanings: the row of each place on an axis, and the place.

        Raises:
            ValueError: If there are more words than can be counted.

        Examples:
            >>> spellings = Spellings.of([((5, 6), 1), ((6,), 2)])
            >>> holdings = Holdings.from_words([[0], []], [[0, 1], [1]], spellings)
            >>> [holdings.holding(row, 6) for row in (0, 1)]
            [1.0, 0.5]
        """
        spelled = (np.diff(spellings.starts) > 0).tolist()
        words: list[int] = []
        counts = np.zeros((len(titles), 3), np.int64)
        for row, (title, text) in enumerate(zip(titles, texts, strict=True)):
            whole = dict.fromkeys((*title, *text))
            if not any(spelled[word] for word in whole):
                continue
            opening, of_title = title[:OPENING], set(title)
            later = [w for w in whole if spelled[w] and w in of_title and w not in opening]
            elsewhere = [w for w in whole if spelled[w] and w not in of_title]
            words += (*opening, *later, *elsewhere)
            counts[row, :2] = len(opening) + len(later), len(elsewhere)
        rows, places = (np.array(part, np.int64) for part in leanings)
        counts[:, 2] = np.bincount(rows, minlength=len(titles))
        found, used = together([(np.array(words, np.int64), spellings)])
        return cls(_held(found, places[np.lexsort((places, rows))], counts), used)

    @classmethod
    def concatenated(cls, parts: Sequence[Holdings]) -> Holdings:
        """Put the rows of several holdings one after the other.

        Raises:
            ValueError: If there are more words than can be counted.
        """
        counts = [part.counts for part in parts]
        of_words = [_are_words(of_part) for of_part in counts]
        entries = [part.held.entries for part in parts]
        words, spellings = together(
            [
                (some[mask], part.spellings)
                for some, mask, part in zip(entries, of_words, parts, strict=True)
            ]
        )
        places = [some[~mask] for some, mask in zip(entries, of_words, strict=True)]
        return cls(_held(words, np.concatenate(places), np.concatenate(counts)), spellings)

    def __len__(self) -> int:
        return len(self.held.heads) - 1

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(n, 3) how many words each row's title has, how many other words it has, and places."""
        return np.diff(self.held.heads.astype(np.int64).ravel()[:-2]).reshape(-1, 3)

    @cached_property
    def trigrams(self) -> int:
        """Positions from here on in the vocabulary are of trigrams that no row holds."""
        return int(self.spellings.trigrams.max(initial=0)) + 1

    @property
    def places(self) -> int:
        """Places from here on are held by no row."""
        ends, starts = self.held.heads[1:, 0], self.held.heads[:-1, 2]
        last = self.held.entries[ends[ends > starts] - 1]  # as they ascend
        return int(last.max(initial=0)) + 1 if len(last) else 0

    @cached_property
    def wordless(self) -> bool:
        """Whether any row holds no words."""
        heads = self.held.heads[:-1]
        return bool((heads[:, 2] == heads[:, 0]).any())

    def holding(self, row: int, trigram: int) -> float:
        """Return how much a row holds a trigram: 1 in its title, a half elsewhere alone, or 0."""
        start, middle, end = self._run(row)
        entries = self.held.entries
        for words, value in ((entries[start:middle], 1.0), (entries[middle:end], HELD_ELSEWHERE)):
            if any(trigram in trigrams for trigrams, _ in self.spellings.spelled(words)):
                return value
        return 0.0

    def place(self, row: int, form: int) -> int | None:
        """Return where a row's title names a word, from 0; None if not in its opening.

        Args:
            row: which.
            form: of the word, above 0.
        """
        start, middle, _ = self._run(row)
        opening = self.held.entries[start : min(middle, start + OPENING)]
        found = np.flatnonzero(self.spellings.forms[opening] == form)
        return int(found[0]) if len(found) else None

    def step(self, row: int, first: int, steps: int) -> int:
        """Return which step of an axis a row is at, from 1 to all of them; 0 if at none.

        Args:
            row: which.
            first: place of the axis.
            steps: of the axis.
        """
        start, end = int(self.held.heads[row, 2]), int(self.held.heads[row + 1, 0])
        after = self.held.entries[start:end].astype(np.int64) - first
        found = after[(after >= 0) & (after < steps)]
        return int(found[0]) + 1 if len(found) else 0

    def _run(self, row: int) -> tuple[int, int, int]:
        """Return where a row's words start, where its title's end, and where all end."""
        start, middle, end = self.held.heads[row].tolist()
        return start, middle, end

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return sum(array.nbytes for array in (*self.held, *self.spellings))

    def chosen(self, rows: npt.NDArray[np.int64]) -> Holdings:
        """Return the holdings of some rows, in the order given."""
        counts = self.counts[rows]
        heads = _heads(counts)
        sizes, starts = counts.sum(axis=1), self.held.heads[rows, 0].astype(np.int64)
        taken = np.arange(heads[-1, 0]) + np.repeat(starts - heads[:-1, 0], sizes)
        return Holdings(Held(self.held.entries[taken], heads), self.spellings)


def _held(words: npt.NDArray[Any], places: npt.NDArray[Any], counts: npt.NDArray[np.int64]) -> Held:
    """Return what rows hold.

    Args:
        words: of all rows, one after the other.
        places: likewise.
        counts: (n, 3) how many each row has, see :attr:`Holdings.counts`.
    """
    heads, are_words = _heads(counts), _are_words(counts)
    words, places = narrow(words), narrow(places)
    entries = np.empty(len(are_words), np.result_type(words, places))
    entries[are_words], entries[~are_words] = words, places
    return Held(entries, heads)


def _are_words(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which entries are words, of rows that have so many of each kind."""
    return np.repeat(np.tile([True, True, False], len(counts)), counts.ravel())


def _heads(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """Return where runs of some lengths start, and the last one ends, (n + 1, 3)."""
    heads = np.zeros(counts.size + 3, np.int64)
    np.cumsum(counts.ravel(), out=heads[1:-2])
    heads[-2:] = heads[-3]
    if heads[-1] > _MOST_ENTRIES:
        raise ValueError(
            f"one part of a catalog can hold {_MOST_ENTRIES:,} words, not {heads[-1]:,}: add the "
            f"products in several parts"
        )
    return heads.reshape(-1, 3).astype(np.uint32)


@compiled
def most_words(entries: Any, heads: Any) -> int:
    """Return how many words there must be for all that rows hold, -1 if places do not ascend."""
    most = 0
    for row in range(len(heads) - 1):
        start, end = np.int64(heads[row, 2]), np.int64(heads[row + 1, 0])
        for i in range(np.int64(heads[row, 0]), start):
            most = max(most, entries[i] + 1)
        for i in range(start + 1, end):
            if entries[i] <= entries[i - 1]:
                return -1
    return most


@inlined
def lack_of(
    row: int, held: Any, spellings: Any, slots: Any, term: int, wanted: Any, first: int, last: int
) -> Any:
    """Return the share of a term's trigrams that a row lacks, from 0 to 1; -1 if it has no words.

    A trigram that only other fields hold counts half; see :mod:`hyperquery.anthem.evidence`. The
    shares are taken off one by one, so that every caller gets the same bits.

    Args:
        row: which.
        held: by the rows.
        spellings: of the words.
        slots: (terms, trigrams) which of a term's trigrams each is, from 1 on; 0 if none.
        term: which.
        wanted: the trigrams of all terms, with their shares.
        first: where this term's start.
        last: one past the last.
    """
    start, middle = np.int64(held.heads[row, 0]), np.int64(held.heads[row, 1])
    end = np.int64(held.heads[row, 2])
    if start == end:
        return np.float32(-1.0)
    one, lack = np.uint64(1), np.float32(1.0)
    for base in range(0, last - first, _BITS):
        titled = _found(held.entries, start, middle, spellings, slots, term, base)
        elsewhere = _found(held.entries, middle, end, spellings, slots, term, base)
        for j in range(base, min(base + _BITS, last - first)):
            bit = one << np.uint64(j - base)
            if titled & bit:
                lack -= wanted[first + j].share
            elif elsewhere & bit:
                lack -= np.float32(HELD_ELSEWHERE) * wanted[first + j].share
    return max(lack, np.float32(0.0))


@inlined
def _found(
    words: Any, start: int, end: int, spellings: Any, slots: Any, term: int, base: int
) -> Any:
    """Return which of 64 of a term's trigrams some words have, a bit for each."""
    one, found = np.uint64(1), np.uint64(0)
    for i in range(start, end):
        word = np.int64(words[i])
        for j in range(spellings.starts[word], spellings.starts[word + 1]):
            slot = np.int64(slots[term, spellings.trigrams[j]]) - 1 - base
            if 0 <= slot < _BITS:
                found |= one << np.uint64(slot)
    return found


@inlined
def coordinate(step: int, steps: int, leaned: float) -> Any:
    """Return where a step of an axis is, from 0 to 1.

    Args:
        step: from 0, at none, to all of them.
        steps: of the axis.
        leaned: where those but the last end; the last is at 1.
    """
    return np.float32(1.0 if step == steps else leaned * step / steps)


@inlined
def step_of(row: int, held: Any, first: int, steps: int) -> Any:
    """Return which step of an axis a row is at; see :meth:`Holdings.step`."""
    entries = held.entries
    for i in range(np.int64(held.heads[row, 2]), np.int64(held.heads[row + 1, 0])):
        if entries[i] >= first:
            if entries[i] < first + steps:
                return np.int64(entries[i]) - first + 1
            break
    return np.int64(0)
