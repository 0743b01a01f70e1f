r"""Boxes in hyperbolic space, one for each node, and how far one is from being inside another.

A box is bounded by geodesic hyperplanes orthogonal to the axes; a face is given by its axial
coordinate, its signed distance from the origin (see :mod:`hyperquery.geometry.lorentz`). Every
node also has a point inside its box. Moving a point along axis i, a translation of the space,
keeps ``R_i`` and adds to its axial coordinate; so the part of u's box that is farthest beyond v's
upper face, straight above u's point, has the face coordinate

    z = R_i(u) sinh(r (upper_u - upper_v)) / r

and likewise below. The **violation** of u in v is the sum of squares of the positive ones. It is 0
exactly where all of u's box is in v's. At curvature 0 it is the squared Euclidean overhang.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import lorentz
from hyperquery.hierarchy.nesting import Nesting
from hyperquery.hierarchy.ranking import Ints, Questions

Floats = npt.NDArray[np.float64]

_FILLED = 0.95  # of the cube inside the Klein ball, so that no point is at infinity
_LARGEST_RADIUS = 0.95  # of a point in the Klein ball, for the same reason


@dataclass(frozen=True, eq=False)
class Boxes:
    """A point and a box for every node.

    Attributes:
        points: (nodes, d) space coordinates on the Lorentz sheet, each inside its box.
        lower: (nodes, d) axial coordinates of the lower faces.
        upper: (nodes, d) of the upper faces.
        curvature: the positive kappa of a space of curvature -kappa, or 0.
    """

    points: Floats
    lower: Floats
    upper: Floats
    curvature: float

    @cached_property
    def rests(self) -> Floats:
        """``R_i`` of every point, (nodes, d)."""
        rests: Floats = np.asarray(lorentz.rest(self.points, self.curvature))
        return rests

    def violations(self, children: Ints, parents: Ints) -> Floats:
        """Return the violation of each child's box in the parent's, (pairs,)."""
        from hyperquery.hierarchy.kernels import violations

        found: Floats = violations(children, parents, *self._arrays())
        return found

    def strangers_ahead(self, questions: Questions) -> Ints:
        """Return for every target how many strangers are as near as it or nearer, (pairs,)."""
        from hyperquery.hierarchy.kernels import count_boxes_ahead

        q = questions
        found: Ints = count_boxes_ahead(
            q.nodes, q.starts, q.targets, q.known_starts, q.known, *self._arrays()
        )
        return found

    def _arrays(self) -> tuple[Floats, Floats, Floats, float]:
        return self.lower, self.upper, self.rests, float(np.sqrt(self.curvature))


def nested_boxes(nesting: Nesting, curvature: float) -> Boxes:
    """Return the boxes of nested intervals.

    The axes from 0 to 1 become the sides of a cube inside the Klein ball, so that every box, up to
    its corners, lies in the space, and its middle is its point. At curvature 0 the cube has the
    same size as at curvature 1.

    Args:
        nesting: intervals on d axes.
        curvature: the positive kappa, or 0.
    """
    dimension = nesting.lower.shape[1]
    side = _FILLED / math.sqrt(dimension * (curvature or 1.0))

    def to_klein(intervals: Floats) -> Floats:
        return side * (2.0 * intervals - 1.0)

    lower, upper = to_klein(nesting.lower), to_klein(nesting.upper)
    points = lorentz.from_klein((lower + upper) / 2.0, curvature)
    if curvature:
        root = np.sqrt(curvature)
        lower, upper = np.arctanh(root * lower) / root, np.arctanh(root * upper) / root
    return Boxes(np.asarray(points), lower, upper, float(curvature))


def boxes_of_faces(lower: Floats, upper: Floats, curvature: float) -> Boxes:
    """Return boxes whose points are in the middle, drawn towards the origin where they must be.

    Args:
        lower: (nodes, d) axial coordinates.
        upper: (nodes, d) axial coordinates.
        curvature: the positive kappa, or 0.
    """
    if not curvature:
        return Boxes((lower + upper) / 2.0, lower.copy(), upper.copy(), 0.0)
    root = np.sqrt(curvature)
    middle = (lower + upper) / 2.0
    klein = np.tanh(root * middle)
    radius = np.maximum(np.linalg.norm(klein, axis=1, keepdims=True), 1e-300)
    klein *= np.minimum(1.0, _LARGEST_RADIUS / radius)
    shift = np.where(radius > _LARGEST_RADIUS, np.arctanh(klein) / root - middle, 0.0)
    points = np.asarray(lorentz.from_klein(klein / root, curvature))
    return Boxes(points, lower + shift, upper + shift, float(curvature))
