"""The compiled search: down the tree of balls to blocks and points, the most promising first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.balls import Balls
from hyperquery.scan.bounding import (
    bound_leaves,
    bound_leaves_of_part,
    bound_region,
)
from hyperquery.scan.codes import Codes
from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.heap import replace_largest
from hyperquery.scan.holdings import Held
from hyperquery.scan.order import BLOCK
from hyperquery.scan.points import at_point, bound_block, bound_points
from hyperquery.scan.program import Program
from hyperquery.scan.spellings import Spellings
from hyperquery.scan.tree import BRANCHES, Tree


class Rows(NamedTuple):
    """The rows of a segment in stored order, as the loops take them.

    Attributes:
        points: (n, d) space coordinates.
        curvature: (1,) of the space.
        balls: around runs of them, blocks first.
        tree: of the balls.
        codes: where they are in their blocks, roughly.
        held: the words of rows, and their places on axes.
        spellings: of the words.
        signatures: (SLOTS, chunks) which blocks may hold trigrams.
        ceilings: (slots, blocks) how far the rows of each block lean to facets at most.
        holders: (blocks, TRIGRAMS + AXES) which points of a block may hold trigrams or lean to
            facets.
    """

    points: npt.NDArray[np.float32]
    curvature: npt.NDArray[np.float32]
    balls: Balls
    tree: Tree
    codes: Codes
    held: Held
    spellings: Spellings
    signatures: npt.NDArray[np.uint64]
    ceilings: npt.NDArray[np.uint8]
    holders: npt.NDArray[np.uint64]


class Room(NamedTuple):
    """Room for bounds: one register for each leaf and step.

    Attributes:
        low: (registers,) the least margins over a ball; the last register is the region's.
        high: (registers,) the greatest.
        middle: (registers,) those at its centre.
        planes: (leaves, 6) the energy there and what adds to it, see `bound_leaves`; last the
            evidence at a point.
        slopes: (leaves, d) the slopes there.
        lows: (registers, BLOCK) the least margins at each point of a block.
        highs: (registers, BLOCK) the greatest.
        evidence: (leaves, BLOCK) the least evidence at each point of a block.
        dots: (BLOCK,) for one leaf, see `dots_with_codes`.
        order: (leaves,) the boxes, the farthest from a block first; -1 after the last.
    """

    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    middle: npt.NDArray[np.float32]
    planes: npt.NDArray[np.float32]
    slopes: npt.NDArray[np.float32]
    lows: npt.NDArray[np.float32]
    highs: npt.NDArray[np.float32]
    evidence: npt.NDArray[np.float32]
    dots: npt.NDArray[np.float32]
    order: npt.NDArray[np.int64]


def room_for(program: Program, d: int) -> Room:
    """Return room for the bounds of a program."""
    leaves = len(program.leaves.numbers)
    registers = leaves + len(program.steps)
    return Room(
        np.empty(registers, np.float32),
        np.empty(registers, np.float32),
        np.empty(registers, np.float32),
        np.empty((leaves, 6), np.float32),
        np.empty((leaves, d), np.float32),
        np.zeros((registers, BLOCK), np.float32),
        np.zeros((registers, BLOCK), np.float32),
        np.empty((leaves, BLOCK), np.float32),
        np.empty(BLOCK, np.float32),
        np.empty(leaves, np.int64),
    )


@compiled
def bound_roots(program: Any, rows: Any, room: Any, low: Any, middle: Any) -> None:
    """Write the least margins over the tree's roots and those at their centres, (roots,) each."""
    root = len(room.low) - 1
    for i in range(len(low)):
        bound_leaves(program, rows, rows.tree.roots[i], room)
        bound_ball(program, room)
        low[i], middle[i] = room.low[root], room.middle[root]


@inlined
def bound_ball(program: Any, room: Any) -> None:
    """Carry the bounds of leaves over a ball, and their margins at its centre, to the region's."""
    leaves = len(program.leaves.numbers)
    bound_region(program.steps, leaves, room.low, room.high)
    bound_region(program.steps, leaves, room.middle, room.middle)


class Found(NamedTuple):
    """Room for what a search finds, and for the path that it is on.

    Attributes:
        heap: (k,) the greatest margins of the nearest so far, inf at first.
        rows: (room,) the stored positions of candidates.
        margins: (room,) lower bounds of their margins.
        balls: (balls,) those that wait.
        least: (balls,) the least margins over them.
        part_least: (BRANCHES,) those of the parts of one ball.
        part_middles: (BRANCHES,) the margins at their centres.
    """

    heap: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]
    margins: npt.NDArray[np.float32]
    balls: npt.NDArray[np.int64]
    least: npt.NDArray[np.float32]
    part_least: npt.NDArray[np.float32]
    part_middles: npt.NDArray[np.float32]


def room_to_find(k: int, rows: int, balls: int) -> Found:
    """Return room for a search of the k nearest with so many candidates at a time."""
    return Found(
        np.full(k, np.inf, np.float32),
        np.empty(rows, np.int64),
        np.empty(rows, np.float32),
        np.empty(balls, np.int64),
        np.empty(balls, np.float32),
        np.empty(BRANCHES, np.float32),
        np.empty(BRANCHES, np.float32),
    )


@compiled
def candidates(
    program: Any, rows: Any, room: Any, found: Any, order: Any, bounds: Any, part: int,
    thresholds: Any,
) -> int:  # fmt: skip
    """Find the rows that may be among the nearest, with lower bounds of their margins.

    Parts run side by side: each looks at its own roots, and at the others' thresholds, which only
    ever fall, so that an old one is still true.

    Args:
        program: what is searched for.
        rows: among which.
        room: of this part.
        found: of this part.
        order: (roots,) positions of the tree's roots, the most promising first.
        bounds: (roots,) the least margin over each.
        part: which of the parts this is.
        thresholds: (parts,) a margin that k rows do not exceed, shared and lowered by all parts.

    Returns:
        How many were found; -1 if there is no room for all of them.
    """
    root = len(room.low) - 1
    blocks = len(rows.codes.scales)
    balls, least = found.balls, found.least
    threshold = _least(thresholds)
    count = 0
    for i in range(part, len(order), len(thresholds)):
        balls[0], least[0] = rows.tree.roots[order[i]], bounds[order[i]]
        depth = 1
        while depth:
            depth -= 1
            threshold = min(threshold, _least(thresholds))
            if least[depth] > threshold:
                continue
            if balls[depth] >= blocks:
                depth = _descend(program, rows, room, found, depth, threshold)
                continue
            block = balls[depth]
            bound_block(program, rows, block, room)
            if room.low[root] > threshold:
                continue
            count, threshold = _look_at(program, rows, room, found, block, count, threshold)
            if count < 0:
                return -1
            thresholds[part] = min(threshold, thresholds[part])
    kept: int = _keep_below(found.rows, found.margins, count, threshold)
    return kept


@inlined
def _descend(program: Any, rows: Any, room: Any, found: Any, depth: int, threshold: Any) -> int:
    """Put the parts of a waiting ball in its place, the most promising last; return the depth."""
    balls, least = found.balls, found.least
    part_least, part_middles = found.part_least, found.part_middles
    tree, ball = rows.tree, balls[depth]
    root = len(room.low) - 1
    bound_leaves(program, rows, ball, room)
    bound_ball(program, room)
    if room.low[root] > threshold:
        return depth
    above = ball - len(rows.codes.scales)
    first, last = tree.part_starts[above], tree.part_starts[above + 1]
    for i in range(last - first):
        bound_leaves_of_part(program, rows, ball, tree.parts[first + i], room)
        bound_ball(program, room)
        part_least[i], part_middles[i] = room.low[root], room.middle[root]
    placed = 0  # a bit for each part
    for _ in range(last - first):
        j = _position_of_largest(part_middles, placed, last - first)
        placed |= 1 << j
        if not part_least[j] > threshold:  # it may be NaN, far out
            balls[depth], least[depth] = tree.parts[first + j], part_least[j]
            depth += 1
    return depth


@inlined
def _look_at(
    program: Any, rows: Any, room: Any, found: Any, block: int, count: int, threshold: Any
) -> Any:
    """Look at the points of a block; return the count, -1 if room is lacking, and the threshold."""
    if not bound_points(program, rows, block, threshold, room):
        return count, threshold
    root = len(room.low) - 1
    heap, positions, margins = found.heap, found.rows, found.margins
    start, end = block * BLOCK, min(len(rows.points), block * BLOCK + BLOCK)
    for point in range(start, end):
        low = room.lows[root, point - start]
        if low > threshold or low == np.inf:
            continue
        at_point(program, rows, point, threshold, room)
        low, high = room.low[root], room.high[root]
        if low > threshold or low == np.inf:
            continue
        if count == len(positions):
            count = _keep_below(positions, margins, count, threshold)
            if 2 * count > len(positions):
                return -1, threshold
        positions[count], margins[count] = point, low
        count += 1
        if high < heap[0]:
            replace_largest(heap, high)
            threshold = min(threshold, heap[0])
    return count, threshold


@inlined
def _least(values: Any) -> Any:
    least = values[0]
    for value in values:
        least = min(least, value)
    return least


@inlined
def _position_of_largest(values: Any, placed: int, count: int) -> int:
    """Return the position of the largest number whose bit is not set."""
    largest = -1
    for i in range(count):
        if not placed & (1 << i) and (largest < 0 or values[i] > values[largest]):
            largest = i
    return largest


@compiled
def _keep_below(found: Any, margins: Any, count: int, threshold: Any) -> int:
    """Drop what is above a threshold, in place; return how many are left."""
    kept = 0
    for i in range(count):
        if not margins[i] > threshold:
            found[kept], margins[kept] = found[i], margins[i]
            kept += 1
    return kept


@compiled
def decide_inside(
    program: Any, rows: Any, room: Any, first: int, last: int, inside: Any, undecided: Any
) -> None:
    """Decide which rows of some blocks are inside the region, as far as bounds can tell.

    Args:
        program: the region.
        rows: of the segment.
        room: for bounds.
        first: block.
        last: one past the last.
        inside: (n,) gets whether a row is inside.
        undecided: (n,) gets whether rounding leaves that open.
    """
    root = len(room.low) - 1
    zero = np.float32(0.0)
    for block in range(first, last):
        bound_block(program, rows, block, room)
        start, end = block * BLOCK, min(len(rows.points), block * BLOCK + BLOCK)
        if room.low[root] > zero or room.high[root] < zero:
            inside[start:end] = room.high[root] < zero
            continue
        bound_points(program, rows, block, np.float32(np.inf), room)
        for point in range(start, end):
            low, high = room.lows[root, point - start], room.highs[root, point - start]
            if not (low > zero or high < zero):
                at_point(program, rows, point, zero, room)
                low, high = room.low[root], room.high[root]
            inside[point] = high < zero
            undecided[point] = not (low > zero or high < zero)
