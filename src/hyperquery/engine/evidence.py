"""Which products hold which trigrams: the catalog's coordinates on the sparse axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.evidence import shares
from hyperquery.anthem.text import Trigrams, Vocabulary

_WORDLESS = 1e6  # keeps a product of which nothing can be read out of every term


class Contribution(NamedTuple):
    """What one trigram of a term has to do with what a product lacks of the term.

    Attributes:
        trigram: its three letters.
        share: what lacking it adds; a term's shares sum to 1.
        held: whether the product holds it.
    """

    trigram: str
    share: np.float32
    held: bool


class EvidenceIndex:
    """An inverted index from trigrams to products.

    Args:
        texts: the trigrams of each product's text.
        vocabulary: the trigrams' positions and rarity.
    """

    def __init__(self, texts: Trigrams, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._products = len(texts)
        self._wordless = texts.counts == 0
        owners = np.repeat(np.arange(len(texts), dtype=np.int64), texts.counts)
        holdings = np.unique(texts.ids * max(1, len(texts)) + owners)  # by trigram, then product
        trigrams, self._holders = np.divmod(holdings, max(1, len(texts)))
        self._starts = np.searchsorted(trigrams, np.arange(len(vocabulary) + 1))

    def lacking(self, term: str) -> npt.NDArray[np.float32]:
        """Return the rarity-weighted share of a term's trigrams that each product lacks.

        Args:
            term: with at least one known trigram.

        Returns:
            (products,) from 0, all held, to 1, none held; far more for a product without any
            trigram. See :func:`hyperquery.anthem.evidence.lacking`.
        """
        lack = np.ones(self._products, dtype=np.float32)
        for trigram, share in self._shares(term):
            lack[self._holding(trigram)] -= share
        lack = np.maximum(lack, 0)
        lack[self._wordless] = _WORDLESS
        return lack

    def contributions(self, term: str, product: int) -> list[Contribution]:
        """Return what each trigram of a term has to do with what a product lacks of it, in order.

        Args:
            term: with at least one known trigram.
            product: its position.
        """
        return [
            Contribution(
                self._vocabulary.trigrams[trigram], share, product in self._holding(trigram)
            )
            for trigram, share in self._shares(term)
        ]

    def _shares(self, term: str) -> list[tuple[int, np.float32]]:
        """Return the positions of a term's trigrams and what lacking each adds, in order."""
        trigrams = self._vocabulary.encode([term])
        return list(zip(trigrams.ids.tolist(), shares(trigrams, self._vocabulary), strict=True))

    def _holding(self, trigram: int) -> npt.NDArray[np.int64]:
        """Return the products that hold a trigram."""
        return self._holders[self._starts[trigram] : self._starts[trigram + 1]]
