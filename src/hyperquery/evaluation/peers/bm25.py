"""BM25 over stemmed words, by bm25s."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer


class BM25:
    """A keyword index over texts.

    Args:
        texts: one for each product.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._products = len(texts)
        self._index = bm25s.BM25()
        self._index.index(self._tokens(texts), show_progress=False)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """Return the score of each product, (products,), larger is better."""
        tokens = self._tokens([query])
        if not tokens[0]:
            return np.zeros(self._products, dtype=np.float32)
        return np.asarray(self._index.get_scores(tokens[0]), dtype=np.float32)

    def _tokens(self, texts: Sequence[str]) -> list[list[str]]:
        return bm25s.tokenize(  # type: ignore[no-any-return]
            list(texts),
            stopwords="en",
            stemmer=self._stemmer,
            return_ids=False,
            show_progress=False,
        )
