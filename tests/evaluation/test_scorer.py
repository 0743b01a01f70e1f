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


def test_a_query_is_read_as_a_search_reads_it(small_engine):
    scores = EngineScorer(small_engine).scores("kettle without red")
    margins = small_engine.region("kettle AND NOT red").margin(small_engine.points)
    assert scores.tolist() == (-margins).tolist()


def test_a_query_that_is_no_syntax_is_scored_all_the_same(small_engine):
    scores = EngineScorer(small_engine).scores("(red kettle OR")
    margins = small_engine.region(Term("red kettle")).margin(small_engine.points)
    assert scores.tolist() == (-margins).tolist()


def test_with_an_unknown_term_a_query_is_one_term(small_engine):
    query = "kettle without \u0416\u0416\u0416"
    margins = small_engine.region(Term(query)).margin(small_engine.points)
    assert EngineScorer(small_engine).scores(query).tolist() == (-margins).tolist()


def test_a_query_can_be_plain_text(small_engine):
    scorer = EngineScorer(small_engine, syntax=False)
    margins = small_engine.region(Term("kettle NOT red")).margin(small_engine.points)
    assert scorer.scores("kettle NOT red").tolist() == (-margins).tolist()
