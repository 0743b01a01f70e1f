"""Training and search agree about what products lack of terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hyperquery.anthem.evidence import HELD_IN_FACETS, lacking
from hyperquery.engine.evidence import EvidenceIndex, holdings_of
from hyperquery.scan.holdings import HELD_ELSEWHERE, LEVELS


def test_search_and_training_agree_about_what_is_lacking(small_engine):
    model, documents = small_engine.model, small_engine.catalog.documents()
    vocabulary = model.vocabulary
    texts = vocabulary.encode([document.text for document in documents]).trigrams
    titles = vocabulary.encode([document.title for document in documents])
    index = EvidenceIndex(holdings_of(texts, titles, model), vocabulary)
    terms = ["kettle", "red steel kettle", "acme pan"]
    asked = vocabulary.encode(terms).trigrams
    learned = lacking(asked, texts, titles.trigrams, vocabulary).numpy()
    codes = [replace(model.encode_term(term), evidence=1.0, axes=()) for term in terms]
    lacks = [index.lack(term, code) for term, code in zip(terms, codes, strict=True)]
    searched = np.stack([lack.energies() for lack in lacks])
    np.testing.assert_allclose(searched, learned, atol=1e-6)
    partly = (searched > 0.01) & (searched < 0.99)
    assert partly.any()
    assert HELD_IN_FACETS == HELD_ELSEWHERE


def test_a_facet_s_axis_is_energy_beside_the_trigrams(small_engine):
    model, titles = small_engine.model, [d.title for d in small_engine.catalog.documents()]
    encoded = model.vocabulary.encode(titles)
    index = EvidenceIndex(holdings_of(encoded.trigrams, encoded, model), model.vocabulary)
    code = model.encode_term("kettles")
    (axis,) = code.axes
    levels = model.leanings.levels(encoded, model.vocabulary)[:, axis.axis]
    assert 0 < np.count_nonzero(levels) < len(levels)
    plain = index.lack("kettles", replace(code, axes=())).energies()
    short = np.float32(axis.weight) * (1 - levels / np.float32(LEVELS))
    np.testing.assert_array_equal(index.lack("kettles", code).energies(), plain + short)
    reached = [index.leanings(code, row) for row in range(len(titles))]
    assert reached == [[level / LEVELS] for level in levels.tolist()]
