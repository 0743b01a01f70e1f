"""Compiled bounds of a region's margin at single points, from coarse to close."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hyperquery.scan.bounding import (
    LESS,
    MORE,
    bound_leaves,
    bound_region,
    bound_region_at_points,
    dots_with_codes,
    energy_at,
    error_of,
    sum_of,
    time_of,
)
from hyperquery.scan.codes import MIDDLE
from hyperquery.scan.compiled import inlined
from hyperquery.scan.lack import evidence_of
from hyperquery.scan.order import BLOCK
from hyperquery.scan.program import BOX, ROWS

_HALF: Final = np.float32(0.5)


@inlined
def bound_block(program: Any, rows: Any, block: int, room: Any) -> None:
    """Write bounds of the region over a block into the room, sets of rows included."""
    numbers, masks = program.leaves.numbers, program.masks
    low, high = room.low, room.high
    bound_leaves(program.leaves, rows, block, room)
    start, end = block * BLOCK, min(len(rows.points), block * BLOCK + BLOCK)
    for leaf in range(len(numbers)):
        if numbers[leaf].kind == ROWS:
            mask, holding = numbers[leaf].rows, 0
            for point in range(start, end):
                holding += masks[mask, point]
            if holding == 0:
                low[leaf] = np.inf
            if holding == end - start:
                high[leaf] = -np.inf
    bound_region(program.steps, len(numbers), low, high)


@inlined
def bound_points(program: Any, rows: Any, block: int, room: Any) -> None:
    """Write bounds of the leaves at each point of a block, from the quadrics around its centre.

    The room has what :func:`bound_block` wrote; ``room.lows`` and ``room.highs``, (registers,
    BLOCK), get the bounds of each point.
    """
    numbers = program.leaves.numbers
    pairs, squares, masks = rows.codes.pairs, rows.codes.squares, program.masks
    planes, slopes, lows, highs, dots = room.planes, room.slopes, room.lows, room.highs, room.dots
    start, end = block * BLOCK, min(len(squares), block * BLOCK + BLOCK)
    scale, far = rows.codes.scales[block], rows.codes.errors[block]
    for leaf in range(len(numbers)):
        one = numbers[leaf]
        if one.kind == BOX:
            least, most = LESS * one.least_bend, MORE * one.most_bend
            edge, error, off = one.edge, planes[leaf, 1], planes[leaf, 4] * far
            base = planes[leaf, 0] - MIDDLE * scale * sum_of(slopes, leaf)
            floor = base + planes[leaf, 2] + planes[leaf, 5] - off
            top = base + planes[leaf, 3] + off + (error - edge)
            dots_with_codes(pairs, block, slopes, leaf, dots)
            for i in range(end - start):
                along, bend = scale * dots[i], _HALF * squares[start + i]
                energy = max(floor + along + least * bend, np.float32(0.0))
                lows[leaf, i] = energy - edge - error
                highs[leaf, i] = top + along + most * bend
        elif one.kind == ROWS:
            mask = one.rows
            for i in range(end - start):
                bound = -np.inf if masks[mask, start + i] else np.inf
                lows[leaf, i] = highs[leaf, i] = bound
        else:
            lows[leaf, :] = highs[leaf, :] = one.constant
    bound_region_at_points(program.steps, len(numbers), lows, highs)


@inlined
def at_point(program: Any, rows: Any, point: int, threshold: Any, room: Any) -> None:
    """Tighten bounds of a point's margins as far as rounding allows.

    A point whose margin turns out to be above the threshold is left at once.

    Args:
        program: the region.
        rows: of the segment.
        point: which of them.
        threshold: above which a margin does not matter.
        room: has the bounds of :func:`bound_points` for the point's block, and gets the closer ones
            as ``low`` and ``high``.
    """
    low, high = room.low, room.high
    for register in range(len(low)):
        low[register] = room.lows[register, point % BLOCK]
        high[register] = room.highs[register, point % BLOCK]
    leaves, steps = program.leaves, program.steps
    count = len(leaves.numbers)
    root = len(low) - 1
    time = time_of(rows.points, point, rows.curvature[0])
    for leaf in range(count):
        one = leaves.numbers[leaf]
        if one.kind != BOX:
            continue
        energy = energy_at(rows.points, point, time, leaves.faces, leaf, one.softness)
        error, edge = error_of(energy, one), one.edge
        low[leaf] = energy - edge - error
        if leaves.asked.terms[leaf].trigrams_end > leaves.asked.terms[leaf].trigrams:
            bound_region(steps, count, low, high)
            if low[root] > threshold:
                return
            energy += evidence_of(
                point, rows.held, rows.spellings, leaves.asked, leaves.slots, leaf
            )
            error = error_of(energy, one)
            low[leaf] = energy - edge - error
        high[leaf] = energy - edge + error
        bound_region(steps, count, low, high)
        if low[root] > threshold:
            return
