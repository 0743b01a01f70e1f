"""The compiled loops: violations of containment, and counts of strangers that rank ahead.

Importing this module loads the compiler, so it is imported where it is first needed. Every count
is made by one thread in one order, so results do not depend on the number of threads.
"""

from __future__ import annotations

import numba
import numpy as np


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
