"""CSV as spreadsheets and shops write it."""

from __future__ import annotations

from io import StringIO

import pyarrow as pa
import pytest

from hyperquery import CatalogError
from hyperquery.engine import csv_table
from hyperquery.engine.csv_table import read_csv


def columns(text, texts=("id",), delimiter=None):
    return read_csv(StringIO(text, newline=""), "c.csv", texts, delimiter).to_pydict()


@pytest.mark.parametrize("text", ["id,size,\n1,2,\n3,4,\n", "id,size\n1,2,\n3,4, ,\n"])
def test_a_delimiter_at_the_end_of_lines_makes_no_column(text):
    assert columns(text) == {"id": ["1", "3"], "size": [2, 4]}


def test_a_column_without_a_name_is_kept_if_it_holds_something():
    assert columns(",id\nx,1\n,2\n") == {"": ["x", None], "id": ["1", "2"]}


def test_excel_may_declare_the_delimiter():
    assert columns("sep=;\r\nid;price, net\r\n1;9,50\r\n") == {"id": ["1"], "price, net": [9.5]}
    assert columns('"sep=|"\nid|a,b\n1|2\n') == {"id": ["1"], "a,b": [2]}
    with pytest.raises(CatalogError, match=r"line 3 of c\.csv has more cells"):
        columns("sep=;\nid\n1;2\n")
    with pytest.raises(CatalogError, match=r"line 2 of c\.csv is empty"):
        columns("sep=;\n\n1;2\n")


def test_empty_cells_of_numbers_are_missing_even_with_spaces():
    found = columns("id,price,note\n1, 3.5,a\n2,  ,\n3,,  \n")
    assert found == {"id": ["1", "2", "3"], "price": [3.5, None, None], "note": ["a", None, "  "]}


def test_short_rows_are_filled_and_empty_ones_left_out():
    assert columns("id,a\n1\n\n2,x\n") == {"id": ["1", "2"], "a": [None, "x"]}


@pytest.mark.parametrize(
    ("cells", "type_"),
    [("1 -0 12", pa.int64()), ("1 2.5 -.5", pa.float64()), ("123456789012345", pa.int64()),
     ("1234567890123456", pa.string()), ("007", pa.string()), ("1e3", pa.string()),
     ("1,5", pa.string())],
)  # fmt: skip
def test_columns_are_numbers_if_nothing_is_lost(cells, type_):
    text = "\n".join(["id\tx", *(f"a\t{cell}" for cell in cells.split())])
    table = read_csv(StringIO(text, newline=""), "c.tsv", (), "\t")
    assert table.schema.field("x").type == type_
    if type_ != pa.string():
        assert table["x"].to_pylist() == [float(cell) for cell in cells.split()]


def test_long_files_are_read_in_parts(monkeypatch):
    text = "id,size\n" + "".join(f"{row},{row}\n" for row in range(10))
    whole = columns(text)
    monkeypatch.setattr(csv_table, "_ROWS", 3)
    assert columns(text) == whole == {"id": [str(row) for row in range(10)], "size": [*range(10)]}
