"""Classic operators of learned query models, for comparison: sums, products and attention.

They are written from the published formulas, on plain arrays, with weights drawn at random as
before training. Training changes by how much they break a law, not which laws follow from the
formula.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperquery.testing.arrays import number_arrays
from hyperquery.testing.laws import Operators

Scores: TypeAlias = NDArray[np.float64]
"""How well some candidates match, in [0, 1], ``(n,)``."""


class Box(NamedTuple):
    """A box by its centre and offset.

    Attributes:
        centre: ``(d,)``.
        offset: Half the width on each axis, ``(d,)``.
    """

    centre: NDArray[Any]
    offset: NDArray[Any]


def scores(count: int) -> st.SearchStrategy[Scores]:
    """Scores of some candidates, ``(count,)``."""
    return number_arrays((count,), 0.0, 1.0, [0.0, 1.0, 0.5], np.float64)


def boxes(dimension: int) -> st.SearchStrategy[Box]:
    """Boxes with centres in [-1, 1] and offsets in [0, 1]."""
    centres = number_arrays((dimension,), -1.0, 1.0, [0.0, 1.0], np.float64)
    offsets = number_arrays((dimension,), 0.0, 1.0, [0.0, 1.0], np.float64)
    return st.builds(Box, centres, offsets)


def balls(dimension: int) -> st.SearchStrategy[Box]:
    """Boxes around points of the Poincare ball, at most 0.9 from its centre."""
    return boxes(dimension).map(lambda box: Box(0.9 * box.centre / np.sqrt(dimension), box.offset))


def product_norm(count: int) -> Operators[Scores]:
    """Return the product t-norm: ``ab``, ``a + b - ab``, ``1 - a`` (FuzzQE, GNN-QE, CQD).

    Args:
        count: The number of candidates that are scored.
    """
    return _fuzzy("product t-norm", count, lambda a, b: a * b, lambda a, b: a + b - a * b)


def lukasiewicz_norm(count: int) -> Operators[Scores]:
    """Return the Lukasiewicz t-norm: ``max(0, a + b - 1)``, ``min(1, a + b)``, ``1 - a``.

    Args:
        count: The number of candidates that are scored.
    """
    return _fuzzy(
        "Lukasiewicz t-norm",
        count,
        lambda a, b: np.maximum(0.0, a + b - 1.0),
        lambda a, b: np.minimum(1.0, a + b),
    )


def goedel_norm(count: int) -> Operators[Scores]:
    """Return minimum, maximum and ``1 - a`` on scores: a lattice but for the rounding of 1 - a.

    Args:
        count: The number of candidates that are scored.
    """
    return _fuzzy("min, max, 1 - a on [0, 1]", count, np.minimum, np.maximum)


def _fuzzy(name: str, count: int, intersection: Any, union: Any) -> Operators[Scores]:
    return Operators(
        name,
        observe=np.asarray,
        intersection=intersection,
        union=union,
        complement=lambda a: 1.0 - a,
        everything=np.ones(count),
        nothing=np.zeros(count),
        exceeds=lambda a, b: float(np.max(a - b, initial=0.0)),
        members=lambda a: a > 0.5,
    )


def query2box(dimension: int, *, shrink: bool = True, seed: int = 0) -> Operators[Box]:
    """Return Query2Box's intersection: attention over centres, the least offset (shrunk).

    H. Ren, W. Hu, J. Leskovec, *Query2Box*, ICLR 2020:
    ``centre = sum_i a_i c_i`` with ``a = softmax(MLP(c_i))`` on each axis, and
    ``offset = min_i o_i * sigmoid(DeepSets(o))``.

    Args:
        dimension: The number of coordinates.
        shrink: Whether the least offset is multiplied by the sigmoid; published with it.
        seed: Of the weights.
    """
    rng = np.random.default_rng(seed)
    first, second, third, fourth = (
        rng.uniform(-1, 1, (dimension, dimension)) * np.sqrt(3.0 / dimension) for _ in range(4)
    )

    def intersection(a: Box, b: Box) -> Box:
        centres, offsets = np.stack([a.centre, b.centre]), np.stack([a.offset, b.offset])
        attention = np.exp(np.maximum(centres @ first, 0.0) @ second)
        centre = (attention * centres).sum(axis=0) / attention.sum(axis=0)
        offset = offsets.min(axis=0)
        if shrink:
            pooled = np.maximum(offsets @ third, 0.0).mean(axis=0) @ fourth
            offset = offset / (1.0 + np.exp(-pooled))
        return Box(centre, offset)

    return Operators(
        "Query2Box" if shrink else "centre attention, minimum offset",
        observe=_faces,
        intersection=intersection,
        exceeds=_overshoot,
    )


def moebius_boxes(dimension: int) -> Operators[Box]:
    """Return boxes around Moebius means of centres: ``(a / 2) + (b / 2)`` in the Poincare ball.

    ``+`` is Moebius addition and ``a / 2`` the point halfway to the origin, the usual way to add
    up hyperbolic embeddings (O. Ganea, G. Becigneul, T. Hofmann, *Hyperbolic Neural Networks*,
    NeurIPS 2018). The intersection takes the smaller offsets, the union the larger ones.

    Args:
        dimension: The number of coordinates.
    """

    def mean(a: Box, b: Box) -> NDArray[Any]:
        return _moebius_sum(_halved(a.centre), _halved(b.centre))

    return Operators(
        "Moebius-sum centres",
        observe=_faces,
        intersection=lambda a, b: Box(mean(a, b), np.minimum(a.offset, b.offset)),
        union=lambda a, b: Box(mean(a, b), np.maximum(a.offset, b.offset)),
        exceeds=_overshoot,
    )


def _moebius_sum(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    inner, xx, yy = x @ y, x @ x, y @ y
    total: NDArray[Any] = (1 + 2 * inner + yy) * x + (1 - xx) * y
    total /= 1 + 2 * inner + xx * yy
    return total


def _halved(x: NDArray[Any]) -> NDArray[Any]:
    half: NDArray[Any] = x / (1.0 + np.sqrt(1.0 - x @ x))
    return half


def _faces(box: Box) -> NDArray[Any]:
    return np.concatenate([box.centre - box.offset, box.centre + box.offset])


def _overshoot(inner: Box, outer: Box) -> float:
    one, other = _faces(inner).reshape(2, -1), _faces(outer).reshape(2, -1)
    return float(max(np.max(other[0] - one[0]), np.max(one[1] - other[1]), 0.0))
