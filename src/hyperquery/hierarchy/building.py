"""Making a checked graph of nodes and edges, whatever format they were read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import networkx as nx

from hyperquery.errors import ConfigError
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.report import Edge, TaxonomyReport

Cycles = Literal["raise", "drop"]
Parents = Literal["keep", "first"]

SEPARATOR = " > "


def path_key(path: Iterable[str]) -> str:
    r"""Return the key of a node that a path of names identifies.

    Names repeat ("Accessories" has many parents), so a node is its whole path. The key is a text,
    because texts survive every graph format; a ``>`` inside a name is escaped, so that different
    paths never have the same key.

    Examples:
        >>> path_key(["TV", "Stands"]), path_key(["TV", "> 50 inches"])
        ('TV > Stands', 'TV > \\> 50 inches')
    """
    return SEPARATOR.join(name.replace("\\", "\\\\").replace(">", "\\>") for name in path)


@dataclass
class Draft:
    """Nodes and edges as they are read, before any check.

    Attributes:
        nodes: attributes of each node by key, in the order of the source; at least ``name``.
        edges: parent and child keys, in the order of the source, each once.
        added: how many nodes no row defined.
        repeated: how many rows or edges were there before.
        unnamed: how many nodes got their id for a name.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    added: int = 0
    repeated: int = 0
    unnamed: int = 0

    def add_edge(self, parent: str, child: str) -> None:
        """Add an edge, or count it as repeated."""
        if (parent, child) in self.edges:
            self.repeated += 1
        self.edges[parent, child] = None

    def add_path(self, path: tuple[str, ...]) -> str:
        """Add a path of names with all that is above it; return its key."""
        parent = None
        for end in range(1, len(path) + 1):
            key = path_key(path[:end])
            if key not in self.nodes:
                self.nodes[key] = {"name": path[end - 1]}
                if parent is not None:
                    self.edges[parent, key] = None
            parent = key
        assert parent is not None
        return parent


def build(draft: Draft, *, cycles: Cycles = "raise", parents: Parents = "keep") -> nx.DiGraph:
    """Return the graph of a draft, parent to child, with its report as ``graph.graph["report"]``.

    Every node gets ``name`` and ``depth``: 1 for roots, and for others one more than their nearest
    parent's.

    Args:
        draft: what was read.
        cycles: "raise" an error that shows the cycle, or "drop" the edge that closes it when the
            source is followed in its order.
        parents: "keep" all parents of a node, or only the "first" that the source gives it. Cycles
            are looked for in what is left.

    Raises:
        TaxonomyError: If there is no node, or there is a cycle and it is to raise.
        ConfigError: If a policy is unknown.
    """
    _check_policies(cycles, parents)
    if not draft.nodes:
        raise TaxonomyError("the taxonomy has no node: the source is empty")
    graph = nx.DiGraph()
    graph.add_nodes_from(draft.nodes.items())
    multiple = Counter(child for _, child in draft.edges)
    dropped_parents: list[Edge] = []
    for parent, child in draft.edges:
        if parents == "first" and graph.in_degree(child):
            dropped_parents.append((parent, child))
        else:
            graph.add_edge(parent, child)
    closing = closing_edges(graph)
    if closing and cycles == "raise":
        raise TaxonomyError(_explain_cycle(graph, closing[0]))
    graph.remove_edges_from(closing)
    depths = set_depths(graph)
    names = Counter(attributes["name"] for attributes in draft.nodes.values())
    graph.graph["report"] = TaxonomyReport(
        nodes=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        roots=sum(depth == 1 for depth in depths.values()),
        depth=max(depths.values()),
        added=draft.added,
        repeated=draft.repeated,
        unnamed=draft.unnamed,
        shared_names=tuple(name for name, count in names.items() if count > 1),
        multi_parents=tuple(key for key in draft.nodes if multiple[key] > 1),
        dropped_parents=tuple(dropped_parents),
        dropped_cycles=tuple(closing),
    )
    return graph


def closing_edges(graph: nx.DiGraph) -> list[Edge]:
    """Return the edges that close a cycle when the graph is walked depth first, in its own order.

    Without them the graph has no cycle.

    Examples:
        >>> closing_edges(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")]))
        [('c', 'a')]
    """
    starts = [n for n in graph if not graph.in_degree(n)] + list(graph)
    on_path: set[str] = set()
    done: set[str] = set()
    found: list[Edge] = []
    for start in starts:
        if start in done:
            continue
        on_path.add(start)
        stack = [(start, iter(graph.successors(start)))]
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                on_path.discard(node)
                done.add(node)
            elif child in on_path:
                found.append((node, child))
            elif child not in done:
                on_path.add(child)
                stack.append((child, iter(graph.successors(child))))
    return found


def set_depths(graph: nx.DiGraph) -> Mapping[str, int]:
    """Give every node of an acyclic graph its ``depth``, and return them by node."""
    depths: dict[str, int] = {}
    for level, nodes in enumerate(nx.bfs_layers(graph, roots_of(graph)), start=1):
        for node in nodes:
            depths[node] = level
    nx.set_node_attributes(graph, depths, "depth")
    return depths


def roots_of(graph: nx.DiGraph) -> list[str]:
    """Return the nodes without a parent, in the graph's order."""
    return [node for node, degree in graph.in_degree() if degree == 0]


def _explain_cycle(graph: nx.DiGraph, closing: Edge) -> str:
    last, first = closing
    cycle = [*nx.shortest_path(graph, first, last), first]
    shown = " -> ".join(repr(node) for node in cycle)
    return (
        f"the taxonomy has a cycle, in which a category is above itself: {shown}; correct the "
        f'source, or give cycles="drop" to leave out the edge {last!r} -> {first!r}'
    )


def _check_policies(cycles: str, parents: str) -> None:
    if cycles not in {"raise", "drop"}:
        raise ConfigError(f'cycles is "raise" or "drop", not {cycles!r}')
    if parents not in {"keep", "first"}:
        raise ConfigError(f'parents is "keep" or "first", not {parents!r}')
