from __future__ import annotations

import numpy as np
import pytest

from hyperquery import Engine
from hyperquery.engine.catalog import Catalog
from hyperquery.hierarchy import Placer, misplaced
from hyperquery.hierarchy.misplacing import excess
from tests.products import PRODUCTS, SMALL

WRONG = {"kettle1": "Shop > Books > novels", "atlas3": "Shop > Outdoor > tents",
         "drill5": "Shop > Kitchen > pans"}  # fmt: skip


@pytest.fixture(scope="module")
def mislabelled() -> Engine:
    products = [{**p, "category": WRONG.get(p["id"], p["category"])} for p in PRODUCTS]
    return Engine.fit(products, config=SMALL, progress=False)


def test_wrong_labels_come_first(mislabelled):
    found = misplaced(mislabelled, 3)
    assert {one.id for one in found} == set(WRONG)
    for one in found:
        right = next(p["category"] for p in PRODUCTS if p["id"] == one.id)
        assert " > ".join(one.path) == WRONG[one.id]
        assert " > ".join(one.better) == right
        assert one.better_margin < one.margin
    excesses = [one.excess for one in found]
    assert excesses == sorted(excesses, reverse=True)
    assert "looks like" in str(found[0])


def test_only_products_that_fit_elsewhere_are_returned(small_engine):
    assert all(one.excess > 0 for one in misplaced(small_engine, None))
    assert len(misplaced(small_engine, None)) < len(PRODUCTS) / 4


def test_products_without_a_category_are_left_out(small_engine):
    records = [dict(p) for p in PRODUCTS]
    records[0] = {**records[0], "category": None}
    engine = Engine(Catalog.read(records), small_engine.model)
    excesses, better = excess(Placer(engine), engine.catalog)
    assert np.flatnonzero(np.isneginf(excesses)).tolist() == [0]
    assert len(better) == len(PRODUCTS)
    assert "kettle1" not in {one.id for one in misplaced(engine, None)}


def test_a_single_category_has_no_better_one(small_engine):
    products = [{**p, "category": "Shop"} for p in PRODUCTS]
    engine = Engine(Catalog.read(products), small_engine.model)
    assert misplaced(engine) == []
