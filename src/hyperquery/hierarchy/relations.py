"""What follows from a taxonomy's edges: roots, ancestors, closure, reduction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.hierarchy.building import roots_of
from hyperquery.hierarchy.errors import TaxonomyError

Pairs = npt.NDArray[np.int32]
"""(pairs, 2) positions in the graph's order, of a node and of one above it."""


def roots(graph: nx.DiGraph) -> list[str]:
    """Return the nodes without a parent, in the graph's order.

    Examples:
        >>> roots(nx.DiGraph([("TV", "Stands"), ("Garden", "Chairs")]))
        ['TV', 'Garden']
    """
    return roots_of(graph)


def ancestor_lists(graph: nx.DiGraph) -> list[list[int]]:
    """Return the positions of all ancestors of each node, both in the graph's order.

    Raises:
        TaxonomyError: If the graph has a cycle.
    """
    position = {node: at for at, node in enumerate(graph)}
    found: list[list[int]] = [[] for _ in position]
    for node in topological_order(graph):
        above: dict[int, None] = {}
        for parent in graph.predecessors(node):
            above[position[parent]] = None
            above.update(dict.fromkeys(found[position[parent]]))
        found[position[node]] = sorted(above)
    return found


def topological_order(graph: nx.DiGraph) -> list[str]:
    """Return the nodes, parents before children.

    Raises:
        TaxonomyError: If the graph has a cycle.
    """
    try:
        return list(nx.topological_sort(graph))
    except nx.NetworkXUnfeasible as error:
        raise TaxonomyError(
            'the graph has a cycle: read_taxonomy(graph, cycles="drop") leaves out what closes it'
        ) from error


def transitive_closure_edges(graph: nx.DiGraph) -> Pairs:
    """Return every pair of a node and one above it, by node and then by ancestor.

    Args:
        graph: acyclic, parent to child.

    Returns:
        (pairs, 2): position of the node, position of the ancestor.

    Raises:
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> transitive_closure_edges(nx.DiGraph([("a", "b"), ("b", "c")])).tolist()
        [[1, 0], [2, 0], [2, 1]]
    """
    above = ancestor_lists(graph)
    counts = [len(ancestors) for ancestors in above]
    children = np.repeat(np.arange(len(above), dtype=np.int32), counts)
    ancestors = np.fromiter((a for of in above for a in of), np.int32, len(children))
    return np.stack([children, ancestors], axis=1)


def transitive_reduction(graph: nx.DiGraph) -> nx.DiGraph:
    """Return the graph without the edges that the others imply, with all attributes.

    An edge is implied where another parent of the child is below the edge's parent.

    Raises:
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> list(transitive_reduction(nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")])).edges)
        [('a', 'b'), ('b', 'c')]
    """
    nodes = list(graph)
    position = {node: at for at, node in enumerate(nodes)}
    above = [frozenset(ancestors) for ancestors in ancestor_lists(graph)]
    reduced = cast(nx.DiGraph, graph.copy())
    for node in nodes:
        parents = list(graph.predecessors(node))
        if len(parents) > 1:
            implied = frozenset().union(*(above[position[parent]] for parent in parents))
            reduced.remove_edges_from((p, node) for p in parents if position[p] in implied)
    return reduced


def lowest_common_ancestor(graph: nx.DiGraph, first: str, second: str) -> str | None:
    """Return the lowest node that is both or above both, or None; see networkx.

    Of several in a graph with multiple parents, it is one.

    Raises:
        TaxonomyError: If a node is not in the graph.

    Examples:
        >>> lowest_common_ancestor(nx.DiGraph([("a", "b"), ("a", "c")]), "b", "c")
        'a'
    """
    for node in (first, second):
        if node not in graph:
            raise TaxonomyError(f"the taxonomy has no node {node!r}")
    return cast("str | None", nx.lowest_common_ancestor(graph, first, second))


def induced_subgraph(graph: nx.DiGraph, nodes: Iterable[str]) -> nx.DiGraph:
    """Return some nodes with the edges between them, in the graph's order, as a graph of its own.

    Examples:
        >>> list(induced_subgraph(nx.DiGraph([("a", "b"), ("b", "c")]), ["c", "b"]).edges)
        [('b', 'c')]
    """
    kept = set(nodes)
    part = nx.DiGraph()
    part.add_nodes_from((node, data) for node, data in graph.nodes(data=True) if node in kept)
    part.add_edges_from((p, c) for p, c in graph.edges if p in kept and c in kept)
    return part
