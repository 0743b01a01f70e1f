"""Training and search agree about what products lack of terms."""

from __future__ import annotations

import numpy as np

from hyperquery.anthem.evidence import HELD_IN_FACETS, lacking
from hyperquery.engine.evidence import EvidenceIndex, holdings_of
from hyperquery.scan.holdings import HELD_ELSEWHERE


def test_search_and_training_agree_about_what_is_lacking(small_engine):
    vocabulary, documents = small_engine.model.vocabulary, small_engine.catalog.documents()
    texts = vocabulary.encode([document.text for document in documents]).trigrams
    titles = vocabulary.encode([document.title for document in documents]).trigrams
    index = EvidenceIndex(holdings_of(texts, titles, vocabulary), vocabulary)
    terms = ["kettle", "red steel kettle", "acme pan"]
    learned = lacking(vocabulary.encode(terms).trigrams, texts, titles, vocabulary).numpy()
    searched = np.stack([index.lack(term, 1.0).energies() for term in terms])
    np.testing.assert_allclose(searched, learned, atol=1e-6)
    partly = (searched > 0.01) & (searched < 0.99)
    assert partly.any()
    assert HELD_IN_FACETS == HELD_ELSEWHERE
