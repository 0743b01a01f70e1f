"""Hypothesis strategies for points, hyperboloids, regions, and scenes of all three.

They go where rounding and degeneracy are: points at the origin, very far out, on faces and on
edges; limits of 0 and inf; inverted and empty boxes; leaves that occur twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

from hyperquery.geometry import (
    Attested,
    Boosted,
    Condition,
    Everything,
    Hyperboloid,
    Intersection,
    Nothing,
    Region,
    Union,
    energy,
)
from hyperquery.geometry.lorentz import axial
from hyperquery.testing.arrays import boolean_arrays, number_arrays

Points: TypeAlias = NDArray[Any]

CURVATURES = (1.0, 0.0, 0.25, 4.0, 1e-6)


def points(
    dimension: int = 3, count: int = 6, *, dtype: DTypeLike = np.float64, far: bool = True
) -> st.SearchStrategy[Points]:
    """Points of hyperbolic space as space coordinates, ``(count, dimension)``.

    Args:
        dimension: The number of coordinates, at most 64.
        count: The number of points.
        dtype: float32 or float64.
        far: Whether to draw very far points as well, up to what the type can measure.
    """
    special = [0.0, 1e-20, -1e-6, 20.0]
    if far:
        special += [1e3, -1e7, 2.0**50, -(2.0**56)]
        special += [2.0**200, -(2.0**490)] if np.dtype(dtype) == np.float64 else []
    return number_arrays((count, dimension), -3.0, 3.0, special, dtype)


@st.composite
def hyperboloids(
    draw: st.DrawFn,
    dimension: int = 3,
    curvature: float = 1.0,
    *,
    dtype: DTypeLike = np.float64,
    touching: Points | None = None,
    name: str | None = None,
) -> Hyperboloid:
    """Hyperboloids from a centroid and limits, or from faces, degenerate ones included.

    Args:
        draw: Given by Hypothesis.
        dimension: The number of coordinates, at most 64.
        curvature: The positive kappa, or 0.
        dtype: float32 or float64.
        touching: Points ``(n, dimension)`` of the same type; some hyperboloids get faces or an edge
            exactly through one of them.
        name: Of the hyperboloid.
    """
    kind, row, axes = draw(st.binary(min_size=3, max_size=3))
    if kind >= 192:
        centroid = draw(points(dimension, 1, dtype=dtype, far=False))[0]
        limits = draw(number_arrays((dimension,), 0.0, 3.0, [0.0, 1e-20, np.inf], dtype))
        return Hyperboloid(centroid, limits, curvature, name=name)
    special = [0.0, 1e-20, -50.0, 400.0, np.inf, -np.inf]
    lower, upper = draw(number_arrays((2, dimension), -3.0, 3.0, special, dtype))
    if kind & 2:
        lower, upper = np.minimum(lower, upper), np.maximum(lower, upper)
    edge = None
    if touching is not None:
        near = touching[row % len(touching)]
        if kind & 4:
            through = axes >> np.arange(dimension) & 1 == 1
            upper = np.where(through, axial(near, curvature), upper)
        if kind & 8:
            edge = float(energy(near, lower, upper, curvature))
            edge = edge if np.isfinite(edge) else None
    return Hyperboloid.from_faces(lower, upper, curvature, edge=edge, name=name)


@st.composite
def regions(
    draw: st.DrawFn, leaves: Sequence[Region], *, max_nodes: int = 30, boosts: bool = True
) -> Region:
    """Regions of at most a number of nodes over given leaves, which may occur more than once.

    Args:
        draw: Given by Hypothesis.
        leaves: The leaves to choose from, all of one space.
        max_nodes: The most nodes, counted as in the tree.
        boosts: Whether margins may be multiplied.
    """
    first, *steps = draw(st.binary(min_size=1, max_size=(max_nodes + 1) // 2))
    stack: list[Region] = [leaves[first % len(leaves)]]
    for step in steps:
        operation, leaf = step % 16, leaves[step // 16 % len(leaves)]
        if operation < 4:
            stack.append(leaf)
        elif operation < 7:
            stack.append(stack.pop() & leaf)
        elif operation < 10:
            stack.append(stack.pop() | leaf)
        elif operation < 12:
            stack.append(~stack.pop())
        elif operation < 13:
            stack.append(
                Boosted(stack.pop(), (0.5, 3.0, 1e-30)[step // 16 % 3]) if boosts else leaf
            )
        else:
            kind = Intersection if operation == 13 else Union
            stack = [*stack[:-3], kind(stack[-3:])]
    while len(stack) > 1:
        last = stack.pop()
        stack.append(stack.pop() & last if len(stack) % 2 else stack.pop() | last)
    return stack[0]


@dataclass(frozen=True)
class Scene:
    """Points and leaves of one space, and regions over these leaves.

    Attributes:
        points: Space coordinates, ``(n, d)``.
        leaves: Hyperboloids, perhaps with evidence about the points, conditions on them,
            everything or nothing.
        regions: Regions over the leaves.
    """

    points: Points
    leaves: tuple[Region, ...]
    regions: tuple[Region, ...]


@st.composite
def scenes(
    draw: st.DrawFn,
    regions_count: int = 2,
    *,
    max_nodes: int = 30,
    conditions: bool = True,
    dtypes: Sequence[DTypeLike] = (np.float32, np.float64),
) -> Scene:
    """Scenes in one to three dimensions, in either floating type, curved or flat.

    Args:
        draw: Given by Hypothesis.
        regions_count: How many regions over the shared leaves.
        max_nodes: The most nodes of a region.
        conditions: Whether conditions, attested hyperboloids, everything and nothing may be
            leaves.
        dtypes: The floating types to choose from.
    """
    dtype = draw(st.sampled_from(list(dtypes)))
    curvature = draw(st.sampled_from(CURVATURES))
    dimension = draw(st.integers(1, 3))
    at = draw(points(dimension, 6, dtype=dtype))
    leaves: list[Region] = [
        draw(hyperboloids(dimension, curvature, dtype=dtype, touching=at, name=f"t{number}"))
        for number in range(draw(st.integers(1, 4)))
    ]
    if conditions and draw(st.booleans()):
        leaves.append(Condition("condition", draw(boolean_arrays(len(at)))))
        box = draw(hyperboloids(dimension, curvature, dtype=dtype, touching=at, name="attested"))
        evidence = number_arrays((len(at),), 0.0, 3.0, [0.0, 1e-20, 1e30], np.float32)
        leaves.append(Attested(box, draw(evidence)))
        leaves += draw(st.sampled_from([[], [Everything()], [Nothing()]]))
    made = tuple(draw(regions(leaves, max_nodes=max_nodes)) for _ in range(regions_count))
    return Scene(at, tuple(leaves), made)
