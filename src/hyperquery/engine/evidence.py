"""Which products hold which trigrams: the catalog's coordinates on the sparse axes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.evidence import shares
from hyperquery.anthem.text import Trigrams, Vocabulary

_WORDLESS = 1e6  # keeps a product of which nothing can be read out of every term


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
        trigrams = self._vocabulary.encode([term])
        lack = np.ones(self._products, dtype=np.float32)
        for trigram, share in zip(trigrams.ids, shares(trigrams, self._vocabulary), strict=True):
            lack[self._holders[self._starts[trigram] : self._starts[trigram + 1]]] -= share
        lack = np.maximum(lack, 0)
        lack[self._wordless] = _WORDLESS
        return lack
