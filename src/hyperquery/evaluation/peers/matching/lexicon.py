"""From words to the numbers that the text-matching models read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from hyperquery.anthem.documents import Words
from hyperquery.anthem.text import Vocabulary
from hyperquery.evaluation.peers.matching.config import MatchingConfig


@dataclass(frozen=True)
class Pairs:
    """Queries and products to score against each other, by the distinct words in them.

    A text is a row of places in the list of distinct words, of a fixed length, filled up with
    place 0, the padding. Two words are the same if and only if their places are.

    Attributes:
        queries: (pairs, query_length) places of the words of each pair's query.
        products: (pairs, product_length) places of the words of each pair's product.
        rows: (distinct,) row of each distinct word in a table of the catalog's words; 0, the row of
            the padding, for a word outside the catalog.
        rarity: (distinct,) inverse document frequency, 0 for the padding.
        trigrams: (total,) the known letter trigrams of all distinct words, one after the other.
        offsets: (distinct,) where the trigrams of each distinct word start.
    """

    queries: Tensor
    products: Tensor
    rows: Tensor
    rarity: Tensor
    trigrams: Tensor
    offsets: Tensor


class Lexicon:
    """The words of a catalog: their rows in a table, rarity and letter trigrams.

    Args:
        texts: the words of each product.
        config: how many words of a text are read.

    Attributes:
        words: number of rows of a table of the words, with that of the padding.
        trigrams: number of known trigrams.
    """

    def __init__(self, texts: Sequence[Words], config: MatchingConfig) -> None:
        frequencies = Counter(word for text in texts for word in dict.fromkeys(text))
        self._config = config
        self._rows = {word: row for row, word in enumerate(("", *frequencies))}
        self._rarity = {word: math.log(1 + len(texts) / n) for word, n in frequencies.items()}
        self._rarity[""] = 0.0
        self._greatest_rarity = math.log(1 + len(texts))
        self._vocabulary = Vocabulary.from_texts(frequencies)
        self.words = len(self._rows)
        self.trigrams = len(self._vocabulary)

    def pairs(self, queries: Sequence[Words], products: Sequence[Sequence[Words]]) -> Pairs:
        """Pair each query with each of its products, in order.

        Args:
            queries: the words of each query.
            products: of each query, the words of the products to score.

        Examples:
            >>> config = MatchingConfig(query_length=4, product_length=8)
            >>> lexicon = Lexicon([("fire", "tv"), ("fire", "tablet")], config)
            >>> pairs = lexicon.pairs([("fire", "stick")], [[("fire", "tv"), ("tv",)]])
            >>> pairs.queries.tolist(), pairs.products[:, :3].tolist()
            ([[1, 2, 0, 0], [1, 2, 0, 0]], [[1, 3, 0], [3, 0, 0]])
        """
        places = {"": 0}
        asked = [
            row
            for query, its in zip(queries, products, strict=True)
            for row in [_places(query, places, self._config.query_length)] * len(its)
        ]
        length = self._config.product_length
        read = [_places(product, places, length) for its in products for product in its]
        encoded = self._vocabulary.encode_words([(word,) if word else () for word in places])
        trigrams = encoded.trigrams
        return Pairs(
            torch.tensor(asked, dtype=torch.int64).view(-1, self._config.query_length),
            torch.tensor(read, dtype=torch.int64).view(-1, length),
            torch.tensor([self._rows.get(word, 0) for word in places]),
            torch.tensor([self._rarity.get(word, self._greatest_rarity) for word in places]),
            torch.from_numpy(trigrams.ids),
            torch.from_numpy(trigrams.offsets[:-1]),
        )


def _places(text: Words, places: dict[str, int], length: int) -> list[int]:
    """Return the places of a text's words, giving new words new ones, as a row of a length."""
    row = [places.setdefault(word, len(places)) for word in text[:length]]
    return row + [0] * (length - len(row))
