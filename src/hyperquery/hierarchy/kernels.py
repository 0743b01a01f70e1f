"""The compiled loops: violations of containment, counts of strangers ahead, training.

Importing this module loads the compiler, so it is imported where it is first needed. Every count
is made by one thread in one order, so results do not depend on the number of threads.
"""

from __future__ import annotations

import numba
import numpy as np

_HALF = np.uint64(0xFFFFFFFF)


@numba.njit(parallel=True, cache=True)
def count_ahead(scores, starts, targets, known_starts, known):  # type: ignore[no-untyped-def]
    """Return for every target of b rows how many strangers score at most as much."""
    first = starts[0]
    counts = np.zeros(starts[-1] - first, np.int64)
    for row in numba.prange(scores.shape[0]):
        mine = counts[starts[row] - first : starts[row + 1] - first]
        of_targets = scores[row][targets[starts[row] : starts[row + 1]]]
        largest = of_targets.max()
        for node in range(scores.shape[1]):
            score = scores[row, node]
            if score <= largest:
                for at in range(len(mine)):
                    mine[at] += score <= of_targets[at]
        for place in range(known_starts[row], known_starts[row + 1]):
            score = scores[row, known[place]]
            for at in range(len(mine)):
                mine[at] -= score <= of_targets[at]
    return counts


@numba.njit(cache=True, inline="always")
def _violation(child, parent, lower, upper, rests, root, most):  # type: ignore[no-untyped-def]
    """Return the violation of a child's box in a parent's, or inf once it is above ``most``."""
    total = 0.0
    for axis in range(lower.shape[1]):
        above = upper[child, axis] - upper[parent, axis]
        below = lower[parent, axis] - lower[child, axis]
        if above > 0.0 or below > 0.0:
            rest = rests[child, axis]
            above, below = max(above, 0.0), max(below, 0.0)
            # sinh(t) >= t: what is too much without it is too much
            if total + rest * rest * (above * above + below * below) > most:
                return np.inf
            if root > 0.0:
                above = np.sinh(root * above) / root
                below = np.sinh(root * below) / root
            total += rest * rest * (above * above + below * below)
            if total > most:
                return np.inf
    return total


@numba.njit(parallel=True, cache=True)
def violations(children, parents, lower, upper, rests, root):  # type: ignore[no-untyped-def]
    """Return the violation of every pair, (pairs,)."""
    found = np.empty(len(children))
    for at in numba.prange(len(children)):
        found[at] = _violation(children[at], parents[at], lower, upper, rests, root, np.inf)
    return found


@numba.njit(parallel=True, cache=True)
def count_boxes_ahead(nodes, starts, targets, known_starts, known, lower, upper, rests, root):  # type: ignore[no-untyped-def]
    """Return for every target how many strangers a node's box violates at most as much."""
    counts = np.zeros(len(targets), np.int64)
    for row in numba.prange(len(nodes)):
        child = nodes[row]
        mine = counts[starts[row] : starts[row + 1]]
        of_targets = np.empty(len(mine))
        for at in range(len(mine)):
            parent = targets[starts[row] + at]
            of_targets[at] = _violation(child, parent, lower, upper, rests, root, np.inf)
        largest = of_targets.max()
        for node in range(lower.shape[0]):
            score = _violation(child, node, lower, upper, rests, root, largest)
            if score <= largest:
                for at in range(len(mine)):
                    mine[at] += score <= of_targets[at]
        for place in range(known_starts[row], known_starts[row + 1]):
            score = _violation(child, known[place], lower, upper, rests, root, np.inf)
            for at in range(len(mine)):
                mine[at] -= score <= of_targets[at]
    return counts


@numba.njit(cache=True)
def _set_rests(lower, upper, node, root, rests):  # type: ignore[no-untyped-def]
    """Set ``R_i`` of the point in the middle, in the Klein ball, of a node's box."""
    rests[:] = 1.0
    if root == 0.0:
        return
    square = 0.0
    for axis in range(len(rests)):
        tangent = np.tanh(0.5 * root * (lower[node, axis] + upper[node, axis]))
        rests[axis] = 1.0 - tangent * tangent
        square += tangent * tangent
    inside = max(1.0 - square, 1e-3)
    for axis in range(len(rests)):
        rests[axis] = np.sqrt(max(rests[axis], inside) / inside)


@numba.njit(cache=True)
def _enclose(lower, upper, child, parent, rests, rate, gap, share, width):  # type: ignore[no-untyped-def]
    """Step towards a child's box being inside its ancestor's, by a gap on every side."""
    for axis in range(len(rests)):
        over = upper[child, axis] - upper[parent, axis] + gap / rests[axis]
        if over > 0.0:
            upper[parent, axis] += rate * over * share
            upper[child, axis] -= rate * over * (1.0 - share)
        under = lower[parent, axis] - lower[child, axis] + gap / rests[axis]
        if under > 0.0:
            lower[parent, axis] -= rate * under * share
            lower[child, axis] += rate * under * (1.0 - share)
        if upper[child, axis] - lower[child, axis] < width:
            middle = 0.5 * (upper[child, axis] + lower[child, axis])
            upper[child, axis] = middle + 0.5 * width
            lower[child, axis] = middle - 0.5 * width


@numba.njit(cache=True)
def _exclude(lower, upper, node, stranger, rests, rate, gap, width):  # type: ignore[no-untyped-def]
    """Step towards a node's box being out of a stranger's, at the face that is nearest to it."""
    largest, nearest, is_upper = -np.inf, 0, True
    for axis in range(len(rests)):
        over = rests[axis] * (upper[node, axis] - upper[stranger, axis])
        under = rests[axis] * (lower[stranger, axis] - lower[node, axis])
        if over > largest:
            largest, nearest, is_upper = over, axis, True
        if under > largest:
            largest, nearest, is_upper = under, axis, False
    if largest >= gap:
        return
    step = 0.5 * rate * (gap - largest) / rests[nearest]
    if is_upper:
        upper[node, nearest] += step
        upper[stranger, nearest] -= step
        lower[stranger, nearest] = min(lower[stranger, nearest], upper[stranger, nearest] - width)
    else:
        lower[node, nearest] -= step
        lower[stranger, nearest] += step
        upper[stranger, nearest] = max(upper[stranger, nearest], lower[stranger, nearest] + width)


@numba.njit(cache=True)
def _is_member(values, first, last, value):  # type: ignore[no-untyped-def]
    """Whether a value is in a part of an array, which is sorted."""
    end = last
    while first < end:
        middle = (first + end) // 2
        if values[middle] < value:
            first = middle + 1
        else:
            end = middle
    return first < last and values[first] == value


@numba.njit(cache=True)
def _below(draw, number):  # type: ignore[no-untyped-def]
    """Return a number from 0 to below another, from 32 random bits."""
    return np.int64((draw * np.uint64(number)) >> np.uint64(32))


@numba.njit(cache=True)
def train_epoch(  # type: ignore[no-untyped-def]
    lower, upper, pairs, order, starts, below_starts, below, draws, root, rate,
    inside_gap, outside_gap, share, width, near, far,
):  # fmt: skip
    """Take a step on every pair of the closure, and on strangers drawn for each; in place.

    ``pairs`` are sorted by node and ancestor, those of a node from ``starts``; the children of a
    node are in ``below`` from ``below_starts``. ``near`` strangers are drawn from the children of
    the node and of those above it, ``far`` ones from all nodes, by ``draws``: 64 random bits for
    each, (pairs, near + far).
    """
    nodes, dimension = lower.shape
    rests = np.empty(dimension)
    for at in order:
        node, ancestor = pairs[at]
        _set_rests(lower, upper, node, root, rests)
        _enclose(lower, upper, node, ancestor, rests, rate, inside_gap, share, width)
        for draw in range(near + far):
            bits = draws[at, draw]
            first = bits >> np.uint64(32)
            stranger = _below(first, nodes)
            if draw < near:
                place = starts[node] + _below(first, starts[node + 1] - starts[node] + 1)
                base = pairs[place, 1] if place < starts[node + 1] else node
                children = below_starts[base + 1] - below_starts[base]
                if children == 0:
                    continue
                stranger = below[below_starts[base] + _below(bits & _HALF, children)]
            if stranger == node:
                continue
            if _is_member(pairs[:, 1], starts[node], starts[node + 1], stranger):
                continue
            _exclude(lower, upper, node, stranger, rests, rate, outside_gap, width)
