"""Catalogs whose columns have names of their own."""

from __future__ import annotations

import pandas
import pyarrow as pa
import pytest

from hyperquery import CatalogError
from hyperquery.engine.catalog import Catalog

ROWS = [{"SKU": "007", "Product Name": "Kettle", "title": "no. 1", "Price (EUR)": 9.5}]
NAMES = {"id": "SKU", "title": "Product Name"}


@pytest.mark.parametrize("source", [ROWS, pandas.DataFrame(ROWS), pa.Table.from_pylist(ROWS)])
def test_columns_are_named_in_any_kind_of_table(source):
    catalog = Catalog.read(source, NAMES)
    assert catalog.records() == [{"id": "007", "title": "Kettle", "Price (EUR)": 9.5}]


def test_ids_of_a_csv_stay_text_under_any_name(tmp_path):
    (tmp_path / "c.csv").write_text("SKU,id,Product Name\n1.50,2,1984\n")
    catalog = Catalog.read(tmp_path / "c.csv", NAMES)
    assert (catalog.ids, catalog.titles) == (("1.50",), ("1984",))


def test_names_may_be_swapped():
    catalog = Catalog.read([{"id": "tea", "title": 1}], {"id": "title", "title": "id"})
    assert catalog.records() == [{"title": "tea", "id": "1"}]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"id": "sku"}, "no column 'sku', only SKU, Product Name, title, Price"),
        ({"price": "Price (EUR)"}, "columns can say where id, title, .* are, not 'price'"),
        ({"id": "SKU", "title": "SKU"}, "'SKU' would be both id and title"),
        ({"id": "title"}, "'title' would be both id and title"),
    ],
)
def test_impossible_names_are_explained(names, message):
    with pytest.raises(CatalogError, match=message):
        Catalog.read(ROWS, names)


def test_a_name_that_is_missing_says_how_to_give_it():
    with pytest.raises(CatalogError, match=r"columns=\{'id': \.\.\.\}, or --id-column"):
        Catalog.read(ROWS)
