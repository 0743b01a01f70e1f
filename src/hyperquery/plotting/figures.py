"""Taxonomies and queries as figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.embedding import TaxonomyEmbedding
from hyperquery.plotting.drawing import to_figure
from hyperquery.plotting.query_scene import Shade, query_scene
from hyperquery.plotting.taxonomy_scene import Layout, taxonomy_scene
from hyperquery.query import Query

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_hierarchy(
    taxonomy: nx.DiGraph | TaxonomyEmbedding,
    *,
    root: str | None = None,
    depth: int | None = None,
    layout: Layout | None = None,
    labels: int | None = None,
    size: float = 6.5,
    title: str | None = None,
) -> Figure:
    """Draw a taxonomy in the Poincare disk, its edges as geodesics.

    Branches have colors. Dots are larger for more ``products``, or nearer to the root where nodes
    have none. Names stand where they cover nothing, the most important first; edges to a second
    and further parent are dashed. Layouts:

    - "sectors": every node in a sector inside its parent's, at a distance from the centre that is
      its depth times the same length; branches are shaded (:func:`sector_layout`). Readable for
      some thousands of nodes.
    - "sarkar": Sarkar's construction, every edge equally long
      (:func:`hyperquery.hierarchy.sarkar`); with edges short enough to be seen, branches of wide
      trees overlap.
    - "embedding": the points of an embedding; boxes too in 2 dimensions. Points of more dimensions
      go to the nearest point of the plane through their centre that shows the most of them
      (:mod:`hyperquery.plotting.projection`). What is nearer to the centre than the border is
      drawn larger, with circles at round distances.

    Args:
        taxonomy: a graph, parent to child, or an embedding.
        root: show only this node and what is below it.
        depth: show only so many levels.
        layout: "sectors" by default for a graph, "embedding" for an embedding.
        labels: how many names at most; by default all that fit.
        size: the disk's diameter in inches.
        title: over the disk; none by default.

    Returns:
        A figure of its own, unknown to pyplot; ``figure.savefig(path)`` writes it.

    Raises:
        TaxonomyError: If the root is unknown or the graph has a cycle.
        ConfigError: If the layout is unknown, or the size or depth not above 0.
        GeometryError: If the embedding has no disk: it is flat, or has one dimension.
        ImportError: If matplotlib is not installed.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> figure = plot_hierarchy(from_paths(["TV > Stands", "TV > Mounts", "Garden"]))
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['TV', 'Garden', 'Stands', 'Mounts']
    """
    scene = taxonomy_scene(
        taxonomy, root=root, depth=depth, layout=layout, labels=labels, size=size, title=title
    )
    return to_figure(scene)


def plot_query(
    engine: Engine,
    query: str | Query,
    *,
    k: int = 12,
    shade: Shade | None = "matches",
    size: float = 4.8,
    most_points: int = 3000,
) -> Figure:
    """Draw a query in the Poincare disk: products as points, the region shaded, hits named.

    A product is drawn at the nearest point of a plane through the centre of all products, which is
    chosen so that the matching products, or the hits where few match, lie apart from the centre
    and from each other (:mod:`hyperquery.plotting.projection`). Products that match are orange.

    A region of more than 2 dimensions has no exact picture in the plane; the figure says what is
    shaded instead. "matches" shades where a quarter, a half and three quarters of the products
    around match, smoothed. "section" shades where the plane itself, lifted to all dimensions, is
    inside the hyperboloids of the query's terms; products lie beside the plane, and the evidence of
    words that also decides whether they match is not in it.

    Args:
        engine: over hyperbolic space of 2 dimensions or more.
        query: text in the query language, or an expression.
        k: how many hits are named.
        shade: "matches", "section" or None.
        size: the disk's diameter in inches.
        most_points: how many products are drawn; of more, evenly many along the catalog.

    Returns:
        A figure of its own, unknown to pyplot; ``figure.savefig(path)`` writes it.

    Raises:
        QuerySyntaxError: If the text is not a query.
        QueryError: If a term is unknown, or a section is asked for of a query with conditions.
        ConfigError: If there is no room for so many names, or a setting is out of range.
        GeometryError: If the engine's space is flat.
        ImportError: If matplotlib is not installed.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> figure = plot_query(demo_engine(), "fire tv", k=3)
        >>> sum(text.get_text()[:3] in {"1. ", "2. ", "3. "} for text in figure.axes[0].texts)
        3
    """
    scene = query_scene(engine, query, k=k, shade=shade, size=size, most_points=most_points)
    return to_figure(scene)
