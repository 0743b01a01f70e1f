r"""Sarkar's construction: a tree's distances in hyperbolic space, in closed form.

The root is at the origin. Every child lies at distance tau from its parent, in a direction of its
own as seen from there; directions are spread evenly over the sphere, one of them taken by the way
back. In the plane they are at equal angles (R. Sarkar, *Low Distortion Delaunay Embedding of Trees
in Hyperbolic Plane*, 2011); in d dimensions they are pushed apart from random starts (in the spirit
of F. Sala, C. De Sa, A. Gu, C. Re, *Representation Tradeoffs for Hyperbolic Embeddings*, 2018).
Distortion falls as tau grows, and the numbers run out: in float64 directions at distance 30 from
the origin are known to about 1e-3 of a unit length, so tau is 30 over the depth unless given.
"""

from __future__ import annotations

from functools import cache

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.errors import ConfigError
from hyperquery.geometry import lorentz
from hyperquery.hierarchy.ranking import RowRanker
from hyperquery.hierarchy.relations import topological_order

Floats = npt.NDArray[np.float64]

LARGEST_RADIUS = 30.0
"""How far out a float64 still tells neighbours apart."""

_REPULSIONS = 50
_MOST_REPELLED = 300  # directions; more are left where chance put them
_PAIR_BLOCK = 32


def sarkar(
    graph: nx.DiGraph, dimension: int = 2, *, scale: float | None = None, seed: int = 0
) -> Floats:
    """Return a point for every node, so that distances are about tau times those in the tree.

    Of several parents the first counts. Several roots are children of an origin that is no node.

    Args:
        graph: acyclic, parent to child.
        dimension: at least 2.
        scale: tau, the length of an edge; ``30 / depth`` if not given.
        seed: of the directions, in more than 2 dimensions.

    Returns:
        (nodes, dimension) space coordinates on the Lorentz sheet of curvature -1.

    Raises:
        ConfigError: If the dimension or the scale is too small.
        TaxonomyError: If the graph has a cycle.

    Examples:
        >>> points = sarkar(nx.DiGraph([("a", "b"), ("a", "c")]), scale=5.0)
        >>> float(lorentz.distance(points[0], points[1]).round(6))
        5.0
        >>> float(lorentz.distance(points[1], points[2]).round(6))
        10.0
    """
    if dimension < 2 or (scale is not None and scale <= 0):
        raise ConfigError("Sarkar's construction needs at least 2 dimensions and a scale above 0")
    nodes = topological_order(graph)
    parents: dict[str | None, str | None] = {
        node: next(iter(graph.predecessors(node)), None) for node in nodes
    }
    roots = [node for node in nodes if parents[node] is None]
    children: dict[str | None, list[str]] = {None: roots if len(roots) > 1 else []}
    depth: dict[str | None, int] = {None: 0 if len(roots) > 1 else -1}
    for node in nodes:
        parent = parents[node]
        depth[node] = depth[parent] + 1
        children.setdefault(node, [])
        if parent is not None:
            children[parent].append(node)
    tau = LARGEST_RADIUS / max(1, *depth.values()) if scale is None else scale
    # A frame is the translation that takes the origin to a node, as a Lorentz matrix.
    frames: dict[str | None, Floats] = {None: np.eye(dimension + 1)}
    if len(roots) == 1:
        frames[roots[0]] = frames[None]
    for at in [None, *nodes]:
        has_way_back = at is not None and depth[at] > 0
        towards = _directions(len(children[at]) + has_way_back, dimension, seed)[has_way_back:]
        for child, direction in zip(children[at], towards, strict=True):
            frames[child] = frames[at] @ _boost(direction, tau) @ _facing_back(direction)
    return np.stack([frames[node][1:, 0] for node in graph])


def distance_ranker(points: Floats, curvature: float = 1.0) -> RowRanker:
    """Return what ranks nodes by their distance.

    Args:
        points: (nodes, d) space coordinates.
        curvature: the positive kappa, or 0.
    """

    def rows(asked: npt.NDArray[np.int64]) -> Floats:
        found = [
            lorentz.distance(points[asked[at : at + _PAIR_BLOCK], None], points, curvature)
            for at in range(0, len(asked), _PAIR_BLOCK)
        ]
        return np.concatenate(found)

    return RowRanker(rows)


@cache
def _directions(number: int, dimension: int, seed: int) -> Floats:
    """Return unit vectors that are far from each other, the first one along the first axis."""
    if dimension == 2:
        angles = 2.0 * np.pi * np.arange(number) / max(1, number)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = np.random.default_rng(seed).normal(size=(number, dimension))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    for round_ in range(_REPULSIONS if 1 < number <= _MOST_REPELLED else 0):
        apart = found[:, None] - found
        squares = (apart * apart).sum(-1) + np.eye(number)
        push = (apart / squares[..., None] ** 2).sum(axis=1)
        length = np.linalg.norm(push, axis=1, keepdims=True)
        found += push / np.maximum(length, 1e-300) * 0.3 * (1.0 - round_ / _REPULSIONS)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found @ _turn(found[0], np.eye(dimension)[0]) if number else found


def _boost(direction: Floats, length: float) -> Floats:
    """Return the translation along a geodesic through the origin, (d + 1, d + 1)."""
    matrix = np.eye(len(direction) + 1)
    matrix[0, 0] = np.cosh(length)
    matrix[0, 1:] = matrix[1:, 0] = np.sinh(length) * direction
    matrix[1:, 1:] += (np.cosh(length) - 1.0) * np.outer(direction, direction)
    return matrix


def _facing_back(direction: Floats) -> Floats:
    """Return the reflection after which the first axis points back along a direction."""
    matrix = np.eye(len(direction) + 1)
    matrix[1:, 1:] = _turn(np.eye(len(direction))[0], -direction)
    return matrix


def _turn(source: Floats, target: Floats) -> Floats:
    """Return the symmetric reflection that swaps two unit vectors."""
    difference = source - target
    square = float(difference @ difference)
    if square < 1e-24:
        return np.eye(len(source))
    return np.eye(len(source)) - 2.0 / square * np.outer(difference, difference)
