from __future__ import annotations

import numpy as np

from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.judged import JudgedCatalog
from hyperquery.evaluation.tuning import best, tuned

CATALOG = Catalog.read([{"id": id_, "title": id_} for id_ in "ab"])
JUDGED = JudgedCatalog(CATALOG, {query: {"a": 1.0, "b": 0.0} for query in ("d1", "o1", "d2", "o2")})


class Right:
    """Ranks right for the queries it is told to."""

    def __init__(self, *queries):
        self.queries = queries

    def scores(self, query):
        return np.array([query in self.queries, 0.5], dtype=np.float32)


def test_queries_are_halved_in_turn():
    assert list(JUDGED.development_half().gains) == ["d1", "d2"]
    assert list(JUDGED.other_half().gains) == ["o1", "o2"]


def test_every_query_is_in_one_fold_and_never_beside_itself():
    folds = JUDGED.folds(3)
    asked = [query for part, _ in folds for query in part.gains]
    assert sorted(asked) == sorted(JUDGED.gains)
    for part, others in folds:
        assert not set(part.gains) & set(others.gains)
        assert len(part.gains) + len(others.gains) == len(JUDGED.gains)
        assert {j["query"] for j in others.judgments()} == set(others.gains)
        assert all(
            others.gains[j["query"]][j["product_id"]] == j["gain"] for j in others.judgments()
        )


def test_the_best_on_the_development_half_is_chosen():
    default, good, better = Right(), Right("d1", "o1", "o2"), Right("d1", "d2", "o1")
    assert best(JUDGED, [good, better]) is better
    assert tuned(JUDGED, default, [good, better]) is better


def test_the_default_stays_if_the_choice_is_not_better_elsewhere():
    default = Right("d1", "o1")
    assert tuned(JUDGED, default, [Right("d1", "d2")]) is default
    assert tuned(JUDGED, default, [Right("d1", "d2", "o2")]) is default
    assert tuned(JUDGED, default, [Right("d1", "o1", "o2")]) is default
