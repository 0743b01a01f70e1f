from __future__ import annotations

import numpy as np
import pytest

from hyperquery.evaluation.peers.bm25 import BM25
from hyperquery.evaluation.peers.fusion import Fusion, reciprocal_rank_fusion

FIRST = np.array([0.9, 0.5, 0.1, 0.7], dtype=np.float32)
SECOND = np.array([3.0, 9.0, 1.0, 2.0], dtype=np.float32)


def test_the_formula_by_hand():
    fused = reciprocal_rank_fusion([FIRST, SECOND])
    expected = [1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 64 + 1 / 64, 1 / 62 + 1 / 63]
    np.testing.assert_allclose(fused, expected, rtol=1e-6)


def test_only_ranks_count():
    as_they_are = reciprocal_rank_fusion([FIRST, SECOND])
    other_scales = reciprocal_rank_fusion([FIRST * 100 - 7, np.exp(SECOND)])
    assert as_they_are.tolist() == other_scales.tolist()


def test_products_that_a_system_does_not_tell_apart_stay_in_the_other_ones_order():
    nothing_found = np.zeros(4, dtype=np.float32)
    fused = reciprocal_rank_fusion([FIRST, nothing_found])
    assert np.argsort(-fused).tolist() == np.argsort(-FIRST).tolist()


def test_products_that_do_not_match_come_last():
    partly = np.array([-np.inf, 1, -np.inf, 2], dtype=np.float32)
    fused = reciprocal_rank_fusion([partly, partly])
    assert np.argsort(-fused, kind="stable").tolist() == [3, 1, 0, 2]


def test_a_smaller_damping_favors_first_places():
    # the first product is first and last, the second one twice the second
    one, other = np.array([5, 4, 3, 2, 1]), np.array([1, 4, 3, 2, 5])
    assert reciprocal_rank_fusion([one, other], k=0.1).argmax() == 0
    assert reciprocal_rank_fusion([one, other], k=1000).argmax() == 1


def test_scorers_are_fused_for_each_query():
    texts = ["red kettle", "red tent", "blue kettle"]
    keyword = BM25(texts)
    fused = Fusion([keyword, keyword], k=10)
    for query in ("red", "blue kettle"):
        expected = reciprocal_rank_fusion([keyword.scores(query)] * 2, k=10)
        assert fused.scores(query) == pytest.approx(expected)
