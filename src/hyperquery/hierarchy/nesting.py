r"""Boxes that contain each other exactly as a taxonomy says, in closed form.

On one axis a depth-first walk of a tree gives every node the interval from its first to its last
visit; the intervals of a node's descendants are inside its own, and all others are disjoint from it
or around it. So one axis holds any tree, and each further axis tells the same in another order.

A node with several parents is inside all of them, and one walk passes through one parent. Two
categories *conflict* where they share a descendant and neither is above the other: on one axis one
of them can be an interval of just its own descendants, and the other then has to be stretched over
what lies between. Colour the categories so that those that conflict differ. Those of one colour
are a laminar family (disjoint or nested), so some spanning tree has them all whole; walk that tree
on the axis of the colour, and stretch the others around their children. Every node is then exact
on the axis of its colour, and one axis suffices to keep a stranger out:

    with at least as many axes as colours, u's box is in v's box if and only if v is above u.

Greedy colouring (networkx) needs 1 colour for a tree and 10 for WordNet's nouns. With fewer axes,
the colours with the most descendants get one; nodes of the others contain some strangers.

The idea of random walks for reachability is from H. Yildirim, V. Chaoji, M. J. Zaki, *GRAIL:
Scalable Reachability Index for Large Graphs* (VLDB 2010), where hulls have false members on all
axes; giving axes to colours is what makes them exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.hierarchy.relations import ancestor_lists, topological_order, transitive_reduction

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Nesting:
    """Intervals on several axes, each from 0 to 1.

    Attributes:
        lower: (nodes, axes) where each interval begins.
        upper: (nodes, axes) where it ends.
        colours: that the taxonomy needs; with as many axes, containment is exact.
        inexact: nodes that have no axis of their colour.
    """

    lower: Floats
    upper: Floats
    colours: int
    inexact: tuple[str, ...]


def nest(graph: nx.DiGraph, axes: int, *, seed: int = 0) -> Nesting:
    """Return nested intervals for every node of an acyclic graph.

    Args:
        graph: parent to child.
        axes: at least 1.
        seed: of the order in which walks after the first take siblings.

    Raises:
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> found = nest(nx.DiGraph([("a", "b"), ("a", "c")]), 1)
        >>> (found.lower * 5).round(9).ravel().tolist(), (found.upper * 5).round(9).ravel().tolist()
        ([0.0, 1.0, 3.0], [5.0, 2.0, 4.0])
        >>> nest(nx.DiGraph([("pet", "dog"), ("animal", "dog")]), 2).colours
        2
    """
    tree = _Indexed(graph)
    families = tree.families()
    kept = families[:axes]
    rng = np.random.default_rng(seed)
    lower = np.empty((len(tree.parents), axes))
    upper = np.empty_like(lower)
    for axis in range(axes):
        family = kept[axis % len(kept)] if kept else frozenset()
        main = tree.main_parents(family, rng)
        order = rng.permutation(len(main)) if axis else np.arange(len(main))
        lower[:, axis], upper[:, axis] = tree.enclose(*walk(main, order))
    nodes = list(graph)
    rest = sorted(node for family in families[axes:] for node in family)
    last = 2.0 * len(nodes) - 1.0
    return Nesting(
        lower / last, upper / last, max(1, len(families)), tuple(nodes[node] for node in rest)
    )


def walk(main: Sequence[int], order: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the times of the first and the last visit of each node in a depth-first walk.

    Args:
        main: the one parent of each node, -1 for roots.
        order: all nodes; siblings are visited in it.
    """
    children: list[list[int]] = [[] for _ in main]
    starts: list[int] = []
    for node in order.tolist():
        (children[main[node]] if main[node] >= 0 else starts).append(node)
    first, last = np.empty(len(main)), np.empty(len(main))
    time = 0
    stack = [(node, False) for node in reversed(starts)]
    while stack:
        node, visited = stack.pop()
        (last if visited else first)[node] = time
        time += 1
        if not visited:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children[node]))
    return first, last


class _Indexed:
    """A graph by positions, without implied edges."""

    def __init__(self, graph: nx.DiGraph) -> None:
        reduced = transitive_reduction(graph)
        position = {node: at for at, node in enumerate(graph)}
        self.parents = [[position[p] for p in reduced.predecessors(node)] for node in graph]
        self.above = [frozenset(ancestors) for ancestors in ancestor_lists(graph)]
        self._from_below = [position[node] for node in reversed(topological_order(reduced))]

    def families(self) -> list[frozenset[int]]:
        """Return the nodes that conflict with others by colour, most descendants first."""
        conflicts = nx.Graph()
        for parents, above in zip(self.parents, self.above, strict=True):
            if len(parents) > 1:  # elsewhere all pairs are those of the one parent
                conflicts.add_edges_from(
                    (one, other)
                    for one, other in combinations(sorted(above), 2)
                    if one not in self.above[other] and other not in self.above[one]
                )
        tried = (
            nx.greedy_color(conflicts, strategy) for strategy in ("largest_first", "smallest_last")
        )
        colours = min(tried, key=lambda found: max(found.values(), default=-1))
        below = np.bincount([node for above in self.above for node in above])
        families: dict[int, set[int]] = {}
        for node, colour in colours.items():
            families.setdefault(colour, set()).add(node)
        return [
            frozenset(family)
            for _, family in sorted(
                families.items(),
                key=lambda item: (-sum(below[node] for node in item[1]), item[0]),
            )
        ]

    def main_parents(self, family: frozenset[int], rng: np.random.Generator) -> list[int]:
        """Return one parent for each node, so that the family's nodes keep all descendants."""
        main = []
        for parents, above in zip(self.parents, self.above, strict=True):
            if len(parents) > 1:
                mine = sorted(family & above, key=lambda node: (-len(self.above[node]), node))
                if mine:  # the family's nodes above are a chain; this is the lowest
                    parents = [p for p in parents if p == mine[0] or mine[0] in self.above[p]]
                main.append(parents[int(rng.integers(len(parents)))])
            else:
                main.append(parents[0] if parents else -1)
        return main

    def enclose(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """Stretch every interval around those of its children."""
        for node in self._from_below:
            for parent in self.parents[node]:
                lower[parent] = min(lower[parent], lower[node])
                upper[parent] = max(upper[parent], upper[node])
        return lower, upper
