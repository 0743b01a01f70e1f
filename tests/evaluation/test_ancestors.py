from __future__ import annotations

from statistics import fmean

import numpy as np
import pytest

from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.ancestors import ancestor_precision, category_paths, depth_order
from hyperquery.evaluation.errors import EvaluationError
from hyperquery.geometry import Hyperboloid
from tests.products import PRODUCTS


@pytest.fixture
def paths(small_engine):
    return category_paths(small_engine.catalog, small_engine.catalog.ids)


def test_paths_are_those_of_the_catalog(paths):
    assert paths[0] == ("shop", "kitchen", "kettles")
    assert len(paths) == len(PRODUCTS)


def test_a_trained_engine_knows_the_categories_of_its_products(small_engine, paths):
    found = ancestor_precision(small_engine, paths)
    assert len(found) == len(PRODUCTS)
    turned = paths[5:] + paths[:5]  # other products' categories
    assert fmean(found) > fmean(ancestor_precision(small_engine, turned)) + 0.2


def test_products_without_a_category_are_left_out(small_engine, paths):
    assert len(ancestor_precision(small_engine, [(), *paths[1:]])) == len(PRODUCTS) - 1


def test_depth_order_counts_larger_ancestors():
    limits = {"shop": 0.9, "kitchen": 0.5, "kettles": 0.7}

    class Fixed:
        def hyperboloid(self, term):
            return Hyperboloid(np.zeros(2), limits[term])

    # above "kitchen" and above "kettles" comes the larger "shop", above "kettles" the smaller one
    assert depth_order(Fixed(), [("shop", "kitchen", "kettles")]) == pytest.approx(2 / 3)


def test_catalogs_without_categories_are_refused():
    catalog = Catalog.read([{"id": 1, "title": "Fire TV"}])
    with pytest.raises(EvaluationError, match="no product has a category"):
        category_paths(catalog, ["1"])
    with pytest.raises(EvaluationError, match="paths of two levels"):
        depth_order(None, [("shop",)])
