from __future__ import annotations

import pytest

from hyperquery.evaluation.metrics import FULL_MEASURES, RERANK_MEASURES, means, measure

GAINS = {"q": {"a": 1.0, "b": 0.1, "c": 0.01, "d": 0.0}}


def figures(ranking, measures=RERANK_MEASURES):
    return means(measure({"q": ranking}, GAINS, measures))


def test_the_ideal_order_scores_one():
    assert figures(["a", "b", "c", "d"]) == dict.fromkeys(RERANK_MEASURES, pytest.approx(1.0))


def test_ndcg_by_hand():
    # gains .1, 1 at places 1, 2, against 1, .1, .01 at places 1, 2, 3
    found = figures(["b", "a", "x", "y"])["NDCG@3"]
    ideal = 1 + 0.1 * 0.630930 + 0.01 * 0.5
    assert found == pytest.approx((0.1 + 0.630930) / ideal, abs=1e-4)


def test_only_the_largest_gain_is_relevant_for_map_and_mrr():
    found = figures(["b", "c", "a", "d"])
    assert found["MRR"] == pytest.approx(1 / 3)
    assert found["MAP"] == pytest.approx(1 / 3)


def test_recall_counts_the_first_hundred():
    ranking = [f"x{i}" for i in range(100)] + ["a"]
    assert figures(ranking, FULL_MEASURES)["R@100"] == 0.0
    assert figures(ranking[1:], FULL_MEASURES)["R@100"] == 1.0
