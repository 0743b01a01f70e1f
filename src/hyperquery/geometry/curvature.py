r"""Hyperbolic functions scaled by the curvature, so that they go over into Euclidean ones.

With ``r = sqrt(curvature)`` each is ``f(r t) / r``, a smooth function of ``t`` and of the
curvature that is ``t`` itself at curvature 0. Near ``r t = 0`` the Taylor series is used, as a
polynomial in ``curvature * t**2``: values and gradients, also in the curvature, are finite there.

Error: at most 4 units in the last place plus the conditioning of ``f``, in either type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hyperquery.geometry.arrays import Array, largest_norm, like, namespace
from hyperquery.geometry.errors import GeometryError

_SMALL = 0.03
"""Below it a series of five terms is exact in float64: the next term is under 1e-17."""

_SINH = (1.0, 1 / 6, 1 / 120, 1 / 5040, 1 / 362880)
_COSH = (1.0, 1 / 2, 1 / 24, 1 / 720, 1 / 40320)
_TANH = (1.0, -1 / 3, 2 / 15, -17 / 315, 62 / 2835)
_ASINH = (1.0, -1 / 6, 3 / 40, -15 / 336, 105 / 3456)
_ATANH = (1.0, 1 / 3, 1 / 5, 1 / 7, 1 / 9)


def as_curvature(curvature: float | Array, model: Array) -> Array:
    """Return the curvature as a 0-d array of the model's kind, keeping its gradient.

    Raises:
        GeometryError: If it is not a finite number of at least 0.
    """
    value = float(curvature.detach() if hasattr(curvature, "detach") else curvature)
    if not (0.0 <= value < math.inf):
        raise GeometryError(
            f"curvature is the kappa of a space of curvature -kappa: a finite number of at least "
            f"0, not {value!r}"
        )
    return like(curvature, model)


def largest_angle(array: Array) -> float:
    """Return the ``t`` beyond which ``sinh`` and ``cosh`` of it are held constant (42 or 347)."""
    return math.log(largest_norm(array))


def sinh(t: Array, curvature: float | Array) -> Array:
    """Return ``sinh(r t) / r``, held at its value for ``r t`` = 42 (float32) or 347 (float64).

    >>> import numpy as np
    >>> sinh(np.array([0.0, 1.0]), 1.0).round(4).tolist(), sinh(np.array([3.0]), 0.0).tolist()
    ([0.0, 1.1752], [3.0])
    """
    return cosh_and_sinh(t, curvature)[1]


def asinh(t: Array, curvature: float | Array) -> Array:
    """Return ``asinh(r t) / r``."""
    return _odd(t, curvature, namespace(t).asinh, _ASINH)


def tanh(t: Array, curvature: float | Array) -> Array:
    """Return ``tanh(r t) / r``."""
    return _odd(t, curvature, namespace(t).tanh, _TANH)


def atanh(t: Array, curvature: float | Array) -> Array:
    """Return ``atanh(r t) / r``, for ``|r t| < 1``."""
    return _odd(t, curvature, namespace(t).atanh, _ATANH)


def cosh(t: Array, curvature: float | Array) -> Array:
    """Return ``cosh(r t)``, held constant where :func:`sinh` is."""
    return cosh_and_sinh(t, curvature)[0]


def cosh_and_sinh(t: Array, curvature: float | Array) -> tuple[Array, Array]:
    """Return ``cosh(r t)`` and ``sinh(r t) / r``, as :func:`cosh` and :func:`sinh` do."""
    xp = namespace(t)
    bound = largest_angle(t)
    small, u, square, root = _split(t, curvature)
    u = xp.clip(u, -bound, bound)
    even = xp.where(small, _polynomial(_COSH, square), xp.cosh(u))
    return even, xp.where(small, t * _polynomial(_SINH, square), xp.sinh(u) / root)


def sinh_ratio(square: Array) -> Array:
    """Return ``sinh(u) / u`` from ``square = u**2``: the factor of the exponential map.

    Beyond the largest angle it is ``sinh(largest) / u``.
    """
    bound = largest_angle(square)
    xp = namespace(square)
    return _ratio(square, lambda u: xp.sinh(xp.clip(u, -bound, bound)), _SINH)


def asinh_ratio(square: Array) -> Array:
    """Return ``asinh(u) / u`` from ``square = u**2``: the factor of the logarithm."""
    return _ratio(square, namespace(square).asinh, _ASINH)


def _odd(
    t: Array, curvature: float | Array, function: Callable[[Array], Array], series: Sequence[float]
) -> Array:
    xp = namespace(t)
    small, u, square, root = _split(t, curvature)
    return xp.where(small, t * _polynomial(series, square), function(u) / root)


def _split(t: Array, curvature: float | Array) -> tuple[Array, Array, Array, Array]:
    """Return where ``r t`` is small, ``r t`` elsewhere, ``(r t)**2`` where small, and ``r``.

    Entries that are not to be used hold harmless numbers, so that their gradients are 0, not NaN.
    """
    xp = namespace(t)
    kappa = as_curvature(curvature, t)
    flat = kappa == 0
    root = xp.sqrt(xp.where(flat, xp.ones_like(kappa), kappa))
    small = (abs(t) < _SMALL / root) | flat
    u = xp.where(small, xp.full_like(t, 0.5), root * t)
    near = xp.where(small & xp.isfinite(t), t, xp.zeros_like(t))
    return small, u, kappa * near * near, root


def _ratio(square: Array, function: Callable[[Array], Array], series: Sequence[float]) -> Array:
    xp = namespace(square)
    small = square < _SMALL * _SMALL
    u = xp.sqrt(xp.where(small, xp.ones_like(square), square))
    near = xp.where(small, square, xp.zeros_like(square))
    return xp.where(small, _polynomial(series, near), function(u) / u)


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    value = coefficients[-1] + 0.0 * x
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value
