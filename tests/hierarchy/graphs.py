"""Random taxonomies for property tests."""

from __future__ import annotations

import networkx as nx
from hypothesis import strategies as st


@st.composite
def dags(draw, most=8):
    """Acyclic graphs, edges from lower to higher numbers, nodes in any order."""
    n = draw(st.integers(1, most))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    graph = nx.DiGraph()
    graph.add_nodes_from(draw(st.permutations(range(n))))
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), max_size=2 * n)) if pairs else [])
    return graph


@st.composite
def forests(draw, most=12):
    """Graphs in which no node has two parents."""
    n = draw(st.integers(1, most))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    for node in range(1, n):
        parent = draw(st.integers(-1, node - 1))
        if parent >= 0:
            graph.add_edge(parent, node)
    return graph
