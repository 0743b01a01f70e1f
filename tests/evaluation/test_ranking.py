from __future__ import annotations

import numpy as np
import pytest

from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.errors import EvaluationError
from hyperquery.evaluation.judged import JudgedCatalog
from hyperquery.evaluation.ranking import DEPTH, Rankings, figures, rank

CATALOG = Catalog.read([{"id": id_, "title": f"thing {id_}"} for id_ in "abcde"])
JUDGED = JudgedCatalog(CATALOG, {"x": {"d": 1.0, "b": 0.0}, "y": {"c": 1.0}})
SCORES = {"x": [5, 4, 3, 2, 1], "y": [0, 1, 1, 1, 0]}


def scores(query):
    return np.array(SCORES[query], dtype=np.float32)


def test_all_products_and_only_the_judged_ones_are_ranked():
    rankings = rank(JUDGED, scores)
    assert rankings.full == {"x": ["a", "b", "c", "d", "e"], "y": ["b", "c", "d", "a", "e"]}
    assert rankings.rerank == {"x": ["b", "d"], "y": ["c"]}


def test_a_full_ranking_has_a_depth():
    many = Catalog.read([{"id": i, "title": "thing"} for i in range(DEPTH + 5)])
    judged = JudgedCatalog(many, {"q": {"3": 1.0}})
    assert len(rank(judged, lambda query: np.zeros(len(many), np.float32)).full["q"]) == DEPTH


def test_products_that_do_not_match_come_last():
    rankings = rank(JUDGED, lambda query: np.array([-np.inf, 0, -np.inf, 1, -np.inf]))
    assert rankings.full["x"] == ["d", "b", "a", "c", "e"]


def test_figures_are_in_the_order_of_the_judged_queries():
    rankings = rank(JUDGED, scores)
    found = figures(JUDGED, rankings)
    assert found["rerank MRR"] == [0.5, 1.0]
    assert found["full R@100"] == [1.0, 1.0]
    turned = Rankings(dict(reversed(rankings.rerank.items())), rankings.full)
    assert figures(JUDGED, turned) == found


def test_a_system_that_only_reranks_has_no_full_figures():
    rankings = rank(JUDGED, scores)
    found = figures(JUDGED, Rankings(rankings.rerank))
    assert found
    assert all(name.startswith("rerank ") for name in found)


def test_a_query_without_ranking_is_named():
    with pytest.raises(EvaluationError, match=r"rerank ranking lacks 1 .* 'y'"):
        figures(JUDGED, Rankings({"x": ["d"]}))
