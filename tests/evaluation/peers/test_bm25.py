from __future__ import annotations

from hyperquery.evaluation.peers.bm25 import BM25, LENGTH_WEIGHTS, SATURATIONS, variants

TEXTS = ["two red kettles", "a red tent", "a blue pan"]


def test_it_stems_and_ranks():
    scores = BM25(TEXTS).scores("kettle red")
    assert scores.argsort()[::-1].tolist() == [0, 1, 2]
    assert scores.shape == (3,)


def test_a_query_without_known_words_scores_nothing():
    index = BM25(TEXTS)
    assert index.scores("the").tolist() == [0, 0, 0]
    assert index.scores("lantern").tolist() == [0, 0, 0]


def test_b_is_how_much_length_counts():
    texts = ["kettle", "kettle with a long red lid and a wooden handle", "pan"]
    short, long, _ = BM25(texts, b=0.9).scores("kettle")
    evenly = BM25(texts, b=0.0).scores("kettle")
    assert short > long
    assert evenly[0] == evenly[1]


def test_k1_is_how_much_repetition_counts():
    texts = ["kettle kettle kettle", "kettle and a pan", "pan tent lamp"]

    def lead(k1):
        scores = BM25(texts, k1=k1, b=0.0).scores("kettle")
        return scores[0] / scores[1]

    assert lead(2.0) > lead(0.6) > 1


def test_every_variant_is_tried_once():
    settings = [(index.k1, index.b) for index in variants(TEXTS)]
    assert len(set(settings)) == len(settings) == len(SATURATIONS) * len(LENGTH_WEIGHTS)
