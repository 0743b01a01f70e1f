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
from hyperquery.scan.least_evidence import bound_evidence_at_points
from hyperquery.scan.order import BLOCK
from hyperquery.scan.program import BOX, ROWS

_HALF: Final = np.float32(0.5)


@inlined
def bound_block(program: Any, rows: Any, block: int, room: Any) -> None:
    """Write bounds of the region over a block into the room, sets of rows included."""
    numbers, masks = program.leaves.numbers, program.masks
    low, high = room.low, room.high
    bound_leaves(program, rows, block, room)
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
def bound_points(program: Any, rows: Any, block: int, threshold: Any, room: Any) -> bool:
    """Bound the region at each point of a block; return whether any may be within a threshold.

    Boxes are bounded at the points one by one, the farthest from the block first, and the others by
    what holds for all of the block meanwhile: one box of an AND is often enough. The region is
    bounded after 1, 2, 4 ... boxes, and after the last.

    Args:
        program: the region.
        rows: of the segment.
        block: which.
        threshold: above which a margin does not matter.
        room: has what :func:`bound_block` wrote; ``room.lows`` and ``room.highs``, (registers,
            BLOCK), get the bounds of each point, if any may be within the threshold.
    """
    numbers, masks, steps = program.leaves.numbers, program.masks, program.steps
    lows, highs, order = room.lows, room.highs, room.order
    start, end = block * BLOCK, min(len(rows.points), block * BLOCK + BLOCK)
    boxes = 0
    for leaf in range(len(numbers)):
        lows[leaf, :], highs[leaf, :] = room.low[leaf], room.high[leaf]
        if numbers[leaf].kind == ROWS:
            mask = numbers[leaf].rows
            for i in range(end - start):
                bound = -np.inf if masks[mask, start + i] else np.inf
                lows[leaf, i] = highs[leaf, i] = bound
        elif numbers[leaf].kind == BOX:
            place = boxes
            while place > 0 and room.low[order[place - 1]] < room.low[leaf]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = leaf
            boxes += 1
    if boxes < len(order):
        order[boxes] = -1
    for place in range(boxes - 1):
        _bound_box(program.leaves, rows, block, order[place], room)
        if place + 1 & place == 0:
            bound_region_at_points(steps, len(numbers), lows, highs)
            if not _any_within(lows, end - start, threshold):
                return False
    if boxes > 0:
        _bound_box(program.leaves, rows, block, order[boxes - 1], room)
    bound_region_at_points(steps, len(numbers), lows, highs)
    found: bool = _any_within(lows, end - start, threshold)
    return found


@inlined
def _bound_box(leaves: Any, rows: Any, block: int, leaf: int, room: Any) -> None:
    """Write bounds of a box at each point of a block, from the quadrics around its centre."""
    codes, one = rows.codes, leaves.numbers[leaf]
    planes, lows, highs, dots = room.planes, room.lows, room.highs, room.dots
    start, end = block * BLOCK, min(len(codes.squares), block * BLOCK + BLOCK)
    scale = codes.scales[block]
    least, most = LESS * one.least_bend, MORE * one.most_bend
    edge, error, off = one.edge, planes[leaf, 1], planes[leaf, 4] * codes.errors[block]
    base = planes[leaf, 0] - MIDDLE * scale * sum_of(room.slopes, leaf)
    floor = base + planes[leaf, 2] - off
    top = base + planes[leaf, 3] + off + (error - edge)
    dots_with_codes(codes.pairs, block, room.slopes, leaf, dots)
    bound_evidence_at_points(leaves, rows, block, leaf, room.evidence)
    for i in range(end - start):
        along, bend = scale * dots[i], _HALF * codes.squares[start + i]
        energy = max(floor + along + least * bend, np.float32(0.0))
        lows[leaf, i] = energy + room.evidence[leaf, i] - edge - error
        highs[leaf, i] = top + along + most * bend


@inlined
def _any_within(lows: Any, points: int, threshold: Any) -> bool:
    """Return whether the last register is above a threshold at not all of the first points.

    It may be NaN, where nothing is known: far out, coordinates overflow.
    """
    root, within = len(lows) - 1, False
    for i in range(points):
        within |= not lows[root, i] > threshold
    return within


@inlined
def at_point(program: Any, rows: Any, point: int, threshold: Any, room: Any) -> None:
    """Tighten bounds of a point's margins as far as rounding allows.

    Evidence comes first, as it is farther from what the block says than the energy of boxes. A
    point whose margin turns out to be above the threshold is left at once.

    Args:
        program: the region.
        rows: of the segment.
        point: which of them.
        threshold: above which a margin does not matter.
        room: has the bounds of :func:`bound_points` for the point's block, and gets the closer ones
            as ``low`` and ``high``.
    """
    low, high, planes, order = room.low, room.high, room.planes, room.order
    for register in range(len(low)):
        low[register] = room.lows[register, point % BLOCK]
        high[register] = room.highs[register, point % BLOCK]
    leaves, steps = program.leaves, program.steps
    count, root = len(leaves.numbers), len(low) - 1
    for place in range(len(order)):
        leaf = order[place]
        if leaf < 0:
            break
        one, term = leaves.numbers[leaf], leaves.asked.terms[leaf]
        planes[leaf, 5] = np.float32(0.0)
        if term.trigrams < term.trigrams_end:
            evidence = evidence_of(
                point, rows.held, rows.spellings, leaves.asked, leaves.slots, leaf
            )
            planes[leaf, 5] = evidence
            known = room.evidence[leaf, point % BLOCK]
            low[leaf] += evidence - known - error_of(evidence, one)
            bound_region(steps, count, low, high)
            if low[root] > threshold:
                return
    time = time_of(rows.points, point, rows.curvature[0])
    for place in range(len(order)):
        leaf = order[place]
        if leaf < 0:
            break
        one = leaves.numbers[leaf]
        energy = energy_at(rows.points, point, time, leaves.faces, leaf, one.softness)
        energy += planes[leaf, 5]
        error = error_of(energy, one)
        low[leaf] = energy - one.edge - error
        high[leaf] = energy - one.edge + error
        bound_region(steps, count, low, high)
        if low[root] > threshold:
            return
