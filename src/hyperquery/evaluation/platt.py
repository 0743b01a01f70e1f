"""Scores on the scale of log-odds, so that products and sums of probabilities mean something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from hyperquery.evaluation.operators import Array, Mask
from hyperquery.evaluation.scorer import Scorer, Scores


@dataclass(frozen=True)
class LogOdds:
    """A line from a system's scores to the log-odds of membership, the same for all terms.

    It changes no term's ranking. Source: J. Platt, "Probabilistic outputs for support vector
    machines", in *Advances in large margin classifiers*, 1999.

    Attributes:
        slope: log-odds for each unit of the score, positive for a score that is any good.
        offset: log-odds at a score of 0.
    """

    slope: float
    offset: float

    @classmethod
    def fitted(cls, scores: Mapping[str, Array], members: Mapping[str, Mask]) -> Self:
        """Return the line under which the memberships are likeliest, over all terms together.

        Args:
            scores: of some terms, (products,) each.
            members: which products belong to a term, (products,), for those terms at least.

        Examples:
            >>> rng = np.random.default_rng(0)
            >>> scores = rng.normal(size=20_000)
            >>> members = rng.random(20_000) < 1 / (1 + np.exp(1 - 3 * scores))
            >>> found = LogOdds.fitted({"fire": scores}, {"fire": members})
            >>> round(found.slope, 1), round(found.offset, 1)
            (3.0, -1.0)
        """
        known = [term for term in scores if term in members]
        values = np.concatenate([scores[term] for term in known]).astype(np.float64)
        answers = np.concatenate([members[term] for term in known])
        # in units of their spread, so that the regularization does not depend on the scale
        spread = values.std() or 1.0
        line = LogisticRegression().fit(values[:, None] / spread, answers)
        return cls(float(line.coef_[0, 0] / spread), float(line.intercept_[0]))

    def at(self, scores: Array) -> Scores:
        """Return the log-odds at some scores, of the same shape."""
        return np.asarray(self.slope * scores + self.offset, dtype=np.float32)

    def of(self, scorer: Scorer) -> Scorer:
        """Return the scorer on this scale."""
        return _Rescaled(scorer, self)


@dataclass(frozen=True)
class _Rescaled:
    scorer: Scorer
    line: LogOdds

    def scores(self, query: str) -> Scores:
        return self.line.at(self.scorer.scores(query))
