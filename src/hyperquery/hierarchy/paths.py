"""The names on the way from a root to each node."""

from __future__ import annotations

import networkx as nx

from hyperquery.hierarchy.placements import Path
from hyperquery.hierarchy.relations import topological_order


def all_paths(graph: nx.DiGraph) -> dict[str, Path]:
    """Return the names from a root down to each node, over the first parent of each.

    Args:
        graph: acyclic, parent to child; a node without a ``name`` is called what it is.

    Returns:
        By node, in the graph's order.

    Raises:
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> all_paths(nx.DiGraph([("TV", "Stands")]))
        {'TV': ('TV',), 'Stands': ('TV', 'Stands')}
    """
    found: dict[str, Path] = {}
    for node in topological_order(graph):
        parent = next(iter(graph.predecessors(node)), None)
        above = () if parent is None else found[parent]
        found[node] = (*above, str(graph.nodes[node].get("name") or node))
    return {node: found[node] for node in graph}
