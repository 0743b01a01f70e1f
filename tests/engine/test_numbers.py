"""Columns that a few cells keep from being numbers."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from hyperquery import Config, Engine
from hyperquery.demo import demo_engine
from hyperquery.engine.numbers import number_notice
from tests.products import PRODUCTS


@pytest.mark.parametrize(
    ("cells", "odd", "row"),
    [
        (["9.50", None, "9,50", "12"], "1 of 3 cells is", 3),
        (["1.299,00", "9,50"], "2 of 2 cells are", 1),
        (["9.50 €", "EUR 3"], "2 of 2 cells are", 1),
        (["1"] * 19 + ["n/a"], "1 of 20 cells is", 20),
    ],
)
def test_columns_that_are_nearly_numbers_are_noticed(cells, odd, row):
    notice = number_notice(pa.table({"Price (EUR)": cells}))
    assert notice is not None
    assert "the column 'Price (EUR)' is text" in notice
    assert f"{odd} not written like 9.50, the first in row {row}: {cells[row - 1]!r}" in notice


@pytest.mark.parametrize(
    "cells",
    [["1.5", "2"], ["S", "M", "7"], ["007", "12", "9,5"], ["USD", "EUR"], ["555 123 456"] * 3,
     ["2026-01-02"], ["1234567890123456", "9,5"], [None, None], [1, 2]],
)  # fmt: skip
def test_other_columns_are_left_alone(cells):
    assert number_notice(pa.table({"x": cells})) is None


def test_what_words_are_learned_from_is_no_number():
    assert number_notice(pa.table({"title": ["9.5", "9,5"], "brand": ["3", "3,5"]})) is None


def test_the_bundled_catalog_has_no_such_column():
    assert number_notice(demo_engine().catalog.table) is None


def test_a_fit_warns_once_and_keeps_the_text():
    products = [{**product, "price": "9,5"} for product in PRODUCTS]
    with pytest.warns(UserWarning, match=r"'price' is text.*'9,5'; write all of them alike"):
        engine = Engine.fit(products, config=replace(Config(), dimension=8, steps=2))
    assert engine.catalog.product(0)["price"] == "9,5"
