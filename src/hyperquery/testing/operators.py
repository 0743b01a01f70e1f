"""hyperquery's own operators, described for :func:`hyperquery.testing.check_lattice`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperquery.geometry import Everything, Hyperboloid, Nothing, Region
from hyperquery.testing.laws import Operators


def region_operators(points: NDArray[Any]) -> Operators[Region]:
    """Return the query operators on regions, seen through their margins at some points.

    Args:
        points: Space coordinates, ``(n, d)``, also the candidates that may match.

    >>> from hyperquery.testing import check_lattice, hyperboloids
    >>> exact = region_operators(np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 1.0]]))
    >>> check_lattice(exact, hyperboloids(3), examples=20).holds
    True
    """

    def exceeds(inner: Region, outer: Region) -> float:
        one, other = inner.margin(points), outer.margin(points)
        out = one < other
        return float(np.max(other[out] - one[out])) if out.any() else 0.0

    return Operators(
        "regions (max, min, flip)",
        observe=lambda region: region.margin(points),
        intersection=lambda a, b: a & b,
        union=lambda a, b: a | b,
        complement=lambda a: ~a,
        everything=Everything(),
        nothing=Nothing(),
        exceeds=exceeds,
        members=lambda region: region.contains(points),
    )


def meet_operators(dimension: int, curvature: float = 1.0) -> Operators[Hyperboloid]:
    """Return the geometric intersection of hyperboloids, face by face, seen through their faces.

    Args:
        dimension: The number of coordinates.
        curvature: The positive kappa, or 0.
    """
    infinity = np.full(dimension, np.inf)

    def faces(box: Hyperboloid) -> NDArray[Any]:
        return np.concatenate([box.lower, box.upper])

    def exceeds(inner: Hyperboloid, outer: Hyperboloid) -> float:
        with np.errstate(invalid="ignore"):
            gaps = np.concatenate([outer.lower - inner.lower, inner.upper - outer.upper])
        return float(np.max(np.nan_to_num(gaps, nan=0.0), initial=0.0))

    return Operators(
        "hyperboloids (face by face)",
        observe=faces,
        intersection=lambda a, b: a.meet(b),
        everything=Hyperboloid.from_faces(-infinity, infinity, curvature),
        exceeds=exceeds,
    )
