from __future__ import annotations

import numpy as np
import pytest

from hyperquery import ConfigError, Engine
from hyperquery.hierarchy.containment import containment
from hyperquery.query import Term

TERMS = ["Shop", "Kitchen", "kettles", "pans", "Acme", "kettle"]


def inside(engine, term):
    ids = set(engine.matches(Term(term)))
    return np.array([id_ in ids for id_ in engine.catalog.ids])


def test_degrees_by_products_are_shares_of_what_searches_match(small_engine):
    found = containment(small_engine, TERMS)
    for row, child in enumerate(TERMS):
        own = inside(small_engine, child)
        assert found.sizes[row] == own.sum()
        for column, parent in enumerate(TERMS):
            shared = (own & inside(small_engine, parent)).sum()
            assert found.degrees[row, column] == pytest.approx(shared / max(own.sum(), 1))


@pytest.mark.parametrize("settings", [{}, {"smoothing": 0.2}, {"by": "boxes"}])
def test_any_text_compares_as_a_known_term_does(small_engine, settings):
    found = containment(small_engine, TERMS, **settings)
    for at, term in enumerate(TERMS):
        compared = found.compare(term)
        np.testing.assert_allclose(compared.inside, found.degrees[at], rtol=1e-5)
        np.testing.assert_allclose(compared.around, found.degrees[:, at], rtol=1e-5)
        assert compared.size == pytest.approx(found.sizes[at])


def test_smoothing_goes_over_into_in_or_out(small_engine):
    sharp = containment(small_engine, TERMS)
    nearly = containment(small_engine, TERMS, smoothing=1e-6)
    np.testing.assert_allclose(nearly.sizes, sharp.sizes, atol=1e-3)
    np.testing.assert_allclose(nearly.degrees, sharp.degrees, atol=1e-3)


def test_boxes_enclose_themselves_on_every_axis(small_engine):
    found = containment(small_engine, TERMS, by="boxes")
    np.testing.assert_array_equal(np.diag(found.degrees), 1.0)
    first, second = (small_engine.hyperboloid(term) for term in TERMS[:2])
    enclosing = (second.lower <= first.lower) & (second.upper >= first.upper)
    assert found.degrees[0, 1] == pytest.approx(enclosing.mean())


def test_settings_are_checked(small_engine):
    with pytest.raises(ConfigError, match="'words'"):
        containment(small_engine, TERMS, by="words")
    with pytest.raises(ConfigError, match="-1"):
        containment(small_engine, TERMS, smoothing=-1.0)


def test_removed_and_added_products_count_as_searches_do(small_engine):
    engine = Engine(small_engine.catalog, small_engine.model, small_engine.points)
    engine.add([{"id": "new", "title": "Acme kettle red"}])
    engine.remove(small_engine.matches("kettles")[:2])
    found = containment(engine, TERMS)
    masks = np.array([inside(engine, term) for term in TERMS], float)
    np.testing.assert_array_equal(found.sizes, masks.sum(axis=1))
    shared = masks @ masks.T
    np.testing.assert_allclose(found.degrees, shared / np.maximum(found.sizes, 1)[:, None])


def test_no_terms_have_no_degrees(small_engine):
    found = containment(small_engine, [])
    assert found.degrees.shape == (0, 0)
