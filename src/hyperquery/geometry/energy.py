r"""The energy of points in a box: nothing deep inside, growing with every face overstepped.

``E(x) = sum_i phi(z_i_upper) + phi(z_i_lower)`` over the face coordinates z of all 2d faces,
positive outside, with

    phi(t) = squareplus(t)**2,   squareplus(t) = (t + sqrt(t**2 + softness**2)) / 2.

squareplus (J. T. Barron, *Squareplus: A Softplus-Like Algebraic Rectifier*, 2021) is smooth,
positive and increasing, near t above 0 and near 0 below. The face coordinate is
``z = sinh(r s) / r`` of the signed geodesic distance s, so E is a smooth nondecreasing function of
the distances to the faces: tightening a face never lowers it, and points deep inside score better
than points at an edge. The form with z needs one square root per face and no transcendental
function. On opposite faces ``phi(z) + phi(-z) = z**2 + softness**2 / 2``, so the energy around a
box of no width is a squared distance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from hyperquery.geometry.arrays import Array, namespace, smallest_positive
from hyperquery.geometry.lorentz import coordinate_by, face_coordinate, scaled_time

DEFAULT_SOFTNESS: Final = 0.25


def phi(t: Array, softness: float = DEFAULT_SOFTNESS) -> Array:
    """Return the penalty of overstepping a face by t: the square of squareplus.

    Smooth, nondecreasing also after rounding, 0 at -inf and inf at inf.

    Args:
        t: Overstepped lengths, positive outside, ``(...)``.
        softness: Half of it is squareplus at 0; above 0.

    >>> phi(np.array([-np.inf, 0.0, np.inf]), softness=2.0).tolist()
    [0.0, 1.0, inf]
    """
    xp = namespace(t)
    with np.errstate(over="ignore", under="ignore"):
        if xp is np:
            half = _squareplus_in_place(t, softness)
        else:  # an infinite t has no gradient
            finite = xp.isfinite(t)
            half = _squareplus(xp.where(finite, t, xp.zeros_like(t)), softness)
            half = xp.where(finite, half, xp.clip(t, min=0.0))
        return half * half


def _squareplus(t: Array, softness: float) -> Array:
    """Return ``(t + sqrt(t**2 + s**2)) / 2``, below 0 as ``s / (sqrt(t**2 + s**2) - t) * s / 2``.

    Both forms are s / 2 at 0 and monotone step by step, so their rounded values are monotone.
    """
    xp = namespace(t)
    positive = t >= 0
    total = xp.sqrt(t * t + softness * softness) + xp.where(positive, t, -t)
    return xp.where(positive, 0.5 * total, softness / total * (0.5 * softness))


def _squareplus_in_place(t: Array, softness: float) -> Array:
    """Return the same numbers as `_squareplus`, for numpy: a third of the time, no gradient."""
    total = np.multiply(t, t, out=np.empty_like(t))
    total += softness * softness
    np.sqrt(total, out=total)
    total += np.abs(t)
    value = np.divide(softness, total, out=np.empty_like(t))
    value *= 0.5 * softness
    total *= 0.5
    np.copyto(value, total, where=t >= 0)
    return value


def face_energies(
    points: Array,
    lower: Array,
    upper: Array,
    curvature: float | Array = 1.0,
    softness: float = DEFAULT_SOFTNESS,
    *,
    time: Array | None = None,
) -> tuple[Array, Array]:
    """Return what each face adds to the energy of points in boxes.

    Args:
        points: Space coordinates, ``(..., d)``.
        lower: Lower faces, axial coordinates that broadcast against the points, ``(..., d)``.
        upper: Upper faces, likewise.
        curvature: The positive kappa, or 0.
        softness: The width over which a face sets in.
        time: ``scaled_time(points, curvature)`` where it is already known, ``(...)``.

    Returns:
        The energies of the lower and of the upper faces, ``(..., d)`` each, never NaN. `energy` is
        ``(upper + lower).sum(axis=-1)``, to the last bit.

    >>> low, high = face_energies(np.array([[3.0]]), np.array([-1.0]), np.array([1.0]), 0.0)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([[0.0]], [[4.031]])
    """
    if time is None:
        time = scaled_time(points, curvature)
    above = phi(face_coordinate(points, upper, curvature, time=time), softness)
    below = phi(-face_coordinate(points, lower, curvature, time=time), softness)
    return below, above


def energy(
    points: Array,
    lower: Array,
    upper: Array,
    curvature: float | Array = 1.0,
    softness: float = DEFAULT_SOFTNESS,
    *,
    time: Array | None = None,
) -> Array:
    """Return the energy of points in boxes.

    Args:
        points: Space coordinates, ``(..., d)``.
        lower: Lower faces, axial coordinates that broadcast against the points, ``(..., d)``. For
            every point in every box, give points ``(n, 1, d)`` and faces ``(terms, d)``.
        upper: Upper faces, likewise.
        curvature: The positive kappa, or 0.
        softness: The width over which a face sets in.
        time: ``scaled_time(points, curvature)`` where it is already known, ``(...)``.

    Returns:
        ``(...)``, at least 0, never NaN; inf where it exceeds the type. An error of the face
        coordinates, ``eps cosh(r u) X0``, enters times ``sqrt(energy)``.

    >>> energy(np.array([[0.0], [3.0]]), np.array([-1.0]), np.array([1.0]), 0.0).round(3).tolist()
    [0.0, 4.031]
    """
    below, above = face_energies(points, lower, upper, curvature, softness, time=time)
    with np.errstate(over="ignore"):
        return (above + below).sum(axis=-1)


def energy_by(
    points: Array,
    lower: tuple[Array, Array],
    upper: tuple[Array, Array],
    softness: float,
    time: Array,
) -> Array:
    """Return the same energy, to the last bit, from the coefficients of the faces.

    Finding the coefficients takes most of the time that the energy of a few points does.

    Args:
        points: Space coordinates, ``(n, d)``, numpy.
        lower: What `hyperquery.geometry.lorentz.face_coefficients` gives for the lower faces.
        upper: And for the upper ones.
        softness: The width over which a face sets in.
        time: ``scaled_time(points, curvature)``, ``(n,)``.
    """
    above = phi(coordinate_by(points, upper, time), softness)
    below = phi(-coordinate_by(points, lower, time), softness)
    with np.errstate(over="ignore"):
        return (above + below).sum(axis=-1)


def margin(energies: Array, edge: float | Array) -> Array:
    """Return energy minus edge, never 0: a computed 0 becomes the largest negative normal number.

    So every point is either inside or outside, and its sign survives negation. A margin smaller
    than every normal number becomes the smallest one, which no processor flushes to 0.

    >>> margin(np.array([0.25, 0.5, 1.0]), 0.5).tolist()
    [-0.25, -2.2250738585072014e-308, 0.5]
    """
    xp = namespace(energies)
    values = energies - edge
    smallest = xp.full_like(values, smallest_positive(values))
    signed = xp.where(values > 0, smallest, -smallest)
    return xp.where(abs(values) < smallest, signed, values)


def scaled(margins: Array, weight: float) -> Array:
    """Return margins times a weight above 0, with the same signs and in the same order.

    >>> scaled(np.array([-2.0, 1e-300, np.inf]), 1e-100).tolist()
    [-2e-100, 2.2250738585072014e-308, inf]
    """
    xp = namespace(margins)
    least = smallest_positive(margins)
    with np.errstate(over="ignore", under="ignore"):
        product = margins * max(weight, least)
    smallest = xp.full_like(margins, least)
    return xp.where(abs(product) < smallest, xp.copysign(smallest, margins), product)
