"""One regression for each term: a yardstick of what titles say, and no search engine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_ridge import KernelRidge

from hyperquery.evaluation.scorer import Scores

_PENALTY = 1.0


class TermRegressions:
    """Ridge regressions of membership on tf-idf of words, pairs and runs of 3 to 5 letters.

    Args:
        titles: of the products to learn from.
        terms: that each of them belongs to.

    Examples:
        >>> model = TermRegressions(["red kettle", "blue kettle", "red pan"],
        ...                         [{"kettles"}, {"kettles"}, {"pans"}])
        >>> model.over(["green kettle", "green pan"]).scores("kettles").argmax()
        np.int64(0)
    """

    def __init__(self, titles: Sequence[str], terms: Sequence[Collection[str]]) -> None:
        self._vectorizers = (
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        )
        features = hstack([each.fit_transform(titles) for each in self._vectorizers]).tocsr()
        names = sorted({term for held in terms for term in held})
        self._columns = {term: column for column, term in enumerate(names)}
        members = np.zeros((len(titles), len(names)))
        for row, held in enumerate(terms):
            members[row, [self._columns[term] for term in held]] = 1.0
        self._regression = KernelRidge(alpha=_PENALTY).fit(features, members)

    def over(self, titles: Sequence[str]) -> RegressionScorer:
        """Return the predictions for the products of some titles."""
        features = hstack([each.transform(titles) for each in self._vectorizers]).tocsr()
        return RegressionScorer(self._columns, np.asarray(self._regression.predict(features)))


class RegressionScorer:
    """The predictions for some products.

    Args:
        columns: the column of each term.
        predicted: (products, terms).
    """

    def __init__(self, columns: dict[str, int], predicted: npt.NDArray[Any]) -> None:
        self._columns = columns
        self._predicted = predicted

    def scores(self, query: str) -> Scores:
        """Return the prediction for a term, (products,); 0 for one that was not learned."""
        if query not in self._columns:
            return np.zeros(len(self._predicted), np.float32)
        return np.asarray(self._predicted[:, self._columns[query]], np.float32)
