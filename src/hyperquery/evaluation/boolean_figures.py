"""How well a system answers the queries of the boolean benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from statistics import fmean
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, ndcg_score

from hyperquery import query as q
from hyperquery.evaluation.boolean import STRUCTURES, Part
from hyperquery.evaluation.operators import Array, Mask
from hyperquery.evaluation.score_fusion import FUSIONS, Fusion, best_threshold

MEASURES = ("AP", "NDCG@10", "F1")


class BooleanSystem(Protocol):
    """Anything that answers boolean queries about a part's products."""

    def scores(self, query: q.Query) -> Array:
        """Return the score of each product, (products,), larger is better."""

    def matches(self, query: q.Query) -> Mask:
        """Return which products match, (products,)."""


@dataclass(frozen=True)
class FusedScorer:
    """A system that scores terms, with operators and a threshold put around it.

    Attributes:
        leaf: the score of each product, (products,), for a term.
        ranking: the operators that rank.
        matching: the operators that decide what matches.
        threshold: the score by these above which a product matches.
    """

    leaf: Mapping[str, Array]
    ranking: Fusion
    matching: Fusion
    threshold: float

    def scores(self, query: q.Query) -> Array:
        """Return the fused scores, (products,)."""
        return self.ranking.scores(query, self.leaf.__getitem__)

    def matches(self, query: q.Query) -> Mask:
        """Return which products score above the threshold, (products,)."""
        return self.matching.scores(query, self.leaf.__getitem__) > self.threshold


def tuned(dev: Part, dev_leaf: Mapping[str, Array], leaf: Mapping[str, Array]) -> FusedScorer:
    """Return the best fusions on the dev part: in mean AP, and with a threshold in mean F1.

    Args:
        dev: the part that choices are made on.
        dev_leaf: the scores of each term for the dev part's products.
        leaf: the scores of each term for the products that the result is to answer about.
    """
    pairs = [pair for name in STRUCTURES for pair in dev.queries[name]]
    answers = [dev.answer(meant) for _, meant in pairs]
    ranked: list[tuple[float, Fusion]] = []
    matched: list[tuple[float, Fusion, float]] = []
    for fusion in FUSIONS:
        scores = [fusion.scores(asked, dev_leaf.__getitem__) for asked, _ in pairs]
        both = list(zip(scores, answers, strict=True))
        ranked.append((fmean(average_precision(*pair) for pair in both), fusion))
        threshold = best_threshold(scores, answers)
        sets = fmean(f1(score > threshold, answer) for score, answer in both)
        matched.append((sets, fusion, threshold))
    _, ranking = max(ranked, key=itemgetter(0))
    _, matching, threshold = max(matched, key=itemgetter(0))
    return FusedScorer(leaf, ranking, matching, threshold)


def figures(system: BooleanSystem, part: Part) -> dict[str, dict[str, npt.NDArray[np.float64]]]:
    """Return AP, NDCG@10 and the F1 of the matching set, for each query of each structure."""
    found: dict[str, dict[str, npt.NDArray[np.float64]]] = {}
    for structure, pairs in part.queries.items():
        rows = []
        for asked, meant in pairs:
            answer = part.answer(meant)
            scores = system.scores(asked)
            rows.append(
                (
                    average_precision(scores, answer),
                    ndcg_at_10(scores, answer),
                    f1(system.matches(asked), answer),
                )
            )
        columns = np.array(rows, dtype=np.float64).reshape(-1, len(MEASURES)).T
        found[structure] = dict(zip(MEASURES, columns, strict=True))
    return found


def average_precision(scores: Array, answer: Mask) -> float:
    """Return the average precision of a ranking; equal scores rank in catalog order.

    Examples:
        >>> average_precision(np.array([0.5, 0.9, 0.1]), np.array([True, False, False]))
        0.5
    """
    return float(average_precision_score(answer, _places(scores)))


def ndcg_at_10(scores: Array, answer: Mask) -> float:
    """Return NDCG@10 of a ranking with gains of 0 and 1; equal scores rank in catalog order.

    Examples:
        >>> ndcg_at_10(np.array([0.5, 0.9, 0.1]), np.array([False, True, False]))
        1.0
    """
    return float(ndcg_score(answer[None], _places(scores)[None], k=10, ignore_ties=True))


def f1(chosen: Mask, answer: Mask) -> float:
    """Return the harmonic mean of precision and recall of a set; 1 if both sets are empty.

    Examples:
        >>> f1(np.array([True, True, False]), np.array([True, False, False])).__round__(3)
        0.667
    """
    total = int(chosen.sum() + answer.sum())
    return 2 * int((chosen & answer).sum()) / total if total else 1.0


def _places(scores: Array) -> Array:
    """Return distinct scores in the order of the given ones, ties by position."""
    places = np.empty(len(scores))
    places[np.argsort(-scores, kind="stable")] = -np.arange(len(scores))
    return places
