"""The compiled loops of the model: energies of all pairs, meets of all pairs, sums of weights.

Each is a plain function of arrays; :mod:`hyperquery.anthem.pairwise` and
:mod:`hyperquery.anthem.intersection` make the first ones differentiable, and
:mod:`hyperquery.anthem.leanings` uses the last ones. Importing this module is what
loads the compiler, so they import it when they first need it. Every output element is summed by
one thread in one order, so results do not depend on the number of threads.
"""

from __future__ import annotations

import numba
import numpy as np

# No fast math: code that has just been compiled and the same code from the cache reordered sums and
# contracted products differently. Sums that have to vectorize are written as halves, in one order.


@numba.njit(cache=True, error_model="numpy")
def _padded(d):  # type: ignore[no-untyped-def]
    """Return zeros, (size,), of the least power of two that holds d numbers."""
    size = 1
    while size < d:
        size *= 2
    return np.zeros(size, np.float32)


@numba.njit(cache=True, error_model="numpy")
def _summed(numbers):  # type: ignore[no-untyped-def]
    """Return the sum of a power of two of numbers; the first half of them is overwritten."""
    width = numbers.shape[0]
    while width > 1:
        width //= 2
        left, right = numbers[:width], numbers[width : 2 * width]
        for i in range(width):
            left[i] += right[i]
    return numbers[0]


@numba.njit(parallel=True, cache=True, error_model="numpy")
def energies(points, times, upper_x, upper_t, lower_x, lower_t, softness):  # type: ignore[no-untyped-def]
    """Return the energy of n points in every hyperboloid, (terms, n)."""
    terms = upper_x.shape[0]
    n, d = points.shape
    squared = softness * softness
    energies = np.empty((terms, n), np.float32)
    for q in numba.prange(terms):
        of_faces = _padded(d)
        for p in range(n):
            time = times[p]
            for i in range(d):
                x = points[p, i]
                above = upper_x[q, i] * x - upper_t[q, i] * time
                below = lower_t[q, i] * time - lower_x[q, i] * x
                rise = above + np.sqrt(above * above + squared)
                fall = below + np.sqrt(below * below + squared)
                of_faces[i] = rise * rise + fall * fall
            energies[q, p] = _summed(of_faces) * np.float32(0.25)
    return energies


@numba.njit(parallel=True, cache=True, error_model="numpy")
def energies_to_faces(points, times, upper_x, upper_t, lower_x, lower_t, softness, upstream):  # type: ignore[no-untyped-def]
    """Return the gradients of the upper and lower face coefficients, (4, terms, d)."""
    terms, d = upper_x.shape
    n = points.shape[0]
    squared = softness * softness
    gradients = np.zeros((4, terms, d), np.float32)
    for q in numba.prange(terms):
        to_upper_x, to_upper_t = gradients[0, q], gradients[1, q]
        to_lower_x, to_lower_t = gradients[2, q], gradients[3, q]
        for p in range(n):
            time = times[p]
            half = upstream[q, p] * np.float32(0.5)
            for i in range(d):
                x = points[p, i]
                above = upper_x[q, i] * x - upper_t[q, i] * time
                below = lower_t[q, i] * time - lower_x[q, i] * x
                root_above = np.sqrt(above * above + squared)
                root_below = np.sqrt(below * below + squared)
                rise = above + root_above
                fall = below + root_below
                pull = half * rise * rise / root_above
                push = half * fall * fall / root_below
                to_upper_x[i] += pull * x
                to_upper_t[i] -= pull * time
                to_lower_x[i] -= push * x
                to_lower_t[i] += push * time
    return gradients


@numba.njit(parallel=True, cache=True, error_model="numpy")
def energies_to_points(points, times, upper_x, upper_t, lower_x, lower_t, softness, upstream):  # type: ignore[no-untyped-def]
    """Return the gradients of the points, (n, d), and of their times, (n,)."""
    terms, d = upper_x.shape
    n = points.shape[0]
    squared = softness * softness
    to_points = np.zeros((n, d), np.float32)
    to_times = np.empty(n, np.float32)
    for p in numba.prange(n):
        time = times[p]
        to_time = _padded(d)
        for q in range(terms):
            half = upstream[q, p] * np.float32(0.5)
            for i in range(d):
                x = points[p, i]
                above = upper_x[q, i] * x - upper_t[q, i] * time
                below = lower_t[q, i] * time - lower_x[q, i] * x
                root_above = np.sqrt(above * above + squared)
                root_below = np.sqrt(below * below + squared)
                rise = above + root_above
                fall = below + root_below
                pull = half * rise * rise / root_above
                push = half * fall * fall / root_below
                to_points[p, i] += pull * upper_x[q, i] - push * lower_x[q, i]
                to_time[i] += push * lower_t[q, i] - pull * upper_t[q, i]
        to_times[p] = _summed(to_time)
    return to_points, to_times


@numba.njit(parallel=True, cache=True, error_model="numpy")
def weighted_meets(lower, upper, weights, counts):  # type: ignore[no-untyped-def]
    """Return the weighted lower and upper faces of all meets, (2, batch, d)."""
    batch, _, d = lower.shape
    faces = np.zeros((2, batch, d), np.float32)
    for b in numba.prange(batch):
        for i in range(counts[b]):
            for j in range(i + 1):
                weight = weights[b, i, j]
                for k in range(d):
                    faces[0, b, k] += weight * max(lower[b, i, k], lower[b, j, k])
                    faces[1, b, k] += weight * min(upper[b, i, k], upper[b, j, k])
    return faces


@numba.njit(parallel=True, cache=True, error_model="numpy")
def weighted_meets_gradients(lower, upper, weights, counts, to_faces):  # type: ignore[no-untyped-def]
    """Return the gradients of lower faces, upper faces and weights."""
    batch, _, d = lower.shape
    to_lower = np.zeros_like(lower)
    to_upper = np.zeros_like(upper)
    to_weights = np.zeros_like(weights)
    zero, half = np.float32(0.0), np.float32(0.5)
    for b in numba.prange(batch):
        of_axes = _padded(d)
        for i in range(counts[b]):
            for j in range(i + 1):
                for k in range(d):
                    low = max(lower[b, i, k], lower[b, j, k])
                    high = min(upper[b, i, k], upper[b, j, k])
                    of_axes[k] = to_faces[0, b, k] * low + to_faces[1, b, k] * high
                to_weights[b, i, j] = _summed(of_axes)
            # Every pair is visited from both of its ends, so that each end writes only its own
            # row and the loops vectorize; a tie is shared half and half.
            for j in range(counts[b]):
                weight = weights[b, i, j] if j <= i else weights[b, j, i]
                tie = half if j != i else np.float32(1.0)
                for k in range(d):
                    mine, other = lower[b, i, k], lower[b, j, k]
                    share = np.float32(1.0) if mine > other else (tie if mine == other else zero)
                    to_lower[b, i, k] += weight * to_faces[0, b, k] * share
                for k in range(d):
                    mine, other = upper[b, i, k], upper[b, j, k]
                    share = np.float32(1.0) if mine < other else (tie if mine == other else zero)
                    to_upper[b, i, k] += weight * to_faces[1, b, k] * share
    return to_lower, to_upper, to_weights


@numba.njit(cache=True, error_model="numpy", nogil=True)
def inner_products(ids, values, offsets, rows, row_values, starts, products):  # type: ignore[no-untyped-def]
    """Write the inner products of all pairs of sparse rows, (n, n).

    The rows are given twice: by row, and by column as ``rows``, ``row_values`` and ``starts``.
    """
    for row in range(len(offsets) - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            column, value = ids[entry], values[entry]
            for other in range(starts[column], starts[column + 1]):
                if rows[other] > row:
                    break
                products[row, rows[other]] += value * row_values[other]
        for other in range(row):
            products[other, row] = products[row, other]


@numba.njit(cache=True, error_model="numpy", nogil=True)
def add_up(ids, values, offsets, starts, axes, weights, sums):  # type: ignore[no-untyped-def]
    """Add to each row's sums what the weights of its columns lead to, (n, axes)."""
    for row in range(len(offsets) - 1):
        for entry in range(offsets[row], offsets[row + 1]):
            column, value = ids[entry], values[entry]
            for i in range(starts[column], starts[column + 1]):
                sums[row, axes[i]] += value * weights[i]
