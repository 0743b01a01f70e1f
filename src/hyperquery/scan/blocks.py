"""A tree over neighbouring points: blocks, blocks of blocks, each known by a ball around it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled
from hyperquery.scan.order import BLOCK

BRANCHES: Final = 8
"""Parts of a ball above the blocks."""

_MOST_ROOTS: Final = 256  # bounded one by one at the start of each search
_OUTWARD: Final = np.float32(1.0001)  # radii are computed in float32


class Balls(NamedTuple):
    """Balls around runs of points, level by level, blocks first.

    Attributes:
        centres: (balls, d) space coordinates of the centres.
        times: (balls,) the middle of the points' scaled times.
        radii: (balls,) of the space coordinates, Euclidean.
        spreads: (balls,) the most that a point's scaled time is away from the middle.
        levels: (levels + 1,) where the balls of each level start.
    """

    centres: npt.NDArray[np.float32]
    times: npt.NDArray[np.float32]
    radii: npt.NDArray[np.float32]
    spreads: npt.NDArray[np.float32]
    levels: npt.NDArray[np.int64]


def enclosing_balls(points: npt.NDArray[np.float32], times: npt.NDArray[np.float32]) -> Balls:
    """Return the tree of balls over points in the order of :func:`neighbour_order`.

    Args:
        points: (n, d) space coordinates.
        times: (n,) scaled times.

    Returns:
        Levels of balls around runs of ``BLOCK``, ``BLOCK * BRANCHES``, ... points, up to a level of
        few.

    Examples:
        >>> points = np.repeat(np.float32([[0], [2], [9], [9]]), BLOCK // 2, axis=0)
        >>> balls = enclosing_balls(points, np.ones(len(points), np.float32))
        >>> balls.centres.tolist(), balls.radii.round(2).tolist()
        ([[1.0], [9.0]], [1.0, 0.0])
    """
    size, levels = BLOCK, [_level(points, times, BLOCK)]
    while len(levels[-1][0]) > _MOST_ROOTS:
        size *= BRANCHES
        levels.append(_level(points, times, size))
    starts = np.cumsum([0, *(len(level[0]) for level in levels)])
    centres, times, radii, spreads = map(np.concatenate, zip(*levels, strict=True))
    return Balls(centres, times, radii, spreads, starts)


def _level(
    points: npt.NDArray[np.float32], times: npt.NDArray[np.float32], size: int
) -> tuple[npt.NDArray[np.float32], ...]:
    """Return the balls around runs of points of one length."""
    count = -(-len(points) // size)
    centres = np.zeros((count, points.shape[1]), np.float32)
    middles, radii, spreads = np.zeros((3, count), np.float32)
    _enclose(points, times, size, centres, middles, radii, spreads)
    return centres, middles, radii * _OUTWARD, spreads * _OUTWARD


@compiled
def _enclose(
    points: Any, times: Any, size: int, centres: Any, middles: Any, radii: Any, spreads: Any
) -> None:
    n, d = points.shape
    for ball in range(len(centres)):
        start, end = ball * size, min(n, ball * size + size)
        centre = centres[ball]
        for p in range(start, end):
            centre += points[p]
        centre /= np.float32(end - start)
        earliest = latest = times[start]
        for p in range(start, end):
            earliest, latest = min(earliest, times[p]), max(latest, times[p])
        middles[ball] = np.float32(0.5) * (earliest + latest)
        spreads[ball] = max(latest - middles[ball], middles[ball] - earliest)
        widest = np.float32(0.0)
        for p in range(start, end):
            square = np.float32(0.0)
            for i in range(d):
                square += (points[p, i] - centre[i]) ** 2
            widest = max(widest, square)
        radii[ball] = np.sqrt(widest)
