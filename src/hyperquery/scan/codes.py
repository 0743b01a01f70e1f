"""Points in four bits a dimension, each block around its own centre."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled
from hyperquery.scan.order import BLOCK

_LEVELS: Final = 16
MIDDLE: Final = np.float32(7.5)
"""The code of a block's centre, between two levels."""

_OUTWARD: Final = np.float32(1.001)  # errors are computed in float32


class Codes(NamedTuple):
    """Where points are in their blocks, roughly.

    A coordinate is the centre's and ``(code - 7.5) * scale``. An eighth of the points' memory is
    read instead of the points; what the rounding can do to a bound is bounded.

    Attributes:
        pairs: (blocks, ceil(d / 2), BLOCK) for each block and point the codes of dimension i in the
            low bits and, where there is one, of dimension ``i + ceil(d / 2)`` in the high bits.
            Points come last, so that many are worked on at once.
        squares: (n,) the exact squared distances from the centres.
        scales: (blocks,) the width of a level.
        errors: (blocks,) the most that a point of the block is from where its code says.
    """

    pairs: npt.NDArray[np.uint8]
    squares: npt.NDArray[np.float32]
    scales: npt.NDArray[np.float32]
    errors: npt.NDArray[np.float32]


def codes_of(points: npt.NDArray[np.float32], centres: npt.NDArray[np.float32]) -> Codes:
    """Return the codes of points in stored order.

    Args:
        points: (n, d).
        centres: (blocks, d).

    Examples:
        >>> codes_of(np.float32([[-1.0], [1.0]]), np.float32([[0.0]])).pairs[0, 0, :3].tolist()
        [0, 15, 0]
    """
    n, d = points.shape
    codes = Codes(
        np.zeros((len(centres), (d + 1) // 2, BLOCK), np.uint8),
        np.zeros(n, np.float32),
        np.zeros(len(centres), np.float32),
        np.zeros(len(centres), np.float32),
    )
    _encode(points, centres, codes)
    return Codes(codes.pairs, codes.squares, codes.scales, codes.errors * _OUTWARD)


@compiled
def _encode(points: Any, centres: Any, codes: Any) -> None:
    n, d = points.shape
    half = (d + 1) // 2
    for block in range(len(centres)):
        start, end = block * BLOCK, min(n, block * BLOCK + BLOCK)
        widest = np.float32(0.0)
        for p in range(start, end):
            for i in range(d):
                widest = max(widest, abs(points[p, i] - centres[block, i]))
        if widest == 0.0:
            continue  # all codes are 0, and so are the scale and the error
        scale = widest / MIDDLE
        codes.scales[block] = scale
        worst = np.float32(0.0)
        for p in range(start, end):
            square, error = np.float32(0.0), np.float32(0.0)
            for i in range(d):
                offset = points[p, i] - centres[block, i]
                code = min(max(int(np.floor(offset / scale + MIDDLE + 0.5)), 0), _LEVELS - 1)
                packed = np.uint8(code << 4 if i >= half else code)
                codes.pairs[block, i % half, p - start] |= packed
                square += offset * offset
                rest = offset - (np.float32(code) - MIDDLE) * scale
                error += rest * rest
            codes.squares[p] = square
            worst = max(worst, error)
        codes.errors[block] = np.sqrt(worst)
