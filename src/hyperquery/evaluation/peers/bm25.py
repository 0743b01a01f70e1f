"""BM25 over stemmed words, by bm25s."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

from hyperquery.evaluation.scorer import Scores

SATURATIONS = (0.6, 0.9, 1.2, 1.5, 2.0)
"""The values of k1 that :func:`variants` goes through."""

LENGTH_WEIGHTS = (0.3, 0.5, 0.75, 0.9)
"""The values of b that :func:`variants` goes through."""


class BM25:
    """A keyword index over texts.

    Args:
        texts: one for each product.
        k1: how slowly a word's repetitions stop to count; bm25s's default.
        b: how much a long text loses, from 0 to 1; bm25s's default.

    Examples:
        >>> BM25(["two red kettles", "a blue pan"]).scores("kettle") > 0
        array([ True, False])
    """

    def __init__(self, texts: Sequence[str], k1: float = 1.5, b: float = 0.75) -> None:
        self.k1 = k1
        self.b = b
        self._stemmer = Stemmer.Stemmer("english")
        self._products = len(texts)
        self._index = bm25s.BM25(k1=k1, b=b)
        self._index.index(self._tokens(texts), show_progress=False)

    def scores(self, query: str) -> Scores:
        """Return the score of each product, (products,), larger is better."""
        tokens = self._tokens([query])
        if not tokens[0]:
            return np.zeros(self._products, dtype=np.float32)
        return np.asarray(self._index.get_scores(tokens[0]), dtype=np.float32)

    def best(self, query: str, k: int) -> npt.NDArray[np.int64]:
        """Return the k products that score best, best first."""
        tokens = self._tokens([query])
        found = self._index.retrieve(
            tokens, k=min(k, self._products), show_progress=False, return_as="documents"
        )
        return np.asarray(found[0], dtype=np.int64)

    def _tokens(self, texts: Sequence[str]) -> list[list[str]]:
        return bm25s.tokenize(  # type: ignore[no-any-return]
            list(texts),
            stopwords="en",
            stemmer=self._stemmer,
            return_ids=False,
            show_progress=False,
        )


def variants(texts: Sequence[str]) -> Iterator[BM25]:
    """Yield an index for each k1 and b worth trying.

    Args:
        texts: one for each product.
    """
    for k1, b in product(SATURATIONS, LENGTH_WEIGHTS):
        yield BM25(texts, k1, b)
