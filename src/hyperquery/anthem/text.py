"""From text to the trigrams that the encoder reads."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+")
_SIGNS = str.maketrans("™℠", "  ")  # compatibility forms would glue TM and SM to the word
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC")  # elsewhere marks are vowels or other letters


def words(text: str) -> list[str]:
    """Cut a text into lower-case words without accents.

    A word is a run of letters and digits of any script, with their vowel signs; everything else
    separates words.

    Examples:
        >>> words("Café Crème, 10.1-inch")
        ['cafe', 'creme', '10', '1', 'inch']
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
    kept: list[str] = []
    base = ""
    for character in decomposed:
        if unicodedata.category(character)[0] != "M":
            base = character
            kept.append(character if character.isalnum() else " ")
        elif not unicodedata.name(base or " ", "").startswith(_ACCENTED):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).split()


def trigrams(word: str) -> list[str]:
    """Cut a word into overlapping character trigrams; ``#`` marks its two boundaries.

    Examples:
        >>> trigrams("fire")
        ['#fi', 'fir', 'ire', 're#']
        >>> trigrams("5")
        ['#5#']
    """
    marked = f"#{word}#"
    return [marked[i : i + 3] for i in range(len(marked) - 2)]


@dataclass(frozen=True)
class Trigrams:
    """The known trigrams of many texts, flattened.

    Text ``i`` owns ``ids[offsets[i]:offsets[i + 1]]``.

    Attributes:
        ids: (total,) positions in the vocabulary, int64.
        offsets: (texts + 1,) where each text starts and the last one ends, int64.
    """

    ids: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(texts,) the number of known trigrams of each text."""
        return np.diff(self.offsets)

    def __getitem__(self, texts: slice) -> Trigrams:
        """Return some of the texts, in a row."""
        start, stop, _ = texts.indices(len(self))
        offsets = self.offsets[start : stop + 1]
        return Trigrams(self.ids[offsets[0] : offsets[-1]], offsets - offsets[0])


class Vocabulary:
    """The trigrams that a model knows, with the number of texts that hold each.

    Args:
        frequencies: trigram to number of texts; the order fixes the positions.
        texts: the number of texts counted.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["Fire TV", "Fire tablet"])
        >>> len(vocabulary), vocabulary.encode(["fire"]).counts
        (12, array([4]))
    """

    def __init__(self, frequencies: dict[str, int], texts: int) -> None:
        self.frequencies = frequencies
        self.texts = texts
        self._positions = {trigram: i for i, trigram in enumerate(frequencies)}
        self._word_ids: dict[str, tuple[int, ...]] = {}

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> Vocabulary:
        """Count the trigrams of ``texts``, in order of first appearance."""
        frequencies: Counter[str] = Counter()
        number = 0
        for text in texts:
            number += 1
            frequencies.update(list(dict.fromkeys(t for w in words(text) for t in trigrams(w))))
        return cls(dict(frequencies), number)

    def __len__(self) -> int:
        return len(self.frequencies)

    @cached_property
    def rarity(self) -> npt.NDArray[np.float32]:
        """(trigrams,) inverse document frequency, ``log(1 + texts / frequency)``."""
        counts = self.frequencies.values()
        return np.array([math.log(1 + self.texts / n) for n in counts], dtype=np.float32)

    @cached_property
    def trigrams(self) -> tuple[str, ...]:
        """The trigrams by position."""
        return tuple(self.frequencies)

    def word_ids(self, word: str) -> tuple[int, ...]:
        """Return the positions of a normalized word's known trigrams, in order."""
        known = self._word_ids.get(word)
        if known is None:
            positions = self._positions
            known = tuple(positions[t] for t in trigrams(word) if t in positions)
            if len(self._word_ids) < 1_000_000:  # a bound on memory under endless new words
                self._word_ids[word] = known
        return known

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Trigrams:
        """Turn texts, given as normalized words, into the positions of their known trigrams."""
        ids: list[int] = []
        offsets = [0]
        for text in texts:
            for word in text:
                ids += self.word_ids(word)
            offsets.append(len(ids))
        return Trigrams(np.array(ids, dtype=np.int64), np.array(offsets, dtype=np.int64))

    def encode(self, texts: Sequence[str]) -> Trigrams:
        """Turn texts into the positions of their known trigrams."""
        return self.encode_words([words(text) for text in texts])
