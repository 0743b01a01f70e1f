"""How well a system answers the queries of the boolean benchmark."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from sklearn.metrics import average_precision_score, ndcg_score

from hyperquery import query as q
from hyperquery.evaluation.boolean import Part
from hyperquery.evaluation.boolean_queries import SHALLOW
from hyperquery.evaluation.operators import Array, Mask

MEASURES = ("AP", "NDCG@10", "F1")


class BooleanSystem(Protocol):
    """Anything that answers boolean queries about a part's products."""

    def scores(self, query: q.Query) -> Array:
        """Return the score of each product, (products,), larger is better."""

    def matches(self, query: q.Query) -> Mask:
        """Return which products match, (products,)."""


def figures(system: BooleanSystem, part: Part) -> dict[str, list[float]]:
    """Return the figures of each query, by the names of the columns of a table.

    "AP", "NDCG@10" and "F1" (of the matching set) are over the shallow structures; "AP 2i" and so
    on are over one structure or variant.
    """
    found: dict[str, list[float]] = {name: [] for name in MEASURES}
    for structure, pairs in part.queries.items():
        if not pairs:  # a small catalog has no unseen terms, or none that can be misspelled
            continue
        rows = [_figures(system, asked, part.answer(meant)) for asked, meant in pairs]
        columns = [list(column) for column in zip(*rows, strict=True)]
        if structure in SHALLOW:
            for name, column in zip(MEASURES, columns, strict=True):
                found[name] += column
        found[f"AP {structure}"] = columns[0]
        if structure not in SHALLOW:
            found[f"F1 {structure}"] = columns[2]
    return found


def _figures(system: BooleanSystem, asked: q.Query, answer: Mask) -> tuple[float, float, float]:
    scores = system.scores(asked)
    return (
        average_precision(scores, answer),
        ndcg_at_10(scores, answer),
        f1(system.matches(asked), answer),
    )


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
