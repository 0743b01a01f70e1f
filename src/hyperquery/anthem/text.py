"""From text to what the encoder reads: trigrams, and longer pieces where they are frequent."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+")
_SIGNS = str.maketrans("™℠", "  ")  # compatibility forms would glue TM and SM to the word
_FEWEST_TEXTS = 3  # that hold a longer piece; rarer ones would only be learned by heart
_MOST_WORDS = 1_000_000  # a bound on memory under endless new words
_COUNTED = 200_000  # words whose pieces are kept while texts are counted
# Little more than the S stemmer (Harman, How effective is suffixing?, JASIS 1991).
_PLURAL = re.compile(r"(?<=ss|.x|zz|ch|sh)es$|(?<![us])s$")
_SINGULAR_OF_IES = re.compile(r"(?<=..)ie$")  # of "batteries" as of "cookies", not of "ties"
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


def longer_pieces(word: str) -> list[str]:
    """Cut a word into the pieces that say more than trigrams: runs of 4 and 5, and all of it.

    Examples:
        >>> longer_pieces("fire")
        ['#fir', 'fire', 'ire#', '#fire', 'fire#', '#fire#']
        >>> longer_pieces("tv")
        ['#tv#']
    """
    marked = f"#{word}#"
    runs = [
        marked[i : i + n] for n in (4, 5) for i in range(len(marked) - n + 1) if n < len(marked)
    ]
    return [*runs, marked]


def singular(word: str) -> str:
    """Return what the singular and the plural of an English word have in common.

    Examples:
        >>> [singular(w) for w in ("tablets", "batteries", "watches", "shoes", "glass", "bus")]
        ['tablet', 'battery', 'watch', 'shoe', 'glass', 'bus']
        >>> singular("cookies"), singular("cookie"), singular("ties"), singular("ty")
        ('cooky', 'cooky', 'tie', 'ty')
    """
    without = _PLURAL.sub("", word) if len(word) > 3 else word
    return _SINGULAR_OF_IES.sub("y", without)


@dataclass(frozen=True)
class Bags:
    """The known pieces of many texts, of one kind, flattened.

    Text ``i`` owns ``ids[offsets[i]:offsets[i + 1]]``.

    Attributes:
        ids: (total,) positions in the vocabulary, int64.
        offsets: (texts + 1,) where each text starts and the last one ends, int64.
    """

    ids: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[Sequence[int]]) -> Bags:
        """Flatten the positions of each text."""
        ids: list[int] = []
        offsets = [0]
        for text in texts:
            ids += text
            offsets.append(len(ids))
        return cls(np.array(ids, dtype=np.int64), np.array(offsets, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(texts,) the number of known pieces of each text."""
        return np.diff(self.offsets)

    def __getitem__(self, texts: slice) -> Bags:
        """Return some of the texts, in a row."""
        start, stop, _ = texts.indices(len(self))
        offsets = self.offsets[start : stop + 1]
        return Bags(self.ids[offsets[0] : offsets[-1]], offsets - offsets[0])

    def chosen(self, texts: npt.NDArray[np.int64]) -> Bags:
        """Return the texts at some positions, in that order."""
        return Bags.of(self.ids[self.offsets[i] : self.offsets[i + 1]].tolist() for i in texts)


@dataclass(frozen=True)
class Encoded:
    """Texts as the model reads them.

    Attributes:
        trigrams: the known trigrams of each text.
        pieces: its known longer pieces: runs of letters, words, pairs of words.
    """

    trigrams: Bags
    pieces: Bags

    def __len__(self) -> int:
        return len(self.trigrams)

    def __getitem__(self, texts: slice) -> Encoded:
        """Return some of the texts, in a row."""
        return Encoded(self.trigrams[texts], self.pieces[texts])

    def chosen(self, texts: npt.NDArray[np.int64]) -> Encoded:
        """Return the texts at some positions, in that order."""
        return Encoded(self.trigrams.chosen(texts), self.pieces.chosen(texts))


class Vocabulary:
    """The trigrams and longer pieces that a model knows, with how many texts hold each.

    Args:
        frequencies: trigram to number of texts; the order fixes the positions.
        texts: the number of texts counted.
        pieces: longer piece to number of texts, likewise.
        words: word to number of texts.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["Fire TV", "Fire tablet"])
        >>> len(vocabulary), vocabulary.encode(["fire"]).trigrams.counts
        (12, array([4]))
    """

    def __init__(
        self,
        frequencies: dict[str, int],
        texts: int,
        pieces: dict[str, int] | None = None,
        words: dict[str, int] | None = None,
    ) -> None:
        self.frequencies = frequencies
        self.texts = texts
        self.pieces = pieces or {}
        self.words = words or {}
        self._positions = {trigram: i for i, trigram in enumerate(frequencies)}
        self._piece_positions = {piece: i for i, piece in enumerate(self.pieces)}
        self._words: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    @classmethod
    def from_texts(cls, texts: Iterable[str], most_pieces: int = 0) -> Vocabulary:
        """Count the pieces of ``texts``, in order of first appearance.

        Args:
            texts: of the products.
            most_pieces: how many longer pieces to keep at most, those of the most texts.
        """
        trigram_counts: Counter[str] = Counter()
        piece_counts: Counter[str] = Counter()
        word_counts: Counter[str] = Counter()
        number = 0
        trigrams_of, longer_of = lru_cache(_COUNTED)(trigrams), lru_cache(_COUNTED)(longer_pieces)
        for text in texts:
            number += 1
            cut = words(text)
            word_counts.update(iter(dict.fromkeys(cut)))
            held = chain.from_iterable(map(trigrams_of, cut))
            trigram_counts.update(iter(dict.fromkeys(held)))
            if most_pieces:
                longer = chain(chain.from_iterable(map(longer_of, cut)), _pairs(cut))
                piece_counts.update(iter(dict.fromkeys(longer)))
        frequent = [p for p, count in piece_counts.items() if count >= _FEWEST_TEXTS]
        kept = set(sorted(frequent, key=lambda p: -piece_counts[p])[:most_pieces])
        pieces = {p: piece_counts[p] for p in frequent if p in kept}
        return cls(dict(trigram_counts), number, pieces, dict(word_counts))

    def __len__(self) -> int:
        return len(self.frequencies)

    @cached_property
    def rarity(self) -> npt.NDArray[np.float32]:
        """(trigrams,) inverse document frequency, ``log(1 + texts / frequency)``."""
        return _rarity(self.frequencies, self.texts)

    @cached_property
    def piece_rarity(self) -> npt.NDArray[np.float32]:
        """(pieces,) the same of the longer pieces."""
        return _rarity(self.pieces, self.texts)

    @cached_property
    def forms(self) -> dict[str, int]:
        """The position of each word's form, which its singular and plural share, from 1 on."""
        positions: dict[str, int] = {}
        return {
            word: positions.setdefault(singular(word), len(positions) + 1) for word in self.words
        }

    @cached_property
    def form_rarity(self) -> npt.NDArray[np.float32]:
        """(forms + 1,) inverse document frequency of each form, with 0 for none at 0."""
        held = np.zeros(max(self.forms.values(), default=0) + 1)
        np.add.at(held, list(self.forms.values()), list(self.words.values()))
        held[1:] = np.log(1 + self.texts / np.minimum(held[1:], self.texts))
        return held.astype(np.float32)

    @cached_property
    def whole_words(self) -> npt.NDArray[np.bool_]:
        """(pieces,) whether a longer piece is a word or a pair of words, and no run of letters."""
        whole = [" " in p or (p.startswith("#") and p.endswith("#")) for p in self.pieces]
        return np.array(whole, dtype=np.bool_)

    @cached_property
    def trigrams(self) -> tuple[str, ...]:
        """The trigrams by position."""
        return tuple(self.frequencies)

    def word_ids(self, word: str) -> tuple[int, ...]:
        """Return the positions of a normalized word's known trigrams, in order."""
        return self._word(word)[0]

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Encoded:
        """Turn texts, given as normalized words, into the positions of their known pieces."""
        trigrams = Bags.of(map(self._trigram_ids, texts))
        return Encoded(trigrams, Bags.of(map(self._piece_ids, texts)))

    def new_words(self, texts: Iterable[Sequence[str]]) -> frozenset[str]:
        """Return the words of texts, given as words, that no text was counted with."""
        return frozenset(word for text in texts for word in text if word not in self.words)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Turn texts into the positions of their known pieces."""
        return self.encode_words([words(text) for text in texts])

    def _trigram_ids(self, text: Sequence[str]) -> list[int]:
        return [position for word in text for position in self._word(word)[0]]

    def _piece_ids(self, text: Sequence[str]) -> list[int]:
        ids = [position for word in text for position in self._word(word)[1]]
        known = self._piece_positions
        return ids + [known[pair] for pair in _pairs(text) if pair in known]

    def _word(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the positions of a word's known trigrams and of its known longer pieces."""
        found = self._words.get(word)
        if found is None:
            known, longer = self._positions, self._piece_positions
            found = (
                tuple(known[t] for t in trigrams(word) if t in known),
                tuple(longer[p] for p in longer_pieces(word) if p in longer),
            )
            if len(self._words) < _MOST_WORDS:
                self._words[word] = found
        return found


def _pairs(text: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(text)]


def _rarity(frequencies: dict[str, int], texts: int) -> npt.NDArray[np.float32]:
    rarities = [math.log(1 + texts / frequency) for frequency in frequencies.values()]
    return np.array(rarities, dtype=np.float32)
