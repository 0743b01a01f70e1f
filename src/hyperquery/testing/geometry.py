"""Hypothesis strategies for points, hyperboloids, regions, and scenes of all three.

They go where rounding and degeneracy are: points at the origin, very far out, on faces and on
edges; limits of 0 and inf; inverted and empty boxes; leaves that occur twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

from hyperquery.geometry import (
    Boosted,
    Condition,
    Everything,
    Hyperboloid,
    Intersection,
    Nothing,
    Region,
    Union,
)
from hyperquery.geometry.lorentz import axial

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
    return _numbers((count, dimension), -3.0, 3.0, special, dtype)


@st.composite
def hyperboloids(
    draw: st.DrawFn,
    dimension: int = 3,
    curvature: float = 1.0,
    *,
    dtype: DTypeLike = np.float64,
    touching: Points | None = None,
) -> Hyperboloid:
    """Hyperboloids from a centroid and limits, or from faces, degenerate ones included.

    Args:
        draw: Given by Hypothesis.
        dimension: The number of coordinates, at most 64.
        curvature: The positive kappa, or 0.
        dtype: float32 or float64.
        touching: Points ``(n, dimension)`` of the same type; some hyperboloids get faces or an edge
            exactly through one of them.
    """
    if draw(st.booleans()):
        centroid = draw(points(dimension, 1, dtype=dtype, far=False))[0]
        limits = draw(_numbers((dimension,), 0.0, 3.0, [0.0, 1e-20, np.inf], dtype))
        made = Hyperboloid(centroid, limits, curvature)
    else:
        special = [0.0, 1e-20, -50.0, 400.0, np.inf, -np.inf]
        lower, upper = draw(_numbers((2, dimension), -3.0, 3.0, special, dtype))
        if draw(st.booleans()):
            lower, upper = np.minimum(lower, upper), np.maximum(lower, upper)
        if touching is not None and draw(st.booleans()):
            through = axial(touching[draw(st.integers(0, len(touching) - 1))], curvature)
            upper = np.where(draw(_booleans(dimension)), through, upper)
        made = Hyperboloid.from_faces(lower, upper, curvature)
    if touching is None or not draw(st.booleans()):
        return made
    energies = made.energy(touching)
    edge = float(energies[draw(st.integers(0, len(touching) - 1))])
    if not np.isfinite(edge):
        return made
    return Hyperboloid.from_faces(made.lower, made.upper, curvature, edge=edge)


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
        leaves: Hyperboloids, perhaps conditions on the points, everything or nothing.
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
        conditions: Whether conditions, everything and nothing may be leaves.
        dtypes: The floating types to choose from.
    """
    dtype = draw(st.sampled_from(list(dtypes)))
    curvature = draw(st.sampled_from(CURVATURES))
    dimension = draw(st.integers(1, 3))
    at = draw(points(dimension, 6, dtype=dtype))
    boxes = hyperboloids(dimension, curvature, dtype=dtype, touching=at)
    leaves: list[Region] = [
        Hyperboloid.from_faces(box.lower, box.upper, curvature, edge=box.edge, name=f"t{number}")
        for number, box in enumerate(draw(st.lists(boxes, min_size=1, max_size=4)))
    ]
    if conditions and draw(st.booleans()):
        leaves.append(Condition("condition", draw(_booleans(len(at)))))
        leaves += draw(st.sampled_from([[], [Everything()], [Nothing()]]))
    made = tuple(draw(regions(leaves, max_nodes=max_nodes)) for _ in range(regions_count))
    return Scene(at, tuple(leaves), made)


@st.composite
def _numbers(
    draw: st.DrawFn,
    shape: tuple[int, ...],
    low: float,
    high: float,
    special: Sequence[float],
    dtype: DTypeLike,
) -> Points:
    """Arrays of which an eighth are special numbers and the others lie between low and high.

    Two bytes make a number, so that an array is one cheap draw; it shrinks to special[0].
    """
    table = _table(low, high, tuple(special), np.dtype(dtype))
    size = 2 * int(np.prod(shape))
    return table[np.frombuffer(draw(st.binary(min_size=size, max_size=size)), ">u2")].reshape(shape)


@cache
def _table(low: float, high: float, special: tuple[float, ...], dtype: np.dtype[Any]) -> Points:
    values = np.linspace(low, high, 2**16)
    values[: 2**13] = np.resize(special, 2**13)
    return values.astype(dtype)


@st.composite
def _booleans(draw: st.DrawFn, count: int) -> NDArray[np.bool_]:
    return np.frombuffer(draw(st.binary(min_size=count, max_size=count)), np.uint8) % 2 == 1
