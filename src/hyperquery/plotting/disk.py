"""The Poincare disk in the plane: geodesics between points, distances, circles around the centre.

Points of the disk are pairs of float64, (..., 2), inside the unit circle; curvature is -1.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

_LEAST = 1e-300  # a length that has a direction


def geodesics(starts: Floats, ends: Floats, steps: int = 16) -> Floats:
    """Return the geodesic from each start to its end, as points at equal distances.

    The start is moved to the centre, where geodesics are straight, and back.

    Args:
        starts: (n, 2) in the disk.
        ends: (n, 2) in the disk.
        steps: from a start to its end, at least 1.

    Returns:
        (n, steps + 1, 2), with the start first and the end last.

    Examples:
        >>> geodesics(np.array([[-0.5, 0.0]]), np.array([[0.5, 0.0]]), 2).round(6).tolist()
        [[[-0.5, 0.0], [0.0, 0.0], [0.5, 0.0]]]
    """
    a, b = _complex(starts)[:, None], _complex(ends)[:, None]
    seen = (b - a) / (1.0 - np.conj(a) * b)
    length = np.minimum(np.abs(seen), 1.0 - 1e-16)
    direction = np.where(length > _LEAST, seen / np.maximum(length, _LEAST), 0.0)
    along = direction * np.tanh(np.arctanh(length) * np.linspace(0.0, 1.0, steps + 1))
    path = (along + a) / (1.0 + np.conj(a) * along)
    path[:, :1], path[:, -1:] = a, b
    return np.stack([path.real, path.imag], axis=-1)


def disk_distance(points: Floats, others: Floats) -> Floats:
    """Return the hyperbolic distance between points of the disk, which broadcast.

    Args:
        points: (..., 2).
        others: (..., 2).

    Examples:
        >>> float(disk_distance(np.zeros(2), np.array([np.tanh(1.0), 0.0])).round(12))
        2.0
    """
    gap = ((points - others) ** 2).sum(-1)
    room = (1.0 - (points**2).sum(-1)) * (1.0 - (others**2).sum(-1))
    return np.asarray(2.0 * np.arcsinh(np.sqrt(gap / room)))


def polar(distances: Floats, angles: Floats) -> Floats:
    """Return the points at some hyperbolic distances from the centre, (..., 2).

    Examples:
        >>> polar(np.array([2.0]), np.array([0.0])).round(4).tolist()
        [[0.7616, 0.0]]
    """
    radius = np.tanh(distances / 2.0)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=-1)


def circle(radius: float, steps: int = 180) -> Floats:
    """Return a circle around the centre, of a Euclidean radius, (steps, 2).

    It is also a hyperbolic circle, at the distance ``2 atanh(radius)``.
    """
    angles = np.linspace(0.0, 2.0 * np.pi, steps, endpoint=False)
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _complex(points: Floats) -> npt.NDArray[np.complex128]:
    return np.asarray(points[..., 0] + 1j * points[..., 1], np.complex128)
