"""Reciprocal rank fusion: several systems' rankings in one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from hyperquery.evaluation.scorer import Scorer, Scores

DAMPING = 60.0
"""The constant of the paper; a smaller one gives the first places more weight."""


def reciprocal_rank_fusion(scores: Sequence[Scores], k: float = DAMPING) -> Scores:
    """Return ``sum 1 / (k + rank)`` over the systems for each product.

    Products with equal scores share the last of their ranks, so that those in which a keyword
    index finds no word at all get next to nothing from it, and all of them the same.

    Source: Cormack, Clarke, Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual
    rank learning methods", SIGIR 2009.

    Args:
        scores: of each system, (products,), larger is better.
        k: the damping, positive.

    Returns:
        (products,) the fused scores, larger is better.

    Examples:
        >>> first, second = np.array([3, 2, 1]), np.array([1, 0, 0])
        >>> reciprocal_rank_fusion([first, second], k=1)
        array([1.       , 0.5833333, 0.5      ], dtype=float32)
    """
    ranks = [stats.rankdata(-np.asarray(of_one), method="max") for of_one in scores]
    return np.asarray(sum(1 / (k + rank) for rank in ranks), dtype=np.float32)


class Fusion:
    """Several scorers over the same products, fused by their ranks.

    Args:
        scorers: the systems, at least one.
        k: the damping, see :func:`reciprocal_rank_fusion`.
    """

    def __init__(self, scorers: Sequence[Scorer], k: float = DAMPING) -> None:
        self.k = k
        self._scorers = tuple(scorers)

    def scores(self, query: str) -> Scores:
        """Return the fused score of each product, (products,), larger is better."""
        return reciprocal_rank_fusion([scorer.scores(query) for scorer in self._scorers], self.k)
