"""Taxonomies as pairs of a parent and a child, and as graphs."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable
from pathlib import Path

import networkx as nx

from hyperquery.hierarchy.building import Cycles, Draft, Parents, build
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.text_formats import text_of

_HEADERS = {("parent", "child"), ("source", "target")}


def from_edges(
    edges: Iterable[tuple[Hashable, Hashable]] | str | Path,
    *,
    cycles: Cycles = "raise",
    parents: Parents = "keep",
) -> nx.DiGraph:
    """Make a taxonomy of edges; a node is what the edges call it, as text, which is its name too.

    Args:
        edges: pairs of a parent and a child; or a path to a CSV or TSV file of them, or its text.
            A first row "parent,child" or "source,target" is a header.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph; nodes have ``name``, ``id`` and ``depth``.

    Raises:
        TaxonomyError: If a row is not a pair, an end is empty, or there is a cycle.

    Examples:
        >>> graph = from_edges([("animal", "dog"), ("pet", "dog")])
        >>> list(graph.predecessors("dog"))
        ['animal', 'pet']
        >>> from_edges([("a", "b"), ("b", "a")])
        Traceback (most recent call last):
        ...
        hyperquery.hierarchy.errors.TaxonomyError: the taxonomy has a cycle, in which a category is
        above itself: 'a' -> 'b' -> 'a'; correct the source, or give cycles="drop" to leave out the
        edge 'b' -> 'a'
    """
    draft = Draft()
    pairs = _rows(text_of(edges)) if isinstance(edges, str | Path) else edges
    for number, pair in enumerate(pairs, start=1):
        ends = ["" if end is None else str(end).strip() for end in pair]
        if len(ends) != 2 or not all(ends):
            raise TaxonomyError(f"edge {number} is not a parent and a child: {pair!r}")
        for end in ends:
            draft.nodes.setdefault(end, {"name": end, "id": end})
        draft.add_edge(*ends)
    return build(draft, cycles=cycles, parents=parents)


def from_graph(
    graph: nx.DiGraph, *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    """Check a graph that is there already, edges from parent to child; attributes are kept.

    Args:
        graph: its nodes become texts; one without a ``name`` is its own name.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        A new graph; nodes have ``name`` and ``depth``.

    Raises:
        TaxonomyError: If the graph is undirected, has a cycle or no node, or two of its nodes are
            the same as texts.

    Examples:
        >>> from_graph(nx.DiGraph([(1, 2)])).nodes["2"]
        {'name': '2', 'depth': 2}
    """
    if not graph.is_directed():
        raise TaxonomyError("the graph is undirected: give a DiGraph with edges parent to child")
    draft = Draft()
    for node, attributes in graph.nodes(data=True):
        if str(node) in draft.nodes:
            raise TaxonomyError(f"two nodes of the graph are {str(node)!r} as text: rename one")
        draft.nodes[str(node)] = {"name": str(node), **attributes}
    for parent, child in graph.edges():
        draft.add_edge(str(parent), str(child))
    built = build(draft, cycles=cycles, parents=parents)
    for parent, child, attributes in graph.edges(data=True):
        if built.has_edge(str(parent), str(child)):
            built.edges[str(parent), str(child)].update(attributes)
    return built


def _rows(text: str) -> Iterable[tuple[str, ...]]:
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    rows = [tuple(row) for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
    if rows and tuple(cell.strip().lower() for cell in rows[0]) in _HEADERS:
        return rows[1:]
    return rows
