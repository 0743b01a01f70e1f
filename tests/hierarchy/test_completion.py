from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.errors import ConfigError
from hyperquery.hierarchy import TaxonomyError, complete, hold_out, transitive_closure_edges
from tests.hierarchy.graphs import dags


@given(dags(), st.sampled_from([0.3, 0.5, 1.0]))
def test_a_completed_graph_has_no_cycle_and_all_that_was_there(graph, share):
    completed = complete(graph, share)
    assert nx.is_directed_acyclic_graph(completed)
    assert set(graph.edges) <= set(completed.edges)
    assert list(completed) == list(graph)
    added = {(a, b) for a, b, inferred in completed.edges(data="inferred") if inferred}
    assert added == set(completed.edges) - set(graph.edges)


def test_a_tree_is_complete():
    graph = nx.balanced_tree(3, 3, nx.DiGraph)
    assert set(complete(graph).edges) == set(graph.edges)


def test_a_relation_that_was_held_out_is_found_again():
    held = hold_out(nx.balanced_tree(3, 4, nx.DiGraph), 0.02, seed=3)
    assert (len(held.pairs), int(held.implied.sum())) == (9, 2)
    assert (transitive_closure_edges(complete(held.graph)) == held.known).all()


def test_what_is_held_out_is_left_out_and_of_inner_nodes():
    graph = nx.balanced_tree(2, 4, nx.DiGraph)
    held = hold_out(graph, 0.1, seed=1)
    assert len(held.pairs) + held.graph.number_of_edges() == len(held.known)
    for node, above in held.pairs.tolist():
        assert not held.graph.has_edge(above, node)
        assert above > 0
        assert graph.out_degree(node)
    left = {tuple(pair) for pair in transitive_closure_edges(held.graph).tolist()}
    assert [tuple(pair) in left for pair in held.pairs.tolist()] == held.implied.tolist()


def test_at_most_what_is_free_is_held_out():
    held = hold_out(nx.path_graph(4, nx.DiGraph), 0.9)
    assert held.pairs.tolist() == [[2, 1]]


def test_a_graph_without_inner_relations_is_refused():
    with pytest.raises(TaxonomyError, match="none can be held out"):
        hold_out(nx.path_graph(3, nx.DiGraph))


@pytest.mark.parametrize("share", [0.0, 1.1, -1.0])
def test_shares_out_of_range_are_refused(share):
    with pytest.raises(ConfigError, match="share"):
        hold_out(nx.path_graph(4, nx.DiGraph), share)
    with pytest.raises(ConfigError, match="share"):
        complete(nx.path_graph(4, nx.DiGraph), share)
