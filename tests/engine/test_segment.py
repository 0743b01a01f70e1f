"""Products encoded a batch at a time, as they would be one by one."""

from __future__ import annotations

import numpy as np

from hyperquery import Engine
from hyperquery.anthem.documents import known_facets
from hyperquery.anthem.text import words
from hyperquery.engine import segment as module
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.evidence import holdings_of
from hyperquery.engine.segment import Segment

ROWS = [
    {"id": "1", "title": "Acme kettle_small", "brand": "Café", "category": "Shop > Kettles™"},
    {"id": "2", "title": "KÜCHEN-kettle", "brand": "Acme", "category": None},
    {"id": "3", "title": "***", "brand": None, "category": "Kettles"},
    {"id": "4", "title": "pan steel", "color": 5, "category": "Shop > Pans"},
]


def test_products_are_read_as_their_whole_text_is(small_engine):
    catalog, model = Catalog.read(ROWS), small_engine.model
    documents, vocabulary = catalog.documents(), model.vocabulary
    texts = [words(document.text) for document in documents]
    titles = [words(document.title) for document in documents]
    held = holdings_of(texts, titles, known_facets(documents), model)
    segment = Segment.build(catalog, model)
    np.testing.assert_array_equal(
        segment.index.points(), model.points(vocabulary.encode_words(texts))
    )
    found = segment.index.holdings.chosen(segment.index.stored_at)
    for array, expected in zip(
        (*found.held, *found.spellings), (*held.held, *held.spellings), strict=True
    ):
        np.testing.assert_array_equal(array, expected)


def test_batches_change_nothing(small_engine, monkeypatch):
    catalog, model = small_engine.catalog, small_engine.model
    whole = Segment.build(catalog, model).index.arrays()
    monkeypatch.setattr(module, "_BATCH", 7)
    for points in (None, small_engine.points):
        parts = Segment.build(catalog, model, points).index.arrays()
        for name in whole:
            if name.startswith(("held", "spellings")):
                np.testing.assert_array_equal(parts[name], whole[name])
        np.testing.assert_allclose(parts["points"], whole["points"], atol=1e-6)


def test_compacting_lays_out_what_is_known_as_encoding_anew_would(small_engine):
    engine = Engine(small_engine.catalog, small_engine.model, small_engine.points)
    engine.add(ROWS)
    engine.remove(["kettle1", "3"])
    engine.compact()
    anew = Segment.build(engine.catalog, engine.model, engine.points).index.arrays()
    for name, array in engine.collection.segments[0].index.arrays().items():
        np.testing.assert_array_equal(array, anew[name], err_msg=name)
