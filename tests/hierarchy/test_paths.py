from __future__ import annotations

import networkx as nx
import pytest

from hyperquery.hierarchy import TaxonomyError, from_catalog
from hyperquery.hierarchy.paths import all_paths
from tests.products import PRODUCTS


def test_paths_are_the_catalogs_in_the_graphs_order():
    graph = from_catalog(PRODUCTS)
    paths = all_paths(graph)
    assert list(paths) == list(graph)
    assert all(" > ".join(path) == node for node, path in paths.items())


def test_cycles_are_refused():
    with pytest.raises(TaxonomyError, match="cycle"):
        all_paths(nx.DiGraph([("a", "b"), ("b", "a")]))
