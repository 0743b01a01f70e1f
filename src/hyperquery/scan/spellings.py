"""How words are written: the trigrams of each, and the form that its singular and plural share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Spelling = tuple[tuple[int, ...], int]
"""The positions of a word's known trigrams, and its form; 0 if no form of it is known."""


class Spellings(NamedTuple):
    """The words of an index, as the loops take them.

    Rows name them by position, so that each is spelled once, however many rows hold it.

    Attributes:
        trigrams: positions of known trigrams in the vocabulary, word after word, uint16 or uint32.
        starts: (words + 1,) where each word's trigrams start, int64.
        forms: (words,) of the words, 0 for none, uint16 or uint32.
    """

    trigrams: npt.NDArray[Any]
    starts: npt.NDArray[np.int64]
    forms: npt.NDArray[Any]

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
            narrow([form for _, form in spelled]),
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
    found = [np.zeros(0, np.int64)]
    for words, spellings in parts:
        used = _in_order_of_use(words, len(spellings.forms))
        places = np.zeros(len(spellings.forms), np.int64)
        places[used] = [
            known.setdefault(spelling, len(known)) for spelling in spellings.spelled(used)
        ]
        found.append(places[words])
    return narrow(np.concatenate(found)), Spellings.of(list(known))


def _in_order_of_use(words: npt.NDArray[Any], count: int) -> npt.NDArray[np.int64]:
    """Return the distinct words, below a count, by where they are first."""
    first = np.full(count, len(words))
    first[words[::-1]] = np.arange(len(words))[::-1]  # the last to be written stays
    used = np.flatnonzero(first < len(words))
    return used[np.argsort(first[used])]


def narrow(numbers: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return numbers from 0 on in 16 bits if they fit, or else in 32."""
    wide = np.asarray(numbers, np.int64)
    return wide.astype(np.uint16 if wide.max(initial=0) < 2**16 else np.uint32)
