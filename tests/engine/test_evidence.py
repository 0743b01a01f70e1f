"""Training and search agree about what products lack of terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem.documents import KnownFacet
from hyperquery.anthem.evidence import HELD_IN_FACETS, lacking
from hyperquery.anthem.text import words
from hyperquery.engine.evidence import EvidenceIndex, holdings_of
from hyperquery.scan import OPENING
from hyperquery.scan.holdings import HELD_ELSEWHERE, LEVELS


def test_search_and_training_agree_about_what_is_lacking(small_engine):
    model, documents = small_engine.model, small_engine.catalog.documents()
    vocabulary = model.vocabulary
    texts = [words(document.text) for document in documents]
    titles = [words(document.title) for document in documents]
    nothing: list[tuple[KnownFacet, ...]] = [()] * len(titles)
    index = EvidenceIndex(holdings_of(texts, titles, nothing, model), vocabulary)
    terms = ["kettle", "red steel kettle", "acme pan"]
    asked = vocabulary.encode(terms).trigrams
    whole, held = (vocabulary.encode_words(part).trigrams for part in (texts, titles))
    learned = lacking(asked, whole, held, vocabulary).numpy()
    alone = {"evidence": 1.0, "axes": (), "lateness": 0.0}
    codes = [replace(model.encode_term(term), **alone) for term in terms]
    lacks = [index.lack(term, code) for term, code in zip(terms, codes, strict=True)]
    searched = np.stack([lack.energies() for lack in lacks])
    np.testing.assert_allclose(searched, learned, atol=1e-6)
    partly = (searched > 0.01) & (searched < 0.99)
    assert partly.any()
    assert HELD_IN_FACETS == HELD_ELSEWHERE


def test_a_facet_s_axis_is_energy_beside_the_trigrams(believing_engine):
    model, titles = (
        believing_engine.model,
        [words(d.title) for d in believing_engine.catalog.documents()],
    )
    encoded = model.vocabulary.encode_words(titles)
    other = ("acme",), "brand"  # which says nothing of a category
    known = [[other, (("pans",), "category")] if row % 2 else [other] for row in range(len(titles))]
    index = EvidenceIndex(holdings_of(titles, titles, known, model), model.vocabulary)
    code = model.encode_term("kettles")
    axis, unknown = code.axes
    levels = model.leanings.levels(encoded, model.vocabulary)[:, axis.span.first // LEVELS]
    assert 0 < np.count_nonzero(levels) < len(levels)
    plain = index.lack("kettles", replace(code, axes=())).energies()
    short = np.float32(axis.weight) * (1 - axis.leaned * levels / np.float32(LEVELS))
    told = np.arange(len(titles)) % 2
    np.testing.assert_allclose(
        index.lack("kettles", code).energies(), plain + short + unknown.weight * told, rtol=1e-6
    )
    reached = [index.leanings(code, row) for row in range(len(titles))]
    expected = zip(levels.tolist(), told.tolist(), strict=True)
    assert reached == [
        [float(np.float32(axis.leaned * level / LEVELS)), 1 - known] for level, known in expected
    ]


def test_a_product_lies_at_the_end_of_the_axes_of_its_facets(believing_engine):
    model, titles = believing_engine.model, [["steel", "thing"]] * 2
    index = EvidenceIndex(
        holdings_of(
            titles, titles, [[(("kettles",), "category")], [(("pans",), "category")]], model
        ),
        model.vocabulary,
    )
    code = model.encode_term("kettles")
    having, other = (index.leanings(code, row) for row in range(2))
    assert having == [1, 0]
    assert other[0] < 1
    lack = index.lack("kettles", code).energies()
    assert lack[1] - lack[0] == pytest.approx(code.axes[0].weight * (1 - other[0]), rel=1e-6)


@given(st.lists(st.sampled_from(["steel", "kettle", "pan", "acme", "folding", "red"]), min_size=1))
def test_a_field_with_the_facet_takes_no_product_farther_and_one_with_another_does(
    believing_engine, title
):
    model, known = (
        believing_engine.model,
        [[], [(("kettles",), "category")], [(("pans",), "category")]],
    )
    index = EvidenceIndex(holdings_of([title] * 3, [title] * 3, known, model), model.vocabulary)
    for term in ("kettles", "acme kettle"):
        code = model.encode_term(term)
        alone, having, other = index.lack(term, code).energies()
        assert having <= alone + 1e-6
        farther = model.farther if term == "kettles" else 0.0
        assert other == pytest.approx(alone + farther, abs=1e-6)


def test_a_title_that_names_a_term_late_is_farther_from_it(small_engine):
    model = small_engine.model
    titles = [["kettle", "steel", "red"], ["red", "steel", "kettles"], ["red", "steel", "pot"]]
    texts = [[*title, "kettle"] for title in titles]
    index = EvidenceIndex(holdings_of(texts, titles, [[]] * 3, model), model.vocabulary)
    term = "steel kettle"
    code = model.encode_term(term)
    assert code.lateness == model.config.lateness_weight > 0
    late = index.lack(term, code).energies()
    late -= index.lack(term, replace(code, lateness=0.0)).energies()
    for row, places in enumerate([(1, 0), (1, 2), (1, None)]):
        named = index.naming(term, row)
        assert [(word, place) for word, _, place in named] == list(
            zip(("steel", "kettle"), places, strict=True)
        )
        found = [(rarity, place) for _, rarity, place in named if place is not None]
        expected = sum(r * place for r, place in found) / sum(r for r, _ in found) / OPENING
        assert late[row] == pytest.approx(code.lateness * expected, abs=1e-6)
    assert late[0] < late[2] < late[1]


def test_facets_and_unknown_words_are_nowhere_late(small_engine):
    model = small_engine.model
    assert model.encode_term("kettles").lateness == 0
    titles = [["red", "pot"], ["steel", "pan"]]
    index = EvidenceIndex(holdings_of(titles, titles, [[]] * 2, model), model.vocabulary)
    term = "reddish"  # trigrams that are known, in a word that is not
    code = model.encode_term(term)
    assert index.naming(term, 0) == []
    without = index.lack(term, replace(code, lateness=0.0)).energies()
    np.testing.assert_array_equal(index.lack(term, code).energies(), without)
