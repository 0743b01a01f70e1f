"""A taxonomy in the Poincare disk: edges as geodesics, categories as areas, names that fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.errors import ConfigError
from hyperquery.geometry.lorentz import from_klein, to_poincare
from hyperquery.hierarchy.edge_lists import from_graph
from hyperquery.hierarchy.embedding import TaxonomyEmbedding, embed
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.relations import induced_subgraph, roots
from hyperquery.hierarchy.sarkar import sarkar
from hyperquery.plotting.disk import Floats, geodesics
from hyperquery.plotting.frames import Frame
from hyperquery.plotting.labels import Anchor, beside_points
from hyperquery.plotting.layouts import SectorLayout, sector_layout
from hyperquery.plotting.projection import check_space, fit_plane
from hyperquery.plotting.scene import (
    GREY,
    INK,
    PALETTE,
    Box,
    Dot,
    Line,
    Scene,
    Shape,
    Text,
    extent_of,
)

Layout = Literal["sectors", "sarkar", "embedding"]

_ARC_STEPS = 14
_SARKAR_REACH = 5.5  # the hyperbolic radius that a disk can show
_FARTHEST = 0.9999  # of the Klein disk's radius
_LARGEST_DOT, _SMALLEST_DOT = 4.6, 1.3  # points


def taxonomy_scene(
    taxonomy: nx.DiGraph | TaxonomyEmbedding,
    *,
    root: str | None = None,
    depth: int | None = None,
    layout: Layout | None = None,
    labels: int | None = None,
    size: float = 6.5,
    title: str | None = None,
) -> Scene:
    """Lay a taxonomy out in the disk; see `plot_hierarchy`.

    Args:
        taxonomy: a graph, parent to child, or an embedding.
        root: show only this node and what is below it.
        depth: show only so many levels.
        layout: "sectors", "sarkar" or "embedding"; that of an embedding is "embedding".
        labels: how many names at most; by default all that fit.
        size: the disk's diameter in inches.
        title: over the disk; none by default.

    Raises:
        TaxonomyError: If the root is unknown or the graph has a cycle.
        ConfigError: If the layout is unknown, or the size or depth not above 0.
        GeometryError: If the embedding has no disk: it is flat, or has one dimension.
    """
    if layout not in {None, "sectors", "sarkar", "embedding"}:
        raise ConfigError(f'layout is "sectors", "sarkar" or "embedding", not {layout!r}')
    if size <= 0 or (depth is not None and depth < 1):
        raise ConfigError(f"size and depth are above 0, not {size!r} and {depth!r}")
    embedding = taxonomy if isinstance(taxonomy, TaxonomyEmbedding) else None
    whole = from_graph(embedding.graph if embedding is not None else taxonomy)
    graph = _part(whole, root, depth)
    layout = layout or ("embedding" if embedding is not None else "sectors")
    colors = branch_colors(graph)
    scale = size * 36.0
    points, frame, areas = _placed(graph, embedding, layout, colors)
    dots = _dots(graph, frame.place(points), colors)
    rings = frame.ring_names() if frame.reach < 1.0 else []
    texts = [*rings, *_names(graph, dots, colors, scale, rings, labels)]
    if title:
        above = extent_of(texts, scale).top + 10.0 / scale
        texts.append(Text(title, 0.0, above, "center", 11.0, INK))
    return Scene(
        title or root or "taxonomy",
        (frame.ground(), *areas, frame.border()),
        (*(frame.ring_lines() if rings else ()), *_edges(graph, points, colors, frame)),
        tuple(dots),
        tuple(texts),
        scale,
        extent_of(texts, scale),
    )


def _placed(
    graph: nx.DiGraph,
    embedding: TaxonomyEmbedding | None,
    layout: Layout,
    colors: Mapping[str, str],
) -> tuple[Floats, Frame, list[Shape]]:
    """Return the nodes' points in the disk, how much of it is shown, and what is shaded."""
    whole = Frame(1.0)
    if layout == "sectors":
        places = sector_layout(graph)
        return places.points, whole, _sector_areas(graph, places, colors)
    if layout == "sarkar":
        return _sarkar_points(graph), whole, []
    if embedding is None:
        embedding = embed(graph, 2, progress=False)
    position = {node: row for row, node in enumerate(embedding.nodes)}
    rows = np.array([position[node] for node in graph])
    points = _embedded(embedding)[rows]
    boxes = _boxes(graph, embedding, rows) if embedding.dimension == 2 else {}
    frame = Frame.around(np.concatenate([points, *boxes.values()]))
    areas = [
        Shape((frame.place(box),), colors[node], 0.12, colors[node], 0.7, _title(graph, node))
        for node, box in boxes.items()
    ]
    return points, frame, areas


def branch_colors(graph: nx.DiGraph) -> dict[str, str]:
    """Return a color for every node, that of its branch: of a root, or below a single root.

    Examples:
        >>> colors = branch_colors(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d")]))
        >>> colors["b"] == colors["d"], colors["b"] == colors["c"]
        (True, False)
    """
    tops = roots(graph)
    colors: dict[str, str] = {}
    if len(tops) == 1:
        colors[tops[0]] = INK
        tops = list(graph.successors(tops[0]))
    for at, top in enumerate(tops):
        for node in [top, *nx.dfs_preorder_nodes(graph, top)]:
            colors.setdefault(node, PALETTE[at % len(PALETTE)])
    return colors


def _part(graph: nx.DiGraph, root: str | None, depth: int | None) -> nx.DiGraph:
    if root is not None and root not in graph:
        raise TaxonomyError(f"the taxonomy has no node {root!r}")
    starts = roots(graph) if root is None else [root]
    kept = [
        node
        for level, nodes in enumerate(nx.bfs_layers(graph, starts))
        if depth is None or level < depth
        for node in nodes
    ]
    return graph if len(kept) == len(graph) else induced_subgraph(graph, kept)


def _sarkar_points(graph: nx.DiGraph) -> Floats:
    """Return Sarkar's points, with edges as long as the disk can show."""
    levels = sum(1 for _ in nx.bfs_layers(graph, roots(graph))) - (len(roots(graph)) == 1)
    return np.asarray(to_poincare(sarkar(graph, 2, scale=_SARKAR_REACH / max(1, levels))))


def _embedded(embedding: TaxonomyEmbedding) -> Floats:
    check_space(embedding.dimension, embedding.curvature)
    if embedding.dimension == 2:
        kappa = embedding.curvature
        return np.asarray(to_poincare(embedding.points * np.sqrt(kappa)), np.float64)
    return fit_plane(embedding.points, embedding.curvature).to_disk(embedding.points)


def _sector_areas(
    graph: nx.DiGraph, places: SectorLayout, colors: Mapping[str, str]
) -> list[Shape]:
    """Return the sector of every branch, from half a level inside its top to the border."""
    shapes = []
    first = 1.0 if (places.levels == 0).any() else places.levels.min()
    for node, level, (start, end) in zip(
        graph, places.levels, places.sectors.tolist(), strict=True
    ):
        if level != first:
            continue
        angles = np.linspace(start, end, max(8, int(180 * (end - start) / np.pi)))
        inner = np.tanh((level - 0.5) * places.step / 2.0)
        rim = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        outline = np.concatenate([inner * rim, rim[::-1]])
        title = _title(graph, node)
        shapes.append(Shape((outline,), colors[node], 0.1, "white", 1.0, title))
    return shapes


def _boxes(
    graph: nx.DiGraph, embedding: TaxonomyEmbedding, rows: npt.NDArray[np.int64]
) -> dict[str, Floats]:
    """Return the outline of the box of every node that has something below it."""
    root = np.sqrt(embedding.curvature)
    outlines = {}
    for row, node in zip(rows.tolist(), graph, strict=True):
        if graph.out_degree(node):
            low, high = embedding.lower[row], embedding.upper[row]
            corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
            disk = np.asarray(to_poincare(_point_of(root * corners)))
            sides = geodesics(disk, np.roll(disk, -1, axis=0), _ARC_STEPS)
            outlines[node] = sides[:, :-1].reshape(-1, 2)
    return outlines


def _point_of(corners: Floats) -> Floats:
    """Return the points with some axial coordinates; trained boxes may reach beyond the space.

    Their corners are drawn where the way there from the origin, straight in the Klein disk, ends.
    """
    klein = np.tanh(corners)
    radius = np.linalg.norm(klein, axis=1, keepdims=True)
    return np.asarray(from_klein(klein * np.minimum(1.0, _FARTHEST / np.maximum(radius, 1e-9))))


def _edges(
    graph: nx.DiGraph, points: Floats, colors: Mapping[str, str], frame: Frame
) -> list[Line]:
    """Return a geodesic for every edge, dashed for a further parent."""
    if not graph.number_of_edges():
        return []
    position = {node: at for at, node in enumerate(graph)}
    ends = np.array([[position[parent], position[child]] for parent, child in graph.edges])
    arcs = frame.place(geodesics(points[ends[:, 0]], points[ends[:, 1]], _ARC_STEPS))
    width = 0.9 if len(ends) < 400 else 0.5
    return [
        Line(
            arc,
            _paler(colors[child]) if first else GREY,
            width,
            dashed=not first,
        )
        for arc, (parent, child) in zip(arcs, graph.edges, strict=True)
        for first in [next(iter(graph.predecessors(child))) == parent]
    ]


def _paler(color: str) -> str:
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * 0.4):02x}" for part in parts)


def _dots(graph: nx.DiGraph, points: Floats, colors: Mapping[str, str]) -> list[Dot]:
    """Return a dot for every node, larger for more products or fewer levels, deepest first."""
    levels = _levels(graph)
    counts = [float(graph.nodes[node].get("products", 0)) for node in graph]
    most = max(counts)
    deepest = max(levels.values())
    crowd = min(1.0, (400 / len(graph)) ** 0.35)
    dots = []
    for node, count, (x, y) in zip(graph, counts, points.tolist(), strict=True):
        share = np.sqrt(count / most) if most else (1.0 - levels[node] / (deepest + 1.0)) ** 1.5
        radius = _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * float(share)
        color = colors[node]
        dots.append(Dot(x, y, round(radius * crowd, 3), color, title=_title(graph, node)))
    return dots


def _names(
    graph: nx.DiGraph,
    dots: list[Dot],
    colors: Mapping[str, str],
    scale: float,
    taken: list[Text],
    most: int | None,
) -> list[Text]:
    """Name the nodes that matter most, by level and then by products or descendants."""
    levels = _levels(graph)
    below = _below(graph)
    nodes = list(graph)
    order = sorted(range(len(dots)), key=lambda at: (levels[nodes[at]], -below[nodes[at]]))
    insisting = 1 if len(roots(graph)) == 1 else 0
    anchors = [
        Anchor(
            str(graph.nodes[nodes[at]].get("name", nodes[at])),
            dots[at].x,
            dots[at].y,
            dots[at].radius,
            size=(9.0, 7.5, 6.5)[min(levels[nodes[at]], 2)],
            color=colors[nodes[at]] if levels[nodes[at]] < 2 else INK,
            bold=levels[nodes[at]] == 0,
            title=dots[at].title,
            insists=levels[nodes[at]] <= insisting,
        )
        for at in order
    ]
    marks = [_mark(dot, scale) for dot in dots if dot.radius >= 2.0]
    return beside_points(anchors, scale, marks, taken, most)


def _mark(dot: Dot, scale: float) -> Box:
    reach = dot.radius / scale
    return Box(dot.x - reach, dot.y - reach, dot.x + reach, dot.y + reach)


def _levels(graph: nx.DiGraph) -> dict[str, int]:
    layers = nx.bfs_layers(graph, roots(graph))
    return {node: level for level, nodes in enumerate(layers) for node in nodes}


def _below(graph: nx.DiGraph) -> dict[str, float]:
    """Return what a node weighs: its products, or the nodes below it."""
    counts = {node: data.get("products") for node, data in graph.nodes(data=True)}
    if all(count is not None for count in counts.values()):
        return {node: float(count) for node, count in counts.items()}
    weights = dict.fromkeys(graph, 1.0)
    for node in reversed(list(nx.topological_sort(graph))):
        weights[node] += sum(weights[child] for child in graph.successors(node))
    return weights


def _title(graph: nx.DiGraph, node: str) -> str:
    """Return what a node says when pointed at."""
    products = graph.nodes[node].get("products")
    return f"{node} ({products:,} products)" if products is not None else str(node)
