"""What is shaded as a query's region: where products match, or a section of the region itself.

In more than 2 dimensions a region has no exact picture in the plane. There are two honest ones:

- **Matches**: at every point of the disk, the share of the products around that match, weighed by
  ``exp(-(distance / bandwidth)**2 / 2)`` in the disk's own distance (E. Nadaraya, G. Watson, 1964).
  It is about the products as they are searched, words and fields included, and it is smoothed.
- **Section**: the margin of the region at the points of the plane, put back where they lie in d
  dimensions. It is exact there, but products lie beside the plane, and what is known of a product
  alone (the words that it holds, its fields) cannot take part.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hyperquery.engine.compiler import compile_query
from hyperquery.engine.engine import Engine
from hyperquery.errors import QueryError
from hyperquery.geometry import Condition, Region
from hyperquery.plotting.disk import Floats, disk_distance
from hyperquery.plotting.frames import Frame
from hyperquery.plotting.projection import PlaneProjection
from hyperquery.query import Phrase, Query, Term, parse

PIXELS = 141
"""Points along a side of the grid."""

_NOBODY = np.exp(-(2.5**2) / 2.0)  # what a point weighs where no product is near
_INSIDE = 0.995  # of the frame, so that every point of the grid lifts to a point of the space
_BLOCK = 4096


def grid(frame: Frame) -> Floats:
    """Return the points of a square grid around the frame, drawn inside it, (pixels**2, 2)."""
    ticks = np.linspace(-1.0, 1.0, PIXELS)
    x, y = np.meshgrid(ticks, ticks)
    shrink = np.minimum(1.0, _INSIDE / np.maximum(np.hypot(x, y), 1e-9))
    return np.stack([x * shrink, y * shrink], axis=-1).reshape(-1, 2) * frame.reach


def match_shares(
    places: Floats,
    products: Floats,
    matching: npt.NDArray[np.bool_],
    bandwidth: float,
    weights: Floats | None = None,
) -> Floats:
    """Return the share of the products around each place that match, from 0 to 1.

    Args:
        places: (n, 2) in the disk.
        products: (m, 2) in the disk.
        matching: (m,) which of them match.
        bandwidth: the distance at which a product weighs ``exp(-1/2)``.
        weights: (m,) how many products each one stands for; 1 if None.

    Returns:
        (n,); it falls to 0 where no product is within a few bandwidths.

    Examples:
        >>> here = np.zeros((1, 2))
        >>> match_shares(here, here, np.array([True]), 0.1).round(2).tolist()
        [0.96]
    """
    each = np.ones(len(products)) if weights is None else weights
    shares = []
    for start in range(0, len(places), _BLOCK):
        near = disk_distance(places[start : start + _BLOCK, None], products) / bandwidth
        kernel = np.exp(-0.5 * near * near) * each
        shares.append(kernel[:, matching].sum(1) / (kernel.sum(1) + _NOBODY))
    return np.concatenate(shares)


def section_margins(
    engine: Engine, query: str | Query, places: Floats, projection: PlaneProjection
) -> Floats:
    """Return the margin of a query's region at places of the disk, lifted to all dimensions.

    Terms are their hyperboloids alone, without the evidence of words.

    Raises:
        QueryError: If the query has a condition, which holds for products and not for points.
    """

    def condition(node: Query) -> Condition:
        raise QueryError(
            f'{node} holds for products and has no section: use shade="matches", or leave it out'
        )

    schema = engine.collection.schema
    expression = query if isinstance(query, Query) else parse(query, fields=schema)

    def term(node: Term | Phrase) -> Region:
        return engine.hyperboloid(node.text)  # a phrase is a condition as well, and refused

    region: Region = compile_query(expression, schema, term, condition)
    return np.asarray(region.margin(projection.lift(places)), np.float64)


def areas(values: Floats, low: float, high: float) -> tuple[Floats, ...]:
    """Return the outlines of where a grid's values are between two levels, in units of the frame.

    Args:
        values: (pixels**2,) at the points of `grid`.
        low: the lower level.
        high: the upper level.

    Returns:
        Closed outlines, inner ones around holes.
    """
    import contourpy

    ticks = np.linspace(-1.0, 1.0, PIXELS)
    finite = np.clip(values, -1e6, 1e6).reshape(PIXELS, PIXELS)
    contours = contourpy.contour_generator(
        ticks, ticks, finite, fill_type=contourpy.FillType.OuterOffset
    )
    outlines: list[Floats] = []
    for points, offsets in zip(*contours.filled(low, high), strict=True):
        rings = [points[a:b] for a, b in pairwise(offsets)]
        outlines += [_within(np.asarray(ring[:-1], np.float64)) for ring in rings]
    return tuple(outlines)


def _within(outline: Floats) -> Floats:
    """Return an outline with points beyond the border drawn onto it."""
    radius = np.hypot(outline[:, 0], outline[:, 1])
    return np.asarray(outline / np.maximum(radius, 1.0)[:, None])
