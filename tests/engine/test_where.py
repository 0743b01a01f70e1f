from __future__ import annotations

import numpy as np
import pandas
import polars
import pyarrow as pa
import pytest

from hyperquery import Engine, Field, QueryError, QuerySyntaxError, Term
from hyperquery.engine.catalog import Catalog
from tests.products import PRODUCTS

BOLT = np.array([product["brand"] == "Bolt" for product in PRODUCTS])
IDS = [product["id"] for product in PRODUCTS if product["brand"] == "Bolt"]


@pytest.mark.parametrize(
    "where",
    [
        "brand:Bolt",
        Field("brand") == "Bolt",
        BOLT,
        BOLT.tolist(),
        tuple(BOLT.tolist()),
        pa.array(BOLT),
        pa.chunked_array([BOLT[:5], BOLT[5:]]),
        pa.array([True if bolt else None for bolt in BOLT]),
        pandas.Series(BOLT),
        polars.Series(BOLT.tolist()),
    ],
    ids=lambda where: type(where).__name__,
)
def test_queries_and_masks_of_every_library_filter_alike(small_engine, where):
    results = small_engine.search("kettle", k=50, where=where)
    assert sorted(results.ids) == sorted(IDS)
    assert results.ids == small_engine.search("kettle AND brand:Bolt", k=50).ids[: len(results)]


def test_a_mask_counts_only_what_takes_part(small_engine):
    nothing = small_engine.search("kettle", where=[False] * len(PRODUCTS))
    assert (nothing.ids, nothing.matching) == ([], 0)
    mask = BOLT.copy()
    small_engine.search("kettle", where=mask)
    assert (mask == BOLT).all()


def test_what_is_inside_a_query_is_a_mask_in_catalog_order(small_engine):
    engine = Engine.of(small_engine.collection, small_engine.model)
    engine.add([{"id": "new", "title": "Acme kettle red"}])
    engine.remove(small_engine.matches("kettles")[:1])
    inside = engine.inside("kettles")
    ids = np.array(engine.catalog.ids)
    assert (inside.dtype, inside.shape) == (np.bool_, (len(engine),))
    assert ids[inside].tolist() == engine.matches("kettles") == engine.matches(Term("kettles"))
    found = engine.search("acme", where=inside)
    assert found.ids == engine.search("acme", where="kettles").ids


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ([True], "a mask of 1 product, and the catalog has 48"),
        (np.ones(50, dtype=bool), "a mask of 50 products, and the catalog has 48"),
        (3, "not int"),
        ({True}, "not set"),
        ([1, 0] * 24, "not list of int64"),
        (np.ones(48), "not ndarray of float64"),
        (np.ones((48, 1), dtype=bool), "not ndarray of bool"),
        ([True, None] * 24, "not list of object"),
        ([[True], [True, False]], "not list"),
        (pa.array([1] * 48), "not Int64Array of int64"),
        ([], "not list"),
    ],
)
def test_what_is_no_mask_is_explained(small_engine, where, message):
    with pytest.raises(QueryError, match=message):
        small_engine.search("kettle", where=where)


def test_a_malformed_where_says_where(small_engine):
    with pytest.raises(QuerySyntaxError, match="did you mean brand"):
        small_engine.search("kettle", where="brnd:Bolt")


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("Preis<50", r"did you mean Preis\\ \\\(EUR\\\)\?"),
        ("Preis (EUR)<50", r"in a name write a backslash .* price\\ \\\(EUR\\\)<100"),
        (r"Größe\ \[cm\]<50", r"write Größe\\ \\\[cm\\\]:value"),
    ],
)
def test_fields_with_odd_names_are_shown_as_queries_write_them(small_engine, where, message):
    kettle = {"id": "1", "title": "kettle", "Preis (EUR)": 9.5, "Größe [cm]": "klein"}
    engine = Engine(Catalog.read([kettle]), small_engine.model)
    with pytest.raises(QuerySyntaxError, match=message):
        engine.search("kettle", where=where)
    assert engine.search("kettle", where=r"Preis\ \(EUR\)<50").ids == ["1"]
