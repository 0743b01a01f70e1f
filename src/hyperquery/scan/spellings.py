"""How words are written: the trigrams of each, and the form that its singular and plural share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled

Spelling = tuple[tuple[int, ...], int]
"""The positions of a word's known trigrams, and its form; 0 if no form of it is known."""


class Spellings(NamedTuple):
    """The words of an index, as the loops take them.

    Rows name them by position, so that each is spelled once, however many rows hold it.

    Attributes:
        trigrams: positions of known trigrams in the vocabulary, word after word, uint16 or uint32.
        starts: (words + 1,) where each word's trigrams start, int64.
        forms: (words,) of the words, 0 for none, uint32.
    """

    trigrams: npt.NDArray[Any]
    starts: npt.NDArray[np.int64]
    forms: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, spelled: Sequence[Spelling]) -> Spellings:
        """Collect the spellings of words.

        Examples:
            >>> Spellings.of([((4, 7), 1), ((), 0)]).starts.tolist()
            [0, 2, 2]
        """
        counts = [len(trigrams) for trigrams, _ in spelled]
        return cls(
            narrow([trigram for trigrams, _ in spelled for trigram in trigrams]),
            np.cumsum([0, *counts], dtype=np.int64),
            np.array([form for _, form in spelled], np.uint32),
        )

    def spelled(self, words: npt.NDArray[Any]) -> list[Spelling]:
        """Return the spellings of some words, by their positions."""
        at = words.astype(np.int64)
        starts, ends = self.starts[at].tolist(), self.starts[at + 1].tolist()
        return [
            (tuple(self.trigrams[start:end].tolist()), form)
            for start, end, form in zip(starts, ends, self.forms[at].tolist(), strict=True)
        ]


def together(
    parts: Sequence[tuple[npt.NDArray[Any], Spellings]],
) -> tuple[npt.NDArray[Any], Spellings]:
    """Return words with their spellings in one, each once, in the order in which they are used.

    Args:
        parts: words, by their positions among spellings, and these.

    Examples:
        >>> one, two = Spellings.of([((4,), 1), ((7,), 2)]), Spellings.of([((7,), 2)])
        >>> words, spellings = together([(np.array([1, 1]), one), (np.array([0]), two)])
        >>> words.tolist(), spellings.spelled(words[:1])
        ([0, 0, 0], [((7,), 2)])
    """
    known: dict[Spelling, int] = {}
    found = [np.zeros(0, np.uint32)]
    for words, spellings in parts:
        used = _in_order_of_use(words, len(spellings.forms))
        places = np.zeros(len(spellings.forms), np.uint32)
        places[used] = [
            known.setdefault(spelling, len(known)) for spelling in spellings.spelled(used)
        ]
        found.append(places[words])
    return narrow(np.concatenate(found)), Spellings.of(list(known))


def _in_order_of_use(words: npt.NDArray[Any], count: int) -> npt.NDArray[np.int64]:
    """Return the distinct words, below a count, by where they are first."""
    places, used = np.full(count, -1), np.empty(count, np.int64)
    return used[: _use(words, places, used)]


@compiled
def _use(words: Any, places: Any, used: Any) -> int:
    """Write each word where it is first among the used ones; return how many there are."""
    count = 0
    for word in words:
        if places[word] < 0:
            places[word] = count
            used[count] = word
            count += 1
    return count


def narrow(numbers: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return numbers from 0 on in 16 bits if they fit, or else in 32."""
    found = np.asarray(numbers)
    kind = np.uint16 if found.max(initial=0) < 2**16 else np.uint32
    return found.astype(kind, copy=False)
