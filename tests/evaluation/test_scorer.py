from __future__ import annotations

import numpy as np

from hyperquery.evaluation.scorer import EngineScorer
from hyperquery.query import Term


def test_the_nearest_product_scores_highest(small_engine):
    scorer = EngineScorer(small_engine)
    scores = scorer.scores("red kettle")
    hits = small_engine.search(Term("red kettle"), k=48)
    order = np.argsort(-scores, kind="stable")
    assert [small_engine.catalog.ids[row] for row in order] == [hit.id for hit in hits]
    assert scores.dtype == np.float32


def test_a_query_is_text_and_not_syntax(small_engine):
    scorer = EngineScorer(small_engine)
    margins = small_engine.region(Term("kettle NOT red")).margin(small_engine.points)
    assert scorer.scores("kettle NOT red").tolist() == (-margins).tolist()
