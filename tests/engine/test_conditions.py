"""Masks are those of a plain evaluation, product by product, as the language's page says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperquery.anthem.text import words
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.conditions import Filters
from hyperquery.query import FieldEquals, FieldRange, Phrase, Term

TEXTS = st.sampled_from(
    ["Café Noir", "cafe noir", "CAFÉ", "Noir", "+", " + ", "-", "ÉTÉ 5", "5", "5.0", "true", "x"]
)
NAMES = st.sampled_from(["TV", "tv", "Té", "Sticks", "A B", "A", "B", "+"])
NUMBERS = st.none() | st.sampled_from([0, 5, -1, 2.5, 5.0, 1e300])
ROW = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "brand": st.none() | TEXTS,
        "category": st.none() | st.lists(NAMES, min_size=1, max_size=4),
        "price": NUMBERS,
        "stock": st.none() | st.integers(-2, 5),
        "new": st.none() | st.booleans(),
        "tags": st.none() | st.lists(st.none() | TEXTS, max_size=3),
        "sizes": st.none() | st.lists(NUMBERS, max_size=3),
        "odd": st.none() | TEXTS | st.integers(0, 5) | st.booleans() | st.lists(TEXTS, max_size=2),
        "none": st.none(),
    }
)
TABLES = st.lists(ROW, min_size=1, max_size=8).map(
    lambda rows: [{"id": f"P{number}"} | row for number, row in enumerate(rows)]
)
FIELDS = st.sampled_from(["id", *sorted(
    ["title", "brand", "price", "stock", "new", "tags", "sizes", "odd", "none"]
)])  # fmt: skip
VALUES = TEXTS | st.sampled_from(["p0", "5", "2.50", "FALSE", "nan", "0"])
ENDS = st.none() | st.sampled_from([-1.0, 0.0, 2.5, 5.0])


def same_text(value, wanted):
    if not words(wanted):
        return str(value).strip() == wanted.strip()
    return words(str(value)) == words(wanted)


def has(value, wanted):
    if value is None:
        return False
    if isinstance(value, list):
        return any(has(item, wanted) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value) == float(wanted)
        except ValueError:
            return False
    return same_text(value, wanted)


def chunked(catalog):
    """The same catalog with a chunk for every two products."""
    pieces = [catalog.table.slice(start, 2) for start in range(0, len(catalog), 2)]
    return Catalog.from_table(pa.concat_tables(pieces))


def check(rows, condition, expected):
    catalog = Catalog.read(rows)
    for products in (catalog, chunked(catalog)):
        filters = Filters(products)
        for _ in range(2):  # the second time from what was kept
            mask = filters.mask(condition)
            assert mask.dtype == np.bool_
            assert mask.tolist() == expected


@given(TABLES, FIELDS, VALUES)
def test_equality(rows, field, wanted):
    check(rows, FieldEquals(field, wanted), [has(row[field], wanted) for row in rows])


@given(TABLES, st.lists(NAMES, min_size=1, max_size=3))
def test_a_category_holds_its_subtree(rows, names):
    parts = [words(name) for name in names]

    def below(path):
        levels = [words(name) for name in path or ()]
        return any(levels[i : i + len(parts)] == parts for i in range(len(levels)))

    condition = FieldEquals("category", " > ".join(names))
    check(rows, condition, [below(row["category"]) for row in rows])


@given(TABLES, st.sampled_from(["price", "stock", "none"]), ENDS, ENDS, st.booleans(),
       st.booleans())  # fmt: skip
def test_ranges(rows, field, low, high, include_low, include_high):
    assume(low is not None or high is not None)
    assume(low is None or high is None or low <= high)

    def inside(value):
        if value is None:
            return False
        above = low is None or (value >= low if include_low else value > low)
        below = high is None or (value <= high if include_high else value < high)
        return above and below

    condition = FieldRange(field, low, high, include_low, include_high)
    check(rows, condition, [inside(row[field]) for row in rows])


@given(TABLES, st.sampled_from(["noir", "CAFÉ noir", "noir tv", "5", "a b", "5 0", "x tv sticks"]))
def test_phrases(rows, text):
    wanted = words(text)

    def holds(row):
        parts = [row["title"], row["brand"] or "", *(row["category"] or ())]
        found = words(" ".join(parts))
        return any(found[i : i + len(wanted)] == wanted for i in range(len(found)))

    check(rows, Phrase(text), [holds(row) for row in rows])


def test_whole_numbers_beyond_those_of_fractions_are_compared():
    catalog = Catalog.read([{"id": i, "title": "x", "n": n} for i, n in enumerate([2**60 + 1, 3])])
    filters = Filters(catalog)
    assert filters.mask(FieldEquals("n", "3")).tolist() == [False, True]
    assert filters.mask(FieldRange("n", 4, None)).tolist() == [True, False]


def test_numbers_that_no_column_can_hold_are_compared():
    numbers = [2**70 + 1, 10**400, "x"]
    catalog = Catalog.read([{"id": i, "title": "x", "n": n} for i, n in enumerate(numbers)])
    filters = Filters(catalog)
    assert filters.mask(FieldEquals("n", str(2**70 + 1))).tolist() == [True, False, False]
    assert filters.mask(FieldEquals("n", str(10**400))).tolist() == [False, True, False]
    assert filters.mask(FieldEquals("n", "5")).tolist() == [False, False, False]


def test_facets_that_are_no_text_are_read_in_phrases():
    catalog = Catalog.read([{"id": 1, "title": "x", "brand": 501}, {"id": 2, "title": "y"}])
    assert Filters(catalog).mask(Phrase("x 501")).tolist() == [True, False]


def test_only_conditions_have_masks():
    with pytest.raises(TypeError, match="Term is not a condition"):
        Filters(Catalog.read([{"id": 1, "title": "x"}])).mask(Term("x"))
