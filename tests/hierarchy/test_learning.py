from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from hyperquery import ConfigError, Engine
from hyperquery.hierarchy import TaxonomyError, learn
from hyperquery.hierarchy.learning import containment_graph
from hyperquery.hierarchy.terms import MinedTerm
from tests.products import PRODUCTS, SMALL


class Given:
    """Containment as it is given."""

    def __init__(self, sizes, degrees):
        self.sizes, self.degrees = np.array(sizes, float), np.array(degrees, float)


def graph_of(sizes, degrees, least_degree=0.8):
    entries = [MinedTerm(name, "chosen") for name in "abcdef"[: len(sizes)]]
    return containment_graph(entries, Given(sizes, degrees), least_degree)


def test_implied_edges_are_left_out():
    graph = graph_of([9, 5, 2], [[1, 0.5, 0.2], [0.9, 1, 0.4], [1, 0.8, 1]])
    assert list(graph.edges) == [("a", "b"), ("b", "c")]
    assert graph.edges["a", "b"] == {"degree": 0.9, "reverse": 0.5}
    assert [graph.nodes[n]["depth"] for n in "abc"] == [1, 2, 3]


def test_only_larger_terms_are_above():
    assert list(graph_of([2, 9], [[1, 0.1], [0.9, 1]]).edges) == []


def test_terms_that_hold_each_other_make_no_cycle():
    graph = graph_of([4, 4, 4], np.ones((3, 3)))
    assert list(graph.edges) == [("a", "b"), ("b", "c")]


def test_an_engine_has_the_catalogs_tree_over_its_regions(small_engine):
    graph = small_engine.hierarchy()
    assert nx.is_directed_acyclic_graph(graph)
    counts = {term: len(small_engine.matches(f'"{term}"' if " " in term else term))
              for term in graph}  # fmt: skip
    assert {n: graph.nodes[n]["products"] for n in graph} == counts
    assert graph.nodes["kettles"]["members"] == 6
    assert graph.nodes["kettles"]["radius"] > 0
    assert all(graph.nodes[p]["extent"] >= graph.nodes[c]["extent"] for p, c in graph.edges)
    assert all(degree >= 0.8 for _, _, degree in graph.edges(data="degree"))


def test_the_graph_is_the_callers_own_and_follows_changes():
    engine = Engine.fit(PRODUCTS, config=SMALL, progress=False)
    graph = engine.hierarchy()
    graph.clear()
    assert len(engine.hierarchy()) > 0
    engine.remove([p["id"] for p in PRODUCTS if p["category"].endswith("kettles")])
    assert "kettles" not in engine.hierarchy()


def test_boxes_and_soft_edges_can_be_asked_for(small_engine):
    boxes = learn(small_engine, by="boxes", least_degree=0.5)
    soft = learn(small_engine, smoothing=0.1)
    sharp = learn(small_engine)
    assert {n: d["products"] for n, d in boxes.graph.nodes(data=True)} == {
        n: d["products"] for n, d in sharp.graph.nodes(data=True)
    }
    assert soft.graph.nodes["Shop"]["extent"] != sharp.graph.nodes["Shop"]["extent"]
    assert soft.graph.nodes["Shop"]["products"] == sharp.graph.nodes["Shop"]["products"]


def test_settings_and_empty_catalogs_are_refused(small_engine):
    with pytest.raises(ConfigError, match="least_degree"):
        learn(small_engine, least_degree=0.0)
    with pytest.raises(TaxonomyError, match="least_products"):
        learn(small_engine, least_products=1000)
