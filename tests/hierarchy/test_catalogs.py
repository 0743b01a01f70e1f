from __future__ import annotations

import pytest

from hyperquery.engine.catalog import Catalog
from hyperquery.hierarchy import TaxonomyError, from_catalog
from tests.products import PRODUCTS


def test_products_are_counted_in_their_category_and_above(small_engine):
    graph = from_catalog(small_engine)
    assert graph.nodes["Shop"]["products"] == 48
    assert graph.nodes["Shop > Books > novels"] == {"name": "novels", "products": 6, "depth": 3}
    assert list(from_catalog(Catalog.read(PRODUCTS)).edges) == list(graph.edges)


def test_a_catalog_without_categories_is_refused():
    with pytest.raises(TaxonomyError, match="no product has a category"):
        from_catalog([{"id": 1, "title": "Fire"}])
