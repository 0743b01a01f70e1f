"""Edges that an incomplete taxonomy leaves unsaid, and how well they are found."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from hyperquery.errors import ConfigError
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.relations import Pairs, transitive_closure_edges


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A taxonomy some of whose relations were taken away.

    Attributes:
        graph: an edge for each relation of the closure that was left.
        pairs: (held, 2) the relations that were taken away, node and ancestor.
        known: (more, 2) all relations of the whole closure.
        implied: (held,) which of those taken away still follow from the others by transitivity.
    """

    graph: nx.DiGraph
    pairs: Pairs
    known: Pairs
    implied: np.ndarray[tuple[int], np.dtype[np.bool_]]


def hold_out(graph: nx.DiGraph, share: float = 0.05, *, seed: int = 0) -> HeldOut:
    """Take away relations of the closure between nodes that are neither roots nor leaves.

    This is the split of Nickel and Kiela (2017): relations of roots would be trivial to predict and
    those of leaves impossible.

    Args:
        graph: acyclic, parent to child.
        share: of the whole closure to take away, or all that may be if these are fewer.
        seed: of the choice.

    Raises:
        ConfigError: If the share is not between 0 and 1.
        TaxonomyError: If no relation may be taken away.

    Examples:
        >>> found = hold_out(nx.path_graph(5, nx.DiGraph), 0.1)
        >>> found.pairs.tolist(), found.graph.number_of_edges(), len(found.known)
        ([[3, 2]], 9, 10)
    """
    if not 0.0 < share < 1.0:
        raise ConfigError(f"the share to hold out is between 0 and 1, not {share!r}")
    nodes = list(graph)
    known = transitive_closure_edges(graph)
    inner = np.array([graph.in_degree(node) and graph.out_degree(node) for node in nodes], bool)
    free = np.flatnonzero(inner[known].all(axis=1))
    if not len(free):
        raise TaxonomyError("every relation is one of a root or of a leaf: none can be held out")
    size = min(len(free), max(1, round(share * len(known))))
    held = np.zeros(len(known), bool)
    held[np.random.default_rng(seed).choice(free, size, replace=False)] = True
    left = nx.DiGraph()
    left.add_nodes_from(graph.nodes(data=True))
    left.add_edges_from((nodes[above], nodes[node]) for node, above in known[~held].tolist())
    codes = _codes(transitive_closure_edges(left), len(nodes))
    implied = np.isin(_codes(known[held], len(nodes)), codes)
    return HeldOut(left, known[held], known, implied)


def complete(graph: nx.DiGraph, share: float = 0.5) -> nx.DiGraph:
    """Add the relations that the descendants speak for.

    Where at least a share of what is below u is also below v, and less of v's is below u, v is
    taken to be above u. It is for taxonomies with gaps: in one that is complete it finds relations
    between categories that overlap by right.

    Args:
        graph: acyclic, parent to child.
        share: above 0, at most 1.

    Returns:
        A new graph with the edges added, marked ``inferred=True``; acyclic, because an added edge
        always goes from more descendants to fewer.

    Raises:
        ConfigError: If the share is not above 0 and at most 1.
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> graph = nx.DiGraph([("tv", "lcd"), ("tv", "oled"), ("tv", "led"), ("flat", "lcd"),
        ...                     ("flat", "oled")])
        >>> sorted(set(complete(graph).edges) - set(graph.edges))
        [('tv', 'flat')]
    """
    if not 0.0 < share <= 1.0:
        raise ConfigError(f"the share of descendants is above 0 and at most 1, not {share!r}")
    nodes = list(graph)
    closure = transitive_closure_edges(graph)
    node, other, shared = _shared_descendants(closure, len(nodes))
    below = np.bincount(closure[:, 1], minlength=len(nodes))
    related = np.concatenate([_codes(closure, len(nodes)), _codes(closure[:, ::-1], len(nodes))])
    new = (shared >= share * below[node]) & (below[node] < below[other])
    new &= ~np.isin(node * len(nodes) + other, related)
    completed = graph.copy()
    completed.add_edges_from(
        (nodes[above], nodes[low])
        for low, above in zip(node[new].tolist(), other[new].tolist(), strict=True)
    )
    added = {(nodes[a], nodes[u]): True for u, a in zip(node[new], other[new], strict=True)}
    nx.set_edge_attributes(completed, added, "inferred")
    return completed


def _shared_descendants(closure: Pairs, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return nodes, other nodes, and how many descendants each two of them share."""
    closure = closure.astype(np.int64)
    starts = np.searchsorted(closure[:, 0], np.arange(nodes + 1))
    sizes = np.diff(starts)[closure[:, 0]]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    other = closure[np.repeat(starts[closure[:, 0]], sizes) + within, 1]
    codes, shared = np.unique(np.repeat(closure[:, 1], sizes) * nodes + other, return_counts=True)
    apart = codes // nodes != codes % nodes
    return codes[apart] // nodes, codes[apart] % nodes, shared[apart]


def _codes(pairs: Pairs, nodes: int) -> np.ndarray:
    return pairs[:, 0].astype(np.int64) * nodes + pairs[:, 1]
