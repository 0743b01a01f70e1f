"""Places for the nodes of a taxonomy in the disk, by sectors."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from hyperquery.hierarchy.relations import topological_order
from hyperquery.plotting.disk import Floats, polar

OUTERMOST = 0.94
"""The Euclidean radius of the deepest nodes."""

_SHARE_POWER = 0.75  # below 1, or a large category would leave a small one no room for its name


@dataclass(frozen=True, eq=False)
class SectorLayout:
    """A place and a sector for every node, in the graph's order.

    Attributes:
        points: (nodes, 2) in the disk.
        sectors: (nodes, 2) the angles between which a node has everything below it.
        levels: (nodes,) steps from the centre.
        step: the hyperbolic length from one level to the next.
    """

    points: Floats
    sectors: Floats
    levels: Floats
    step: float


def sector_layout(graph: nx.DiGraph) -> SectorLayout:
    """Lay a taxonomy out around the centre, every node in a sector inside its parent's.

    The distance of a node from the centre is its depth times the same hyperbolic step, so the disk
    has room for ever more nodes further out, as in the hyperbolic browser (J. Lamping, R. Rao, P.
    Pirolli, 1995). Children share their parent's sector by what is below them. A sector of at most
    half a turn is convex, so the geodesic to a child stays in its parent's. Of several parents the
    first counts; a single root is at the centre, several are around it.

    Args:
        graph: acyclic, parent to child.

    Raises:
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> layout = sector_layout(nx.DiGraph([("a", "b"), ("a", "c")]))
        >>> layout.levels.tolist(), layout.points[1].round(2).tolist()
        ([0.0, 1.0, 1.0], [0.0, 0.94])
    """
    nodes = topological_order(graph)
    children: dict[str | None, list[str]] = {None: []}
    parents: dict[str, str | None] = {}
    order = {node: at for at, node in enumerate(graph)}
    for node in nodes:
        parents[node] = next(iter(graph.predecessors(node)), None)
        children[node] = []
    for node in order:
        children[parents[node]].append(node)
    weights = dict.fromkeys(nodes, 0.0)
    for node in reversed(nodes):
        weights[node] = sum(weights[child] for child in children[node]) ** _SHARE_POWER or 1.0
    single = len(children[None]) == 1
    sectors: dict[str | None, tuple[float, float]] = {None: (0.0, 2.0 * np.pi)}
    levels: dict[str | None, int] = {None: -1 if single else 0}
    above: list[str | None] = [None, *nodes]
    for parent in above:
        start, end = sectors[parent]
        if levels[parent] > 0 and parent is not None:
            cut = max(0.0, (end - start - np.pi) / 2.0)
            start, end = start + cut, end - cut
        total = sum(weights[child] for child in children[parent])
        for child in children[parent]:
            width = (end - start) * weights[child] / total
            total -= weights[child]
            sectors[child] = (start, start + width)
            levels[child] = levels[parent] + 1
            start += width
    spans = np.array([sectors[node] for node in order])
    depths = np.array([float(levels[node]) for node in order])
    step = 2.0 * np.arctanh(OUTERMOST) / max(1.0, depths.max())
    return SectorLayout(polar(step * depths, spans.mean(axis=1)), spans, depths, float(step))
