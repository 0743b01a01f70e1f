from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.errors import ConfigError
from hyperquery.hierarchy import TaxonomyError, from_edges
from hyperquery.hierarchy.building import closing_edges, path_key

NAMES = st.lists(st.text(alphabet="a> \\", min_size=1, max_size=4), min_size=1, max_size=4)


@given(NAMES, NAMES)
def test_different_paths_have_different_keys(first, second):
    first, second = ([name.strip() or "x" for name in path] for path in (first, second))
    assert (path_key(first) == path_key(second)) == (first == second)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_without_the_closing_edges_there_is_no_cycle(edges):
    graph = nx.DiGraph(edges)
    graph.add_node(0)
    closing = closing_edges(graph)
    assert bool(closing) == (not nx.is_directed_acyclic_graph(graph))
    graph.remove_edges_from(closing)
    assert nx.is_directed_acyclic_graph(graph)


def test_a_cycle_is_shown():
    with pytest.raises(TaxonomyError, match="'b' -> 'c' -> 'd' -> 'b'"):
        from_edges([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")])


def test_a_category_above_itself_is_a_cycle():
    with pytest.raises(TaxonomyError, match="'a' -> 'a'"):
        from_edges([("a", "a")])


def test_only_the_closing_edge_is_dropped_and_reported():
    graph = from_edges([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")], cycles="drop")
    assert list(graph.edges) == [("a", "b"), ("b", "c"), ("c", "d")]
    report = graph.graph["report"]
    assert report.dropped_cycles == (("c", "b"),)
    assert "1 edge dropped that closed a cycle: 'c' -> 'b'" in str(report)


def test_the_first_parent_is_kept_and_the_others_reported():
    edges = [("animal", "dog"), ("pet", "dog"), ("pet", "cat")]
    kept = from_edges(edges)
    assert kept.graph["report"].multi_parents == ("dog",)
    assert "all are kept: 'dog'" in str(kept.graph["report"])
    first = from_edges(edges, parents="first")
    assert list(first.predecessors("dog")) == ["animal"]
    assert first.graph["report"].dropped_parents == (("pet", "dog"),)
    assert "the first is kept: 'dog'" in str(first.graph["report"])


def test_depth_is_that_of_the_shortest_way_down():
    graph = from_edges([("a", "b"), ("b", "c"), ("a", "c"), ("z", "y")])
    assert dict(graph.nodes(data="depth")) == {"a": 1, "b": 2, "c": 2, "z": 1, "y": 2}


def test_repeated_edges_count_once():
    graph = from_edges([("a", "b"), ("a", "b")])
    assert graph.number_of_edges() == 1
    assert graph.graph["report"].repeated == 1
    assert graph.graph["report"].multi_parents == ()


@pytest.mark.parametrize("policy", [{"cycles": "ignore"}, {"parents": "last"}])
def test_an_unknown_policy_is_refused(policy):
    with pytest.raises(ConfigError, match=next(iter(policy.values()))):
        from_edges([("a", "b")], **policy)
