"""Balls around runs of neighbouring points."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled

_OUTWARD: Final = np.float32(1.0001)  # radii are computed in float32


class Balls(NamedTuple):
    """Balls around runs of points.

    Attributes:
        centres: (balls, d) space coordinates of the centres.
        times: (balls,) the middle of the points' scaled times.
        radii: (balls,) of the space coordinates, Euclidean.
        spreads: (balls,) the most that a point's scaled time is away from the middle.
    """

    centres: npt.NDArray[np.float32]
    times: npt.NDArray[np.float32]
    radii: npt.NDArray[np.float32]
    spreads: npt.NDArray[np.float32]


def enclosing_balls(
    points: npt.NDArray[np.float32], times: npt.NDArray[np.float32], runs: npt.NDArray[np.int64]
) -> Balls:
    """Return balls around runs of points.

    Args:
        points: (n, d) space coordinates, in stored order.
        times: (n,) scaled times.
        runs: (balls, 2) the first point of each ball, and one past its last.

    Examples:
        >>> points = np.float32([[0], [2], [9], [9]])
        >>> balls = enclosing_balls(points, np.ones(4, np.float32), np.array([[0, 2], [2, 4]]))
        >>> balls.centres.tolist(), balls.radii.round(2).tolist()
        ([[1.0], [9.0]], [1.0, 0.0])
    """
    centres = np.zeros((len(runs), points.shape[1]), np.float32)
    middles, radii, spreads = np.zeros((3, len(runs)), np.float32)
    _enclose(points, times, runs, centres, middles, radii, spreads)
    return Balls(centres, middles, radii * _OUTWARD, spreads * _OUTWARD)


@compiled
def _enclose(
    points: Any, times: Any, runs: Any, centres: Any, middles: Any, radii: Any, spreads: Any
) -> None:
    d = points.shape[1]
    for ball in range(len(centres)):
        start, end = runs[ball, 0], runs[ball, 1]
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
