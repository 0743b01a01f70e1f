"""Boolean queries for systems that only score terms: the scores are normalized and fused.

What a keyword engine or a vector index can do for AND, OR and NOT. Which normalization and which
fusion suits a system, and above which score a product counts as a match, is chosen on queries
with known answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from hyperquery import query as q
from hyperquery.evaluation.operators import Array, Mask, evaluate


@dataclass(frozen=True)
class Fusion:
    """How scores of terms become the score of a query.

    Attributes:
        name: of the normalization and the operators.
        normalize: scores of a term, (products,), to values between 0 and 1.
        conjunction: of two values.
        disjunction: of two values.
    """

    name: str
    normalize: Callable[[Array], Array]
    conjunction: Callable[[Array, Array], Array]
    disjunction: Callable[[Array, Array], Array]

    def scores(self, query: q.Query, leaf: Callable[[str], Array]) -> Array:
        """Return the score of each product, (products,), larger is better."""
        return evaluate(
            query,
            lambda term: self.normalize(np.asarray(leaf(term), dtype=np.float64)),
            self.conjunction,
            self.disjunction,
            lambda value: 1 - value,
        )


def _by_range(scores: Array) -> Array:
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _by_spread(scores: Array, steepness: float) -> Array:
    spread = scores.std()
    standard = (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
    return np.asarray(1 / (1 + np.exp(-(standard - steepness))))


def _by_logistic(scores: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-scores)))


_NORMALIZATIONS: dict[str, Callable[[Array], Array]] = {
    "range": _by_range,
    "spread": partial(_by_spread, steepness=1.0),
    "far spread": partial(_by_spread, steepness=3.0),
    "logistic": _by_logistic,
}
_MOST_THRESHOLDS = 1000  # that are tried

FUSIONS = tuple(
    Fusion(f"{name}, {operators}", normalize, conjunction, disjunction)
    for name, normalize in _NORMALIZATIONS.items()
    for operators, conjunction, disjunction in (
        ("min and max", np.minimum, np.maximum),
        ("product and probabilistic sum", np.multiply, lambda a, b: a + b - a * b),
        ("sum and max", lambda a, b: (a + b) / 2, np.maximum),
    )
)
"""The fusions that are tried: normalizations times operators."""


def best_threshold(scores: Sequence[Array], answers: Sequence[Mask]) -> float:
    """Return the score above which counting as a match gives the best mean F1 over queries.

    Args:
        scores: (products,) for each query.
        answers: (products,) for each query, which products should match.

    Examples:
        >>> best_threshold([np.array([0.25, 0.75, 1.0])], [np.array([False, True, True])])
        0.5
    """
    # A match begins at a product that should match: only there can F1 rise.
    values = np.unique(np.concatenate(scores))
    right = np.unique(np.concatenate([s[a] for s, a in zip(scores, answers, strict=True)]))
    right = np.unique(np.quantile(right, np.linspace(0, 1, _MOST_THRESHOLDS), method="nearest"))
    below = values[np.maximum(np.searchsorted(values, right) - 1, 0)]
    middles = (right + below) / 2
    f1 = np.zeros(len(middles))
    for score, answer in zip(scores, answers, strict=True):
        order = np.sort(score)
        hits = np.sort(score[answer])
        chosen = len(order) - np.searchsorted(order, middles, side="right")
        found = len(hits) - np.searchsorted(hits, middles, side="right")
        f1 += 2 * found / np.maximum(1, chosen + len(hits))
    return float(middles[np.argmax(f1)])
