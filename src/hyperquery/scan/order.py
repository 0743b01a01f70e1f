"""The order of points in which neighbours share blocks, and the cuts that lead to it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import allocating, reordered

BLOCK = 64  # points; with fewer, bounds cost more than they save
_SAMPLE = 256  # points that the direction of a cut is found from
_ROUNDS = 4  # of the power iteration
_LEAST_SHARE: Final = 8  # a cut leaves at least one part in so many on either side


class Cuts(NamedTuple):
    """Runs of points in their order, cut in two again and again down to blocks.

    Attributes:
        starts: (runs,) the first point of each run; run 0 is all of them.
        ends: (runs,) one past the last.
        halves: (runs,) the position of the first half; the second comes right after it. -1 for a
            block, which is not cut.
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    halves: npt.NDArray[np.int64]


def neighbour_order(points: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], Cuts]:
    """Return the positions of points in an order in which neighbours share blocks.

    The points are cut in two along their principal direction, again and again, always after a
    whole number of blocks, and where that tells the two sides apart best, with an eighth of them on
    either side at least: so what lies together is mostly not cut while there is anything else to
    cut.

    Args:
        points: (n, d).

    Returns:
        A permutation, (n,), the same for the same points, and the cuts.

    Examples:
        >>> line = np.arange(256, dtype=np.float32)[::-1, None]
        >>> order, cuts = neighbour_order(np.ascontiguousarray(line))
        >>> [int(np.ptp(line[order[start : start + 64]])) for start in (0, 64, 128, 192)]
        [63, 63, 63, 63]
        >>> list(zip(cuts.starts.tolist(), cuts.ends.tolist()))[:3]
        [(0, 256), (0, 128), (128, 256)]
    """
    order = np.arange(len(points), dtype=np.int64)
    blocks = -(-len(points) // BLOCK)
    starts, ends, halves = np.zeros((3, max(1, 2 * blocks - 1)), np.int64)
    _cut(points, order, starts, ends, halves)
    return order, Cuts(starts, ends, halves)


@allocating
def _cut(points: Any, order: Any, starts: Any, ends: Any, halves: Any) -> None:
    """Put the order's runs in place, largest first; each run that is cut adds two."""
    keys = np.empty(len(order), np.float32)
    ends[0] = len(order)
    runs = 1
    for run in range(len(starts)):
        start, end = starts[run], ends[run]
        halves[run] = -1
        if end - start <= BLOCK:
            continue
        direction = _principal_direction(points, order[start:end])
        for i in range(start, end):
            keys[i] = _dot(points[order[i]], direction)
        by_key = np.argsort(keys[start:end], kind="mergesort")
        order[start:end] = order[start:end][by_key]
        middle = start + _best_cut(keys[start:end][by_key])
        halves[run] = runs
        starts[runs], ends[runs] = start, middle
        starts[runs + 1], ends[runs + 1] = middle, end
        runs += 2


@allocating
def _best_cut(keys: Any) -> int:
    """Return after how many of some ascending keys, more than a block, to cut them in two.

    Of the cuts after a whole number of blocks that leave a share of them on either side, the one
    with the greatest variance between the sides; of keys without variance the first.
    """
    count = len(keys)
    cuts = (count - 1) // BLOCK
    least = cuts // _LEAST_SHARE + 1
    total = 0.0  # float64: millions of keys are summed up
    for key in keys:
        total += key
    mean = total / count
    best, cut = -1.0, least * BLOCK
    below = 0.0
    for blocks in range(1, cuts + 2 - least):
        done = blocks * BLOCK
        for i in range(done - BLOCK, done):
            below += keys[i] - mean
        between = below * below * (1.0 / done + 1.0 / (count - done))
        if blocks >= least and between > best:
            best, cut = between, done
    return cut


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
        if not 0.0 < length < np.inf:
            break
        direction = turned / np.float32(length)
    return direction


@reordered
def _dot(one: Any, other: Any) -> Any:
    total = np.float32(0.0)
    for i in range(len(one)):
        total += one[i] * other[i]
    return total
