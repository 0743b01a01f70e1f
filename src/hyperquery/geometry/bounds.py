"""Bounds of a region's margin over boxes of points, for skipping blocks that cannot matter.

Face coordinates are linear in ``(X0, x)`` and every later step is monotone, also after rounding, so
the bounds hold for the margins as numpy computes them in the type of the boxes, to the last bit.
Maximum, minimum and negation carry intervals through any tree.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry.arrays import as_floats, check_points, like
from hyperquery.geometry.attested import Attested
from hyperquery.geometry.energy import margin, phi, scaled
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.hyperboloid import Hyperboloid
from hyperquery.geometry.leaves import Everything, Nothing
from hyperquery.geometry.lorentz import face_coefficients, scaled_time
from hyperquery.geometry.region import Region
from hyperquery.geometry.traversal import fold

Vector: TypeAlias = NDArray[Any]
Interval: TypeAlias = tuple[Vector, Vector]


def margin_bounds(
    region: Region,
    low: ArrayLike,
    high: ArrayLike,
    *,
    time: tuple[ArrayLike, ArrayLike] | None = None,
) -> Interval:
    """Return bounds of the margin over all points in each of some boxes.

    A condition knows rows, not places, and is bounded by -inf and inf; evidence about rows by the
    least and the most of any row.

    Args:
        region: The region.
        low: The least space coordinates in each box, ``(boxes, d)``.
        high: The greatest, ``(boxes, d)``, of the same floating type.
        time: The least and greatest `scaled_time` of the points in each box, ``(boxes,)``, where
            they are known to be closer together than the boxes say.

    Returns:
        The least and greatest margin that a point of each box can have, ``(boxes,)`` each.

    Raises:
        GeometryError: If the boxes do not fit the region, or one is inverted.

    >>> slab = Hyperboloid([0.0], 1.0, edge=1.0)
    >>> least, greatest = margin_bounds(slab, [[-0.2], [8.0]], [[0.2], [9.0]])
    >>> least < 0, greatest < 0
    (array([ True, False]), array([ True, False]))
    """
    least, greatest = as_floats(low), as_floats(high)
    space = region.space or ()
    least, greatest = check_points(least, *space), check_points(greatest, *space)
    if least.shape != greatest.shape or least.dtype != greatest.dtype:
        raise GeometryError(
            f"low and high differ: {least.dtype} {least.shape} and "
            f"{greatest.dtype} {greatest.shape}"
        )
    if bool((least > greatest).any()):
        raise GeometryError("a box of points is inverted: low is above high")
    if region.space is None:
        times = (np.ones_like(least[:, 0]), np.ones_like(least[:, 0]))
    elif time is None:
        curvature = region.space[1]
        inner = np.maximum(least, np.minimum(greatest, 0.0))
        outer = np.maximum(np.abs(least), np.abs(greatest))
        times = scaled_time(inner, curvature), scaled_time(outer, curvature)
    else:
        times = like(time[0], least), like(time[1], least)
    return fold(region, _IntervalAlgebra(least, greatest, times))


class _IntervalAlgebra:
    """Intervals of margins over boxes of points."""

    def __init__(self, low: Vector, high: Vector, time: Interval) -> None:
        self.low, self.high = low, high
        self.time_low, self.time_high = time

    def leaf(self, leaf: Region) -> Interval:
        if isinstance(leaf, Hyperboloid):
            return self._hyperboloid(leaf)
        if isinstance(leaf, Attested) and len(leaf.source):
            return self._hyperboloid(leaf.hyperboloid, leaf.evidence.min(), leaf.evidence.max())
        infinite = np.full_like(self.low[:, 0], math.inf)
        if isinstance(leaf, Everything):
            return -infinite, -infinite
        if isinstance(leaf, Nothing):
            return infinite, infinite
        return -infinite, infinite

    def _hyperboloid(
        self, leaf: Hyperboloid, lack: float = 0.0, most_lack: float = 0.0
    ) -> Interval:
        """Return the interval of a hyperboloid whose energy is raised by an unknown lack."""
        upper_least, upper_greatest = self._face(leaf.upper, leaf.curvature)
        lower_least, lower_greatest = self._face(leaf.lower, leaf.curvature)
        with np.errstate(over="ignore"):
            least = phi(upper_least, leaf.softness) + phi(-lower_greatest, leaf.softness)
            greatest = phi(upper_greatest, leaf.softness) + phi(-lower_least, leaf.softness)
            energies = least.sum(axis=-1) + lack, greatest.sum(axis=-1) + most_lack
        return margin(energies[0], leaf.edge), margin(energies[1], leaf.edge)

    def _face(self, positions: Vector, curvature: float) -> Interval:
        """Return the least and greatest face coordinate in each box, ``(boxes, d)``."""
        c, s = face_coefficients(like(positions, self.low), curvature)
        with np.errstate(over="ignore"):
            one, other = s * self.time_low[:, None], s * self.time_high[:, None]
            least = c * self.low - np.maximum(one, other)
            greatest = c * self.high - np.minimum(one, other)
        return least, greatest

    def intersection(self, first: Interval, second: Interval) -> Interval:
        return np.maximum(first[0], second[0]), np.maximum(first[1], second[1])

    def union(self, first: Interval, second: Interval) -> Interval:
        return np.minimum(first[0], second[0]), np.minimum(first[1], second[1])

    def complement(self, value: Interval) -> Interval:
        return 0.0 - value[1], 0.0 - value[0]

    def boosted(self, value: Interval, weight: float) -> Interval:
        return scaled(value[0], weight), scaled(value[1], weight)
