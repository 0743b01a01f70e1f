"""From scores to rankings, and from rankings to the figures of each query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hyperquery.evaluation.errors import EvaluationError
from hyperquery.evaluation.judged import JudgedCatalog
from hyperquery.evaluation.metrics import FULL_MEASURES, RERANK_MEASURES, measure
from hyperquery.evaluation.scorer import Scores

Ranking = Mapping[str, Sequence[str]]
"""Product ids of each query, best first."""

DEPTH = 1_000
"""How many products a full ranking holds."""


@dataclass(frozen=True)
class Rankings:
    """How a system ranks for each judged query.

    Attributes:
        rerank: the judged products of each query.
        full: the best of all products of each query, an unjudged one counts 0; None for a system
            that is too slow for that or not meant for it.
        note: settings worth printing beside the figures.
    """

    rerank: Ranking
    full: Ranking | None = None
    note: str = ""


def rank(judged: JudgedCatalog, scores: Callable[[str], Scores], note: str = "") -> Rankings:
    """Rank by the scores of all products for each query; ties are in catalog order.

    Examples:
        >>> from hyperquery.engine.catalog import Catalog
        >>> catalog = Catalog.read([{"id": id_, "title": id_} for id_ in "abc"])
        >>> judged = JudgedCatalog(catalog, {"query": {"a": 1.0, "c": 0.0}})
        >>> found = rank(judged, lambda query: np.array([1, 3, 2], dtype=np.float32))
        >>> found.full, found.rerank
        ({'query': ['b', 'c', 'a']}, {'query': ['c', 'a']})
    """
    catalog = judged.catalog
    full, rerank = {}, {}
    for query, gains in judged.gains.items():
        values = scores(query)
        best = np.argsort(-values, kind="stable")
        full[query] = [catalog.ids[row] for row in best[:DEPTH]]
        rows = np.sort([catalog.positions[product] for product in gains])
        rerank[query] = [catalog.ids[row] for row in rows[np.argsort(-values[rows], kind="stable")]]
    return Rankings(rerank, full, note)


def figures(judged: JudgedCatalog, rankings: Rankings) -> dict[str, list[float]]:
    """Return each measure of each query, in the order of the judged queries.

    The names are those of the measures after "full " and "rerank ".

    Raises:
        EvaluationError: If a judged query has no ranking.
    """
    kinds = [("full", rankings.full, FULL_MEASURES), ("rerank", rankings.rerank, RERANK_MEASURES)]
    found = {}
    for kind, ranking, measures in kinds:
        if ranking is None:
            continue
        missing = [query for query in judged.gains if query not in ranking]
        if missing:
            raise EvaluationError(
                f"the {kind} ranking lacks {len(missing)} judged queries, the first of them "
                f"{missing[0]!r}: rank for every query, with an empty list where nothing is found"
            )
        ordered = {query: ranking[query] for query in judged.gains}
        for name, values in measure(ordered, judged.gains, measures).items():
            found[f"{kind} {name}"] = values
    return found
