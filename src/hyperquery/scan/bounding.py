r"""Compiled bounds of leaves over a ball of points, and of a region from those of its leaves.

The energy of a box is a sum of ``phi(z)`` over pairs of opposite faces, whose coordinates z are
linear in a point's space coordinates x and scaled time X0. ``phi''(z) = (1 + u)**2 (2 - u) / 2``
with ``u = z / sqrt(z**2 + s**2)`` lies between 0 and 2, and that of a pair of faces W apart between
``2 phi''(-W / 2)`` in their middle and 2 (4 if they are inverted). So around a centre, with
``a`` and ``b`` the offsets in x and X0, g the slope, and any eta,

    E >= E_c + g (a, b) + ((1 - eta) m |a|**2 - (1 / eta - 1) B b**2) / 2
    E <= E_c + g (a, b) + ((1 + eta) M |a|**2 + (1 / eta + 1) B b**2) / 2

because a face's ``(C a_i - S b)**2`` is at least ``(1 - eta) C**2 a_i**2 - (1/eta - 1) S**2 b**2``
and at most the same with plus signs, and C is at least 1.

The same quadric bounds a part of the ball whose centre is at an offset o: with ``a = o + r`` it is
``E_c + g o + m |o|**2 / 2 + (g + m o) r + m |r|**2 / 2``, a quadric of the same bend around there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hyperquery.scan.compiled import inlined, reordered
from hyperquery.scan.program import BOX, CONSTANT, MAXIMUM, MINIMUM, NEGATION

LESS: Final = np.float32(0.9)  # 1 - eta
MORE: Final = np.float32(1.1)
LESS_TIME: Final = np.float32(9.0)  # 1 / eta - 1
MORE_TIME: Final = np.float32(11.0)
_HALF: Final = np.float32(0.5)


@reordered
def energy_at(points: Any, point: int, time: Any, faces: Any, leaf: int, squared: Any) -> Any:
    """Return the energy of a point in a box, up to rounding; see :mod:`hyperquery.geometry.energy`.

    Here and below, whole arrays and positions in them are handed over: a view of a part would be
    counted as a reference, by all threads at once.

    Args:
        points: (n, d) space coordinates.
        point: which of them.
        time: its scaled time.
        faces: (leaves, 4, d) coefficients, see :class:`hyperquery.scan.program.Leaves`.
        leaf: which of them.
        squared: the square of the softness.
    """
    total = np.float32(0.0)
    for i in range(points.shape[1]):
        x = points[point, i]
        above = faces[leaf, 0, i] * x - faces[leaf, 1, i] * time
        below = faces[leaf, 3, i] * time - faces[leaf, 2, i] * x
        rise = above + np.sqrt(above * above + squared)
        fall = below + np.sqrt(below * below + squared)
        total += rise * rise + fall * fall
    return total * np.float32(0.25)


@reordered
def tangent_at(
    points: Any, point: int, time: Any, faces: Any, leaf: int, squared: Any, slopes: Any
) -> Any:
    """Write the slope of the energy by x at a point, (d,), into the leaf's row of slopes.

    ``phi'(z) = rise**2 / (2 sqrt(z**2 + s**2))`` with ``rise = z + sqrt(z**2 + s**2)``.

    Returns:
        The energy there, the norm of the slope, and the slope by X0.
    """
    total, by_time, squares = np.float32(0.0), np.float32(0.0), np.float32(0.0)
    for i in range(points.shape[1]):
        x = points[point, i]
        above = faces[leaf, 0, i] * x - faces[leaf, 1, i] * time
        below = faces[leaf, 3, i] * time - faces[leaf, 2, i] * x
        root_above = np.sqrt(above * above + squared)
        root_below = np.sqrt(below * below + squared)
        rise = above + root_above
        fall = below + root_below
        rise *= rise
        fall *= fall
        total += rise + fall
        pull = rise / root_above
        push = fall / root_below
        along = _HALF * (pull * faces[leaf, 0, i] - push * faces[leaf, 2, i])
        slopes[leaf, i] = along
        squares += along * along
        by_time += push * faces[leaf, 3, i] - pull * faces[leaf, 1, i]
    return total * np.float32(0.25), np.sqrt(squares), _HALF * by_time


@reordered
def time_of(points: Any, point: int, curvature: Any) -> Any:
    """Return the scaled time of a point, see `hyperquery.geometry.lorentz.scaled_time`."""
    square = np.float32(0.0)
    for i in range(points.shape[1]):
        square += points[point, i] * points[point, i]
    return np.sqrt(np.float32(1.0) + curvature * square)


@reordered
def sum_of(slopes: Any, leaf: int) -> Any:
    """Return the sum of a leaf's slope over the dimensions."""
    total = np.float32(0.0)
    for i in range(slopes.shape[1]):
        total += slopes[leaf, i]
    return total


@reordered
def dots_with_codes(pairs: Any, block: int, slopes: Any, leaf: int, dots: Any) -> None:
    """Write the inner products of a leaf's slope and the codes of a block's points, (BLOCK,)."""
    half = pairs.shape[1]
    dots[:] = np.float32(0.0)
    for i in range(half):
        one = slopes[leaf, i]
        other = slopes[leaf, half + i] if half + i < slopes.shape[1] else np.float32(0.0)
        for p in range(len(dots)):
            pair = np.int32(pairs[block, i, p])
            low, high = pair & np.int32(15), pair >> np.int32(4)
            dots[p] += one * np.float32(np.int32(low)) + other * np.float32(np.int32(high))


@inlined
def error_of(energy: Any, leaf: Any) -> Any:
    """Return a bound of the rounding errors of an energy of a leaf, a LEAF."""
    return leaf.slack + leaf.slack_of_root * np.sqrt(energy) + leaf.slack_of_energy * energy


@inlined
def bound_leaves(program: Any, rows: Any, ball: int, room: Any) -> None:
    """Write bounds of the margins of boxes and constants over a ball of points into the room.

    Rows are bounded by -inf and inf here. The planes get, for each leaf, the energy at the
    centre, a bound of rounding errors, the least that time adds to the energy around the centre,
    the most that time and evidence add, and the norm of the slope.
    """
    leaves, low, high, middle = program.leaves, room.low, room.high, room.middle
    planes, balls = room.planes, rows.balls
    time, radius, spread = balls.times[ball], balls.radii[ball], balls.spreads[ball]
    for leaf in range(len(leaves.numbers)):
        one = leaves.numbers[leaf]
        if one.kind == CONSTANT:
            low[leaf] = high[leaf] = middle[leaf] = one.constant
        elif one.kind == BOX:
            energy, steepness, by_time = tangent_at(
                balls.centres, ball, time, leaves.faces, leaf, one.softness, room.slopes
            )
            sway = abs(by_time) * spread
            of_time = _HALF * one.time_bend * spread * spread
            less, more = -sway - LESS_TIME * of_time, sway + MORE_TIME * of_time + one.most
            least, most = LESS * one.least_bend, MORE * one.most_bend
            bottom = energy + less - _fall(steepness, least, radius)
            top = energy + more + radius * (steepness + _HALF * most * radius)
            evidence = program.evidence[leaf, ball]
            error = error_of(top - one.most + one.greatest, one)
            planes[leaf, 0], planes[leaf, 1] = energy, error
            planes[leaf, 2], planes[leaf, 3] = less, more
            planes[leaf, 4] = steepness
            low[leaf] = max(bottom, np.float32(0.0)) + evidence - one.edge - error
            high[leaf] = top - one.edge + error
            middle[leaf] = energy + evidence - one.edge
        else:
            low[leaf], high[leaf], middle[leaf] = -np.inf, np.inf, -np.inf


@inlined
def bound_leaves_of_part(program: Any, rows: Any, ball: int, part: int, room: Any) -> None:
    """Write bounds over a part of a ball into the room, by the quadrics around the ball's centre.

    The room's planes and slopes are those that :func:`bound_leaves` wrote for the ball. This takes
    a tenth of the time of a tangent at the part's own centre.
    """
    leaves, low, high, middle = program.leaves, room.low, room.high, room.middle
    planes = room.planes
    radius = rows.balls.radii[part]
    for leaf in range(len(leaves.numbers)):
        one = leaves.numbers[leaf]
        if one.kind == CONSTANT:
            low[leaf] = high[leaf] = middle[leaf] = one.constant
        elif one.kind == BOX:
            least, most = LESS * one.least_bend, MORE * one.most_bend
            along, square, gentle, steep = _slopes_at(
                rows.balls.centres, ball, part, room.slopes, leaf, least, most
            )
            energy = planes[leaf, 0] + along
            bottom = energy + _HALF * least * square - _fall(gentle, least, radius)
            top = energy + _HALF * most * square + radius * (steep + _HALF * most * radius)
            edge, error, evidence = one.edge, planes[leaf, 1], program.evidence[leaf, part]
            bottom = max(bottom + planes[leaf, 2], np.float32(0.0))
            low[leaf] = bottom + evidence - edge - error
            high[leaf] = top + planes[leaf, 3] - edge + error
            middle[leaf] = energy + _HALF * least * square + evidence - edge
        else:
            low[leaf], high[leaf], middle[leaf] = -np.inf, np.inf, -np.inf


@reordered
def _slopes_at(
    centres: Any, ball: int, part: int, slopes: Any, leaf: int, least: Any, most: Any
) -> Any:
    """Follow a leaf's slope from a ball's centre to that of a part.

    Returns:
        The rise along the slope, the squared distance, and the norms of the slopes there of the
        lower and the upper quadric.
    """
    along, square = np.float32(0.0), np.float32(0.0)
    gentle, steep = np.float32(0.0), np.float32(0.0)
    for i in range(centres.shape[1]):
        offset, slope = centres[part, i] - centres[ball, i], slopes[leaf, i]
        along += slope * offset
        square += offset * offset
        lower, upper = slope + least * offset, slope + most * offset
        gentle += lower * lower
        steep += upper * upper
    return along, square, np.sqrt(gentle), np.sqrt(steep)


@inlined
def _fall(steepness: Any, bend: Any, radius: Any) -> Any:
    """Return how far a quadric falls below its value at a centre within a radius, at most."""
    way = radius if bend * radius <= steepness else steepness / bend
    return way * (steepness - _HALF * bend * way)


@inlined
def bound_region(steps: Any, leaves: int, low: Any, high: Any) -> None:
    """Carry the bounds of leaves through the steps; each step writes the next register."""
    for i in range(len(steps)):
        kind, first, second, register = steps[i].kind, steps[i].first, steps[i].second, leaves + i
        if kind == MAXIMUM:
            low[register] = max(low[first], low[second])
            high[register] = max(high[first], high[second])
        elif kind == MINIMUM:
            low[register] = min(low[first], low[second])
            high[register] = min(high[first], high[second])
        elif kind == NEGATION:
            least = low[first]  # the two may be the same array
            low[register] = -high[first]
            high[register] = -least
        else:
            low[register] = low[first] * steps[i].weight
            high[register] = high[first] * steps[i].weight


@inlined
def bound_region_at_points(steps: Any, leaves: int, lows: Any, highs: Any) -> None:
    """Do the same at many points, (registers, points)."""
    points = lows.shape[1]
    for i in range(len(steps)):
        kind, first, second, register = steps[i].kind, steps[i].first, steps[i].second, leaves + i
        for p in range(points):
            if kind == MAXIMUM:
                lows[register, p] = max(lows[first, p], lows[second, p])
                highs[register, p] = max(highs[first, p], highs[second, p])
            elif kind == MINIMUM:
                lows[register, p] = min(lows[first, p], lows[second, p])
                highs[register, p] = min(highs[first, p], highs[second, p])
            elif kind == NEGATION:
                lows[register, p] = -highs[first, p]
                highs[register, p] = -lows[first, p]
            else:
                lows[register, p] = lows[first, p] * steps[i].weight
                highs[register, p] = highs[first, p] * steps[i].weight
