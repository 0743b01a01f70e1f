from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery import QueryError
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.facets import facet_counts

ROW = st.fixed_dictionaries(
    {
        "title": st.just("x"),
        "brand": st.none() | st.sampled_from(["Acme", "acme", "Bolt", "Été"]),
        "price": st.none() | st.sampled_from([1.5, 2.0, -3.0]),
        "stock": st.none() | st.integers(0, 3),
        "new": st.none() | st.booleans(),
        "tags": st.none() | st.lists(st.none() | st.sampled_from("abc"), max_size=4),
        "category": st.none() | st.lists(st.sampled_from("ABC"), min_size=1, max_size=3),
        "odd": st.none() | st.sampled_from(["a", "b"]) | st.integers(0, 2) | st.booleans(),
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=12).map(
    lambda rows: [{"id": number} | row for number, row in enumerate(rows)]
)


def values_of(row, field):
    value = row[field]
    if value is None:
        return []
    if field == "category":
        return [" > ".join(value[:depth]) for depth in range(1, len(value) + 1)]
    if field == "tags":
        return sorted({tag for tag in value if tag is not None})
    return [value]


@given(ROWS, st.sampled_from(["brand", "price", "stock", "new", "tags", "category"]), st.data())
def test_counts_are_those_of_counting_by_hand(rows, field, data):
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    n = data.draw(st.integers(1, 4))
    counted = Counter(
        value for row, takes in zip(rows, mask, strict=True) if takes
        for value in values_of(row, field)
    )  # fmt: skip
    expected = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:n]
    counts = facet_counts(Catalog.read(rows).column(field), np.array(mask), n)
    assert list(counts.items()) == expected
    assert all(type(value) in (str, int, float, bool) for value in counts)


def test_values_of_several_kinds_are_counted_as_text():
    odd = [1, "1", True, "true", "a", None, [1]]
    catalog = Catalog.read([{"id": i, "title": "x", "odd": v} for i, v in enumerate(odd)])
    counts = facet_counts(catalog.column("odd"), np.ones(len(odd), dtype=bool))
    assert counts == {"1": 2, "true": 2, "[1]": 1, "a": 1}
    assert next(iter(counts)) == "1"


def test_facets_are_of_what_matches(small_engine):
    counts = small_engine.facets("price<=20", "brand")
    assert counts == {"Acme": 8, "Bolt": 8}
    assert small_engine.facets("price<=20", "brand", n=1) == {"Acme": 8}
    assert small_engine.facets("price<=20", "price", where="brand:Bolt") == {20.0: 8}
    masked = small_engine.facets("*", "category", where=[True] * 3 + [False] * 45)
    assert masked == {
        "Shop": 3, "Shop > Kitchen": 2, "Shop > Kitchen > kettles": 1, "Shop > Kitchen > pans": 1,
        "Shop > Outdoor": 1, "Shop > Outdoor > tents": 1,
    }  # fmt: skip
    assert list(masked)[:2] == ["Shop", "Shop > Kitchen"]


def test_an_unknown_field_is_named_with_the_known_ones(small_engine):
    with pytest.raises(QueryError, match=r"no field brnd; did you mean brand\?"):
        small_engine.facets("kettle", "brnd")


@pytest.mark.parametrize("n", [0, -1, 2.5, True, "3", None])
def test_n_must_be_a_positive_number(small_engine, n):
    with pytest.raises(QueryError, match="n is how many values"):
        small_engine.facets("kettle", "brand", n=n)


def test_a_field_without_values_has_no_counts():
    catalog = Catalog.read([{"id": 1, "title": "x", "brand": None}])
    assert facet_counts(catalog.column("brand"), np.array([True])) == {}
