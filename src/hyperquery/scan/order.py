"""The order of points in which neighbours share blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import allocating, reordered

BLOCK = 64  # points; with fewer, bounds cost more than they save
_SAMPLE = 256  # points that the direction of a cut is found from
_ROUNDS = 4  # of the power iteration


def neighbour_order(points: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return the positions of points in an order in which neighbours share blocks.

    The points are cut in two along their principal direction, again and again, always at a power
    of two blocks, so that the blocks of a larger ball are one part of the tree.

    Args:
        points: (n, d).

    Returns:
        A permutation, (n,), the same for the same points.

    Examples:
        >>> line = np.arange(256, dtype=np.float32)[::-1, None]
        >>> order = neighbour_order(np.ascontiguousarray(line))
        >>> [int(np.ptp(line[order[start : start + 64]])) for start in (0, 64, 128, 192)]
        [63, 63, 63, 63]
    """
    order = np.arange(len(points), dtype=np.int64)
    _cut(points, order, BLOCK)
    return order


@allocating
def _cut(points: Any, order: Any, block: int) -> None:
    """Put the order's parts in place, largest first, with a stack instead of recursion."""
    n = len(order)
    stack = [(0, n)]
    keys = np.empty(n, np.float32)
    while len(stack):
        start, end = stack.pop()
        if end - start <= block:
            continue
        left = block
        while left * 2 < end - start:
            left *= 2
        direction = _principal_direction(points, order[start:end])
        for i in range(start, end):
            keys[i] = _dot(points[order[i]], direction)
        by_key = np.argsort(keys[start:end], kind="mergesort")
        order[start:end] = order[start:end][by_key]
        stack.append((start + left, end))
        stack.append((start, start + left))


@allocating
def _principal_direction(points: Any, rows: Any) -> Any:
    """Return roughly the direction in which a sample of some points varies most, (d,)."""
    d = points.shape[1]
    step = max(1, len(rows) // _SAMPLE)
    sample = points[rows[::step]].astype(np.float32)
    mean = np.zeros(d, np.float32)
    for row in sample:
        mean += row
    mean /= np.float32(len(sample))
    widest = np.zeros(d, np.float32)
    for row in sample:
        row -= mean
        widest += row * row
    # started from the widest axis, which is never orthogonal to what is looked for by chance alone
    direction = np.zeros(d, np.float32)
    direction[np.argmax(widest)] = 1.0
    for _ in range(_ROUNDS):
        turned = np.zeros(d, np.float32)
        for row in sample:
            turned += row * _dot(row, direction)
        length = np.sqrt(_dot(turned, turned))
        if length == 0.0:
            break
        direction = turned / np.float32(length)
    return direction


@reordered
def _dot(one: Any, other: Any) -> Any:
    total = np.float32(0.0)
    for i in range(len(one)):
        total += one[i] * other[i]
    return total
