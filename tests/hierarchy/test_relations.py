from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

from hyperquery.hierarchy import (
    TaxonomyError,
    lowest_common_ancestor,
    roots,
    transitive_closure_edges,
    transitive_reduction,
)
from hyperquery.hierarchy.relations import induced_subgraph
from tests.hierarchy.graphs import dags


@given(dags())
def test_closure_is_that_of_networkx(graph):
    nodes = list(graph)
    found = [(nodes[a], nodes[c]) for c, a in transitive_closure_edges(graph).tolist()]
    assert len(found) == len(set(found))
    assert set(found) == set(nx.transitive_closure_dag(graph).edges)


@given(dags())
def test_reduction_is_that_of_networkx(graph):
    assert set(transitive_reduction(graph).edges) == set(nx.transitive_reduction(graph).edges)


def test_a_cycle_has_no_closure():
    with pytest.raises(TaxonomyError, match="cycle"):
        transitive_closure_edges(nx.DiGraph([("a", "b"), ("b", "a")]))


def test_lowest_common_ancestor_names_a_missing_node():
    graph = nx.DiGraph([("a", "b"), ("z", "y")])
    assert lowest_common_ancestor(graph, "b", "a") == "a"
    assert lowest_common_ancestor(graph, "b", "y") is None
    with pytest.raises(TaxonomyError, match="no node 'c'"):
        lowest_common_ancestor(graph, "a", "c")


def test_an_induced_subgraph_keeps_order_and_attributes():
    graph = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")])
    graph.nodes["c"]["name"] = "C"
    part = induced_subgraph(graph, ["c", "a"])
    assert list(part) == ["a", "c"]
    assert list(part.edges) == [("a", "c")]
    assert part.nodes["c"] == {"name": "C"}
    assert roots(part) == ["a"]
