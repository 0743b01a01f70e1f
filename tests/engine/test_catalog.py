from __future__ import annotations

import gzip
import json

import pandas
import polars
import pyarrow
import pytest
from pyarrow import parquet

from hyperquery import CatalogError
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.judgments import read_judgments

ROWS = [
    {"id": "1", "title": "Fire TV Stick", "category": "TV > Sticks", "price": 39.99},
    {"id": "2", "title": "Café filter", "category": None, "price": None},
]


def write_csv(path):
    path.write_text(
        "id,title,category,price\n1,Fire TV Stick,TV > Sticks,39.99\n2,Café filter,,\n",
        encoding="utf-8-sig",
    )


def write_json_lines(path):
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def write_gzip(path):
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in ROWS).encode()))


def write_parquet(path):
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [("c.csv", write_csv), ("c.jsonl", write_json_lines), ("c.ndjson.gz", write_gzip),
     ("c.parquet", write_parquet)],
)  # fmt: skip
def test_files_of_every_kind_read_alike(tmp_path, name, write):
    path = tmp_path / name
    write(path)
    assert Catalog.read(str(path)) == Catalog.read(ROWS)


def test_tables_of_every_library_read_alike():
    expected = Catalog.read(ROWS)
    assert Catalog.read(pandas.DataFrame(ROWS)) == expected
    assert Catalog.read(polars.DataFrame(ROWS)) == expected
    assert Catalog.read(pyarrow.Table.from_pylist(ROWS)) == expected
    assert Catalog.read(iter(ROWS)) == expected


def test_fields_are_typed():
    catalog = Catalog.read(ROWS)
    assert catalog.fields["category"] == (("TV", "Sticks"), None)
    assert catalog.fields["price"] == (39.99, None)
    assert catalog.product(0)["price"] == 39.99


def test_csv_columns_of_numbers_are_numbers_and_codes_stay_text(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("id,title,price,stock,code,size\n01,1984,9.50,3,007,1\n1.50,x,,10,123,L\n")
    catalog = Catalog.read(path)
    assert catalog.ids == ("01", "1.50")
    assert catalog.titles == ("1984", "x")
    assert catalog.fields == {
        "price": (9.5, None), "stock": (3, 10), "code": ("007", "123"), "size": ("1", "L")
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_whose_header_has_no_comma_is_cut_at_what_it_has(tmp_path, delimiter):
    path = tmp_path / "c.csv"
    lines = [["id", "title", "price"], ["1", "Pan, large", "9.50"], ["2", "Pot", ""]]
    text = "".join(delimiter.join(line) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8-sig")
    catalog = Catalog.read(path)
    assert catalog.titles == ("Pan, large", "Pot")
    assert catalog.fields == {"price": (9.5, None)}


def test_a_comma_in_the_header_keeps_other_delimiters_as_text(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("id,title,a;b;c;d\n1,x;y,p|q\n")
    assert Catalog.read(path).fields == {"a;b;c;d": ("p|q",)}


def test_decimal_commas_are_numbers_where_semicolons_separate(tmp_path):
    path = tmp_path / "c.csv"
    rows = ["1;x;1.299,00;3,5;1,5;007,5", "2;y;-0,5;;1.5;1,0", "3;z;12;4;2;2"]
    path.write_text("\n".join(["id;title;price;weight;mixed;code", *rows]))
    fields = Catalog.read(path).fields
    assert fields["price"] == (1299.0, -0.5, 12.0)
    assert fields["weight"] == (3.5, None, 4.0)
    assert fields["mixed"] == ("1,5", "1.5", "2")
    assert fields["code"] == ("007,5", "1,0", "2")


def test_spaces_around_names_and_numbers_of_a_csv_do_not_count(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("id , title, price, stock, note\n1, x, 3.5 , 4, y\n2,y,,,\n")
    catalog = Catalog.read(path)
    assert catalog.titles == ("x", "y")
    assert catalog.fields == {"price": (3.5, None), "stock": (4, None), "note": (" y", None)}


def test_decimal_commas_stay_text_where_commas_separate(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text('id,title,price\n1,x,"1,299"\n')
    assert Catalog.read(path).fields["price"] == ("1,299",)


@pytest.mark.parametrize("path", ["A > B", "A/B", "A | B", ["A", "B"], ("A", " B ")])
def test_category_paths_come_in_many_forms(path):
    catalog = Catalog.read([{"id": 1, "title": "x", "category": path}])
    assert catalog.fields["category"] == (("A", "B"),)


def test_line_separators_inside_a_text_do_not_end_a_row(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": 1, "title": "one\u2028line"}\n', encoding="utf-8")
    assert Catalog.read(path).titles == ("one\u2028line",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "empty"),
        ([{"title": "x"}], "no field 'id', only title: .*--id-column"),
        ([{"id": 1, "name": "x"}], "no field 'title', only id, name"),
        ([{"id": 1, "title": "x"}, {"id": 1, "title": "y"}], "rows 1 and 2 .* same id '1'"),
        ([{"id": 1, "title": "x"}, {"id": 2, "title": " "}], "row 2 .* no title"),
        ([{"id": None, "title": "x"}], "row 1 .* no id"),
        ([("1", "x")], "row 1 .* is tuple, not a dict"),
        (7, "cannot read a catalog from int"),
        ({"id": 1, "title": "x"}, "cannot read a catalog from dict"),
    ],
)
def test_unusable_catalogs_are_explained(rows, message):
    with pytest.raises(CatalogError, match=message):
        Catalog.read(rows)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.jsonl", b'{"id": 1}\n{"id": \n', "line 2 of c.jsonl is not JSON"),
        ("c.csv", b"id,title\n1,x,y\n", "line 2 of c.csv has more cells"),
        ("c.csv", b"id,title\n1,\xff\xfe\n", "not UTF-8.*save as CSV UTF-8"),
        ("c.parquet", b"nothing", "not a Parquet file"),
        ("c.csv.gz", b"nothing", "cannot read"),
        ("c.xlsx", b"PK", "cannot tell what c.xlsx is"),
        ("c.csv", b"", "empty"),
        ("c.csv", b"\r\nid,title\r\n1,x\r\n", "line 1 of c.csv is empty"),
        ("c.csv", b"id,title,title\n1,x,y\n", "two columns 'title'"),
        ("c.csv", b'id,title\n1,"x\n2,y\n', "cannot read"),
        ("c.csv", b"id,title\n1," + b"x" * 200_000, "cannot read"),
        ("c.jsonl", b"[" * 100_000, "cannot read"),
    ],
)
def test_unreadable_files_are_explained(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=message):
        Catalog.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogError, match="there is no catalog file"):
        Catalog.read(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"query": "q", "product_id": "9", "label": "E"}, "'9', which is not in the catalog"),
        ({"query": "q", "product_id": "1", "label": "X"}, "label 'X'"),
        ({"query": "q", "product_id": "1", "gain": 2}, "gains go from 0 to 1"),
        ({"query": "q", "product_id": "1", "gain": "high"}, "gains go from 0 to 1"),
        ({"product_id": "1", "gain": 1}, "no 'query'"),
        ({"query": "q", "gain": 1}, "no 'product_id'"),
    ],
)
def test_unusable_judgments_are_explained(row, message):
    with pytest.raises(CatalogError, match=message):
        read_judgments([row], Catalog.read(ROWS))


def test_labels_and_gains_are_read():
    catalog = Catalog.read(ROWS)
    rows = [{"query": "q", "product_id": 2, "label": "S"}, {"query": "q", "product_id": "1",
             "gain": "0.5"}]  # fmt: skip
    assert [(j.product, j.gain) for j in read_judgments(rows, catalog)] == [(1, 0.1), (0, 0.5)]


def test_each_of_a_list_of_colors_is_one():
    lamp = {"id": "1", "title": "Lamp", "brand": None, "color": ["Black", "Matte White"]}
    catalog = Catalog.read([lamp, {"id": "2", "title": "Cup", "brand": "Acme"}])
    colors = [("Black", "color"), ("Matte White", "color")]
    assert [[*document.facets] for document in catalog.documents()] == [colors, [("Acme", "brand")]]
    assert catalog.parts(0) == [("title", "Lamp"), ("color", "Black"), ("color", "Matte White")]
