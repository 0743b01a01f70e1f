"""Ranking metrics, computed by ir-measures."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, Measure, R, nDCG

_GAIN_UNITS = 100  # gains are given to trec_eval as whole hundredths, with linear gain
_RELEVANT = 100

FULL_MEASURES = {"NDCG@10": nDCG @ 10, "R@100": R(rel=_RELEVANT) @ 100}
RERANK_MEASURES = {
    "NDCG@3": nDCG @ 3,
    "NDCG@5": nDCG @ 5,
    "NDCG@10": nDCG @ 10,
    "MAP": AP(rel=_RELEVANT),
    "MRR": RR(rel=_RELEVANT),
}


def measure(
    rankings: Mapping[str, Sequence[str]],
    gains: Mapping[str, Mapping[str, float]],
    measures: Mapping[str, Measure],
) -> dict[str, list[float]]:
    """Return each measure of each query, in the order of the rankings.

    Args:
        rankings: product ids of each query, best first.
        gains: gain of each judged product of each query, from 0 to 1; a gain of 1 is relevant for
            the measures that know only relevant or not, and an unjudged product has gain 0.
        measures: measures of ir-measures by name.

    Examples:
        >>> figures = measure({"q": ["b", "a"]}, {"q": {"a": 1.0}}, {"MRR": RERANK_MEASURES["MRR"]})
        >>> figures["MRR"]
        [0.5]
    """
    qrels = {
        query: {product: round(gain * _GAIN_UNITS) for product, gain in judged.items()}
        for query, judged in gains.items()
    }
    run = {
        query: {product: float(-place) for place, product in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    found = {
        (result.query_id, str(result.measure)): result.value
        for result in ir_measures.iter_calc(list(measures.values()), qrels, run)
    }
    return {
        name: [found[query, str(which)] for query in rankings] for name, which in measures.items()
    }


def means(figures: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the mean over queries of each measure."""
    return {name: statistics.fmean(values) for name, values in figures.items()}
