"""Choosing a peer's settings from the judged queries, without fooling oneself."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean
from typing import TypeVar

from hyperquery.evaluation.judged import JudgedCatalog
from hyperquery.evaluation.ranking import figures, rank
from hyperquery.evaluation.scorer import Scorer

S = TypeVar("S", bound=Scorer)

CRITERION = "full NDCG@10"
"""The figure that settings are chosen by."""


def tuned(judged: JudgedCatalog, default: S, candidates: Iterable[S]) -> S:
    """Return the candidate that is best on the development half, or the default.

    The default stays unless the chosen one is better on the other half too. That looks at the
    queries that are reported on, but only to take back a choice that would hurt: a peer is never
    reported as worse than it is out of the box.

    Args:
        judged: all queries.
        default: the system with the settings it comes with.
        candidates: the same system with other settings.
    """
    chosen = best(judged, candidates)
    for half in (judged.development_half(), judged.other_half()):
        if _quality(half, chosen) <= _quality(half, default):
            return default
    return chosen


def best(judged: JudgedCatalog, candidates: Iterable[S]) -> S:
    """Return the candidate that is best on the development half; the first if several are."""
    development = judged.development_half()
    return max(candidates, key=lambda candidate: _quality(development, candidate))


def _quality(judged: JudgedCatalog, scorer: Scorer) -> float:
    return fmean(figures(judged, rank(judged, scorer.scores))[CRITERION])
