"""Catalogs as tables: made without looking at rows, cut, put together, read by columns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas
import polars
import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from hyperquery import CatalogError, Engine
from hyperquery.engine.catalog import Catalog

ROWS = [
    {"id": "1", "title": "Fire TV", "category": ["TV", "Sticks"], "price": 40, "tags": ["a"]},
    {"id": "2", "title": "Café", "category": None, "price": 2.5, "tags": [], "size": "XL"},
    {"id": "3", "title": "Pot", "new": True, "odd": 3, "size": 7},
]
CATALOG = Catalog.read(ROWS)


def test_a_table_that_was_written_and_read_back_is_the_same_catalog(tmp_path):
    table = CATALOG.to_table()
    parquet.write_table(table, tmp_path / "c.parquet")
    assert Catalog.from_table(parquet.read_table(tmp_path / "c.parquet")) == CATALOG
    assert Catalog.read(tmp_path / "c.parquet") == CATALOG
    with (
        pa.OSFile(str(tmp_path / "c.arrow"), "wb") as file,
        ipc.new_file(file, table.schema) as writer,
    ):
        writer.write_table(table, max_chunksize=2)
    mapped = ipc.open_file(pa.memory_map(str(tmp_path / "c.arrow"))).read_all()
    catalog = Catalog.from_table(mapped)
    assert catalog.records() == CATALOG.records()
    assert catalog.product(2)["size"] == 7
    assert catalog.to_table() is mapped


def test_columns_may_be_encoded():
    table = CATALOG.to_table()
    position = table.schema.get_field_index("title")
    encoded = table.set_column(position, "title", table["title"].dictionary_encode())
    catalog = Catalog.from_table(encoded)
    assert catalog == CATALOG
    both = Catalog.concatenated([catalog.select([0]), CATALOG.select([1, 2])])
    assert both.titles == CATALOG.titles
    twice = Catalog.concatenated([catalog.select([0]), catalog.select([1])])
    assert twice.table.schema.field("title").type == pa.string()


def test_no_row_of_a_mapped_table_is_copied(tmp_path):
    numbers = range(10_000)
    table = pa.table({"id": map(str, numbers), "title": ["tea"] * 10_000, "price": numbers})
    with (
        pa.OSFile(str(tmp_path / "c.arrow"), "wb") as file,
        ipc.new_file(file, table.schema) as writer,
    ):
        writer.write_table(table)
    mapped = ipc.open_file(pa.memory_map(str(tmp_path / "c.arrow"))).read_all()
    before = pa.total_allocated_bytes()
    catalog = Catalog.from_table(mapped)
    assert catalog.product(9_999) == {"id": "9999", "title": "tea", "price": 9_999}
    assert catalog.schema.kinds["price"] is float
    assert pa.total_allocated_bytes() - before < 1_000


def test_a_search_makes_no_python_objects_of_whole_columns(small_engine):
    catalog = Catalog.from_table(small_engine.catalog.to_table())
    engine = Engine(catalog, small_engine.model, small_engine.points)
    before = set(vars(catalog))
    assert engine.search("kettle AND brand:Acme", k=2, where="price<30").ids
    assert engine.matches("brand:Acme")
    assert engine.facets("kettle", "brand")
    assert engine.explain("kettle", "kettle1").product_id == "kettle1"
    assert not (set(vars(catalog)) - before) & {"ids", "titles", "fields", "positions"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"id": ["1"]}), "no field 'title'"),
        (pa.table({"id": [1], "title": ["x"]}), "column 'id' .* type int64.*Catalog.read"),
        (pa.table({"id": ["1"], "title": [None]}), "column 'title' .* type null"),
        (pa.table({"id": ["1"], "title": ["x"], "category": ["A > B"]}), "column 'category'"),
        (pa.table({"id": ["1"], "title": ["x"], "image": [b"x"]}), "column 'image' .* binary"),
        (CATALOG.to_table().slice(0, 0), "empty"),
    ],
)
def test_tables_of_others_are_refused(table, message):
    with pytest.raises(CatalogError, match=message):
        Catalog.from_table(table)


def test_a_catalog_is_cut_in_any_order():
    cut = CATALOG.select([2, 0])
    assert cut.records() == [CATALOG.product(2), CATALOG.product(0)]
    assert CATALOG.select(np.array([1])).ids == ("2",)
    with pytest.raises(CatalogError, match="empty"):
        CATALOG.select([])


def test_products_are_looked_up_by_row_and_id():
    assert CATALOG.products([2, 0]) == [CATALOG.product(2), CATALOG.product(0)]
    assert CATALOG.ids_of(np.array([1, 0])) == ["2", "1"]
    assert CATALOG.position("3") == CATALOG.positions["3"] == 2
    with pytest.raises(CatalogError, match=r"no product .* the id '4'.*such as '1'"):
        CATALOG.position("4")


def test_catalogs_are_equal_by_their_values():
    assert Catalog.from_records(CATALOG.records()) == CATALOG
    assert Catalog.read(ROWS[:2]) != CATALOG
    assert Catalog.read([*ROWS[:2], ROWS[2] | {"size": "7"}]) != CATALOG
    assert CATALOG != 3
    reordered = CATALOG.to_table().select(sorted(CATALOG.to_table().schema.names))
    assert Catalog.from_table(reordered) == CATALOG


def test_catalogs_are_put_together():
    one = Catalog.read(
        [{"id": 1, "title": "a", "price": 2, "sizes": [1], "tags": ["x"], "mix": 1, "gone": None}]
    )
    other = Catalog.read(
        [{"id": 2, "title": "b", "price": 2.5, "sizes": [1.5], "tags": ["y"], "mix": "a",
          "gone": "no", "category": "A > B"},
         {"id": 3, "title": "c", "mix": 2}]
    )  # fmt: skip
    both = Catalog.concatenated([one, other])
    assert both.ids == ("1", "2", "3")
    assert both.fields == {
        "price": (2.0, 2.5, None), "sizes": ([1.0], [1.5], None), "tags": (["x"], ["y"], None),
        "mix": (1, "a", 2), "gone": (None, "no", None), "category": (None, ("A", "B"), None),
    }  # fmt: skip
    assert Catalog.concatenated([other, one]).select([2, 0, 1]) == both
    assert Catalog.concatenated([both]) == both


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        (1, "a", "'size' holds numbers in one catalog and text in another"),
        (True, 1, "'size' holds true and false in one catalog and numbers"),
        (["a"], "a", "'size' holds lists of texts .* and text"),
        (["a"], [1], "'size' holds lists of texts .* and lists of numbers"),
        (2**60 + 1, 0.5, "'size' of one catalog cannot become double"),
    ],
)
def test_fields_that_clash_are_named(one, other, message):
    first = Catalog.read([{"id": 1, "title": "a", "size": one}])
    second = Catalog.read([{"id": 2, "title": "b", "size": other}])
    with pytest.raises(CatalogError, match=message):
        Catalog.concatenated([first, second])


def test_ids_must_be_distinct_across_catalogs():
    with pytest.raises(CatalogError, match=r"rows 3 and 4 .* same id '3'"):
        Catalog.concatenated([CATALOG, CATALOG.select([2])])


def test_columns_are_read_as_their_rows_would_be():
    rows = [
        {"id": 7, "title": " x ", "category": "A > B", "since": date(2026, 1, 2),
         "price": Decimal("9.5"), "n": float("nan"), "sizes": [1, 2], "shape": {"a": 1}},
        {"id": 8, "title": "y", "category": "A > B", "since": None, "price": None, "n": 2.0,
         "sizes": None, "shape": None},
    ]  # fmt: skip
    expected = Catalog.read(rows)
    assert expected.product(0) == {
        "id": "7", "title": "x", "category": ("A", "B"), "since": "2026-01-02", "price": 9.5,
        "n": None, "sizes": [1, 2], "shape": {"a": 1},
    }  # fmt: skip
    assert Catalog.read(pa.Table.from_pylist(rows)) == expected
    assert Catalog.read(pandas.DataFrame(rows)) == expected
    assert Catalog.read(polars.DataFrame(rows)) == expected
    assert Catalog.read(pa.RecordBatch.from_pylist(rows)) == expected


def test_pandas_columns_of_every_kind_are_read():
    frame = pandas.DataFrame({"id": [1, 2], "title": ["x", "y"]})
    frame["mix"] = pandas.Series([1, "a"], dtype=object)
    frame["shape"] = pandas.Series([{"a": 1}, {"b": 2}])
    frame["whole"] = pandas.Series([1, None], dtype="Int64")
    frame["kind"] = pandas.Categorical(["a", None])
    frame["sparse"] = pandas.arrays.SparseArray([0, 2])
    assert Catalog.read(frame).fields == {
        "mix": (1, "a"), "shape": ({"a": 1}, {"b": 2}), "whole": (1, None), "kind": ("a", None),
        "sparse": (0, 2),
    }  # fmt: skip
    frame["month"] = pandas.period_range("2026-01", periods=2, freq="M")
    with pytest.raises(CatalogError, match=r"'month' .* of type Period"):
        Catalog.read(frame)


@pytest.mark.parametrize("path", [[" A ", "B"], ["A", "", "B"], ["A", None, "B"], ["A", "B"]])
def test_category_lists_are_cleaned(path):
    table = pa.table({"id": ["1", "2"], "title": ["x", "y"], "category": [path, None]})
    assert Catalog.read(table).fields["category"] == (("A", "B"), None)
    table = pa.table({"id": ["1", "2"], "title": ["x", "y"], "category": [path, []]})
    assert Catalog.read(table).fields["category"] == (("A", "B"), None)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"id": ["1", None], "title": ["x", "y"]}), "row 2 .* no id"),
        (pa.table({"id": ["1", "2"], "title": ["\t", "y"]}), "row 1 .* no title"),
        (pa.table({"id": ["1", " 1"], "title": ["x", "y"]}), "rows 1 and 2 .* same id '1'"),
        (pa.table({"id": [], "title": []}), "empty"),
        (pa.table([["1"], ["x"], ["y"]], names=["id", "title", "title"]), "two columns 'title'"),
        (pa.table({"id": ["1"], "title": ["x"], "image": [b"x"]}), "'image' .* of type bytes"),
        (pa.chunked_array([[1, 2]]), "cannot read a catalog from this ChunkedArray"),
    ],
)
def test_unusable_tables_are_explained(table, message):
    with pytest.raises(CatalogError, match=message):
        Catalog.read(table)


def test_titles_that_are_no_text_are_named():
    with pytest.raises(CatalogError, match=r"the title '\\ud800', which is not valid Unicode"):
        Catalog.read([{"id": 1, "title": "\ud800"}])


def test_documents_are_made_of_the_same_parts():
    rows = [
        {"id": 1, "title": "a", "brand": "B", "color": None, "category": "C > D"},
        {"id": 2, "title": "e", "brand": 501, "color": "red", "category": None},
    ]
    for catalog in (Catalog.read(rows), Catalog.read([{"id": 1, "title": "a"}])):
        for row, document in enumerate(catalog.documents()):
            facets = [(kind, text) for text, kind in document.facets]
            assert catalog.parts(row) == [("title", document.title), *facets]
    assert Catalog.read(rows).parts(0) == [
        ("title", "a"), ("brand", "B"), ("category", "C"), ("category", "D")
    ]  # fmt: skip


def test_what_a_title_excludes_is_no_part():
    catalog = Catalog.read([{"id": 1, "title": "Belt without buckle, black"}])
    assert catalog.documents()[0].title == catalog.parts(0)[0][1] == "Belt without, black"
    assert catalog.titles == ("Belt without buckle, black",)
