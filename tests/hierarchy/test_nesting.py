from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.evaluation.judged import data_folder
from hyperquery.hierarchy import from_json_tree, transitive_closure_edges
from hyperquery.hierarchy.nesting import nest
from tests.hierarchy.graphs import dags, forests


def related(graph):
    """Which node is below or the same as which, (nodes, nodes)."""
    found = np.eye(len(graph), dtype=bool)
    children, ancestors = transitive_closure_edges(graph).T
    found[children, ancestors] = True
    return found


def inside(nesting):
    """Which node's intervals are all inside which other's, (nodes, nodes)."""
    lower, upper = nesting.lower, nesting.upper
    return ((lower[:, None] >= lower) & (upper[:, None] <= upper)).all(axis=-1)


@given(forests(), st.integers(0, 3))
def test_one_axis_holds_a_tree(graph, seed):
    nesting = nest(graph, 1, seed=seed)
    assert nesting.colours == 1
    assert (inside(nesting) == related(graph)).all()


@given(dags(), st.integers(0, 3))
def test_as_many_axes_as_colours_hold_any_graph(graph, seed):
    axes = nest(graph, 1).colours
    for more in (0, 2):
        nesting = nest(graph, axes + more, seed=seed)
        assert nesting.inexact == ()
        assert (inside(nesting) == related(graph)).all()


@given(dags())
def test_too_few_axes_let_strangers_in_but_nobody_out(graph):
    nesting = nest(graph, 1)
    assert (inside(nesting) | ~related(graph)).all()
    exact = ~np.isin(list(graph), nesting.inexact)
    assert (inside(nesting) == related(graph))[:, exact].all()


def test_two_parents_need_two_axes_and_an_implied_edge_none():
    graph = nx.DiGraph([("pet", "dog"), ("animal", "dog")])
    assert nest(graph, 2).colours == 2
    assert nest(graph, 1).inexact in {("pet",), ("animal",)}
    graph.add_edge("animal", "pet")
    assert nest(graph, 1).colours == 1


def test_the_same_seed_gives_the_same_intervals():
    graph = nx.balanced_tree(3, 3, nx.DiGraph)
    one, same, other = (nest(graph, 3, seed=seed) for seed in (1, 1, 2))
    assert (one.lower == same.lower).all()
    assert (one.lower != other.lower).any()


@pytest.mark.data
@pytest.mark.skipif(data_folder() is None, reason="no shared data; see HYPERQUERY_DATA")
def test_best_buys_graph_is_exact_on_as_many_axes_as_colours():
    graph = from_json_tree(data_folder() / "taxonomies" / "bestbuy_categories.json.gz")
    nesting = nest(graph, nest(graph, 1).colours)
    outer = related(graph)
    for first in range(0, len(graph), 500):
        lower, upper = nesting.lower[first : first + 500], nesting.upper[first : first + 500]
        found = (lower[:, None] >= nesting.lower) & (upper[:, None] <= nesting.upper)
        assert (found.all(axis=-1) == outer[first : first + 500]).all()
