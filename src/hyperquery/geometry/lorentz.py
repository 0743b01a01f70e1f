r"""Points of hyperbolic space, and the charts and distances between them.

A point of the space of curvature ``-kappa`` is given by its d space coordinates ``x`` on the
Lorentz sheet ``-x0**2 + |x|**2 = -1 / kappa``. Its time coordinate follows from them; it is used
multiplied by ``sqrt(kappa)``, as ``X0 = sqrt(1 + kappa |x|**2)``, which is 1 at curvature 0. All
functions take any leading shape, numpy arrays and torch tensors, float32 and float64, and a
curvature that may be 0 (Euclidean space, the limit of every formula) or a torch scalar with a
gradient. Gradients are finite everywhere, at zero distance too.

Charts, with ``r = sqrt(kappa)``:

- Poincare ball ``x / (1 + X0)`` and Klein ball ``x / X0``, both of radius ``1 / r``;
- tangent space at the origin, by the exponential map;
- axial coordinates ``w_i = atanh(r x_i / X0) / r``, the signed distance from the origin to the
  hyperplane through the point and orthogonal to axis ``i``. The set ``w_i = u`` is a geodesic
  hyperplane for every ``u``, called a face.

Sources: J. G. Ratcliffe, *Foundations of Hyperbolic Manifolds*, chapter 3 (the sheet, hyperplanes);
J. W. Cannon, W. J. Floyd, R. Kenyon, W. R. Parry, *Hyperbolic Geometry* (the charts).

Errors stated below hold for coordinates that are exactly representable, relative to the length of a
vector where the result is one; ``eps`` is the spacing of the type at 1, 1.2e-7 in float32.
"""

from __future__ import annotations

import numpy as np

from hyperquery.geometry.arrays import Array, like, namespace
from hyperquery.geometry.curvature import (
    as_curvature,
    asinh,
    asinh_ratio,
    cosh,
    cosh_and_sinh,
    largest_angle,
    sinh,
    sinh_ratio,
    tanh,
)
from hyperquery.geometry.errors import GeometryError


def scaled_time(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return ``X0 = sqrt(1 + kappa |x|**2)``, the time coordinate times ``sqrt(kappa)``.

    Args:
        points: Space coordinates, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``(...)``. Relative error below ``d * eps``.

    >>> import numpy as np
    >>> float(scaled_time(np.array([3.0, 4.0]), 1.0)).__round__(4), float(
    ...     scaled_time(np.array([3.0, 4.0]), 0.0))
    (5.099, 1.0)
    """
    xp = namespace(points)
    return xp.sqrt(1.0 + as_curvature(curvature, points) * (points * points).sum(axis=-1))


def exp_origin(tangent: Array, curvature: float | Array = 1.0) -> Array:
    """Return the point reached from the origin along a tangent vector: ``v sinh(r|v|) / (r|v|)``.

    Args:
        tangent: Tangent vectors at the origin, ``(..., d)``; the norm is the distance travelled.
        curvature: The positive kappa, or 0.

    Returns:
        Points, ``(..., d)``. Relative error below ``(8 + r|v|) * eps``. Longer vectors than the
        type can measure, 42 / r in float32 and 347 / r in float64, stop there.

    >>> import numpy as np
    >>> exp_origin(np.array([1.0, 0.0]), 1.0).round(4).tolist()
    [1.1752, 0.0]
    """
    square = as_curvature(curvature, tangent) * (tangent * tangent).sum(axis=-1)
    return tangent * sinh_ratio(square)[..., None]


def log_origin(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return the tangent vector at the origin that leads to a point, inverse of `exp_origin`.

    Args:
        points: Space coordinates, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        Tangent vectors, ``(..., d)``. Relative error below ``(8 + d) * eps``.

    >>> import numpy as np
    >>> log_origin(np.array([np.sinh(1.0), 0.0]), 1.0).round(12).tolist()
    [1.0, 0.0]
    """
    square = as_curvature(curvature, points) * (points * points).sum(axis=-1)
    return points * asinh_ratio(square)[..., None]


def distance(points: Array, others: Array, curvature: float | Array = 1.0) -> Array:
    r"""Return the geodesic distance, in the stable form ``2 asinh(r q / 2) / r``.

    ``q = |x - y|_L`` is the length of the chord in the Lorentz form. Its square is computed in one
    of three ways, each free of cancellation where it is used:

    - ``|x - y|**2 - (x0 - y0)**2`` with ``x0 - y0 = (x - y).(x + y) / (x0 + y0)``, where one point
      is near the origin and the other near it;
    - ``2 (X0 Y0 - kappa x.y - 1) / kappa``, where one is near the origin and the other is not;
    - ``4 sinh((a - b) / 2)**2 / kappa + |x| |y| |x/|x| - y/|y||**2``, with ``sinh a = r |x|`` and
      ``sinh b = r |y|``, where both are away from the origin.

    Args:
        points: Space coordinates, ``(..., d)``.
        others: Space coordinates that broadcast against them, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``(...)``. Error below ``16 * sqrt(d) * eps * (distance + |x|)``, with ``|x|`` the larger
        norm: rounding the coordinates of the farther point alone moves it by ``eps * |x|``. The
        gradient at zero distance, where there is none, is 0.

    >>> import numpy as np
    >>> origin, far = np.zeros(2), exp_origin(np.array([3.0, 4.0]))
    >>> float(distance(origin, far).round(12)), float(distance(origin, origin))
    (5.0, 0.0)
    """
    xp = namespace(points, others)
    kappa = as_curvature(curvature, points)
    time, other_time = scaled_time(points, kappa), scaled_time(others, kappa)
    difference = points - others
    along = (difference * (points + others)).sum(axis=-1) / (time + other_time)
    near = (difference * difference).sum(axis=-1) - kappa * along * along
    curved = xp.where(kappa > 0, kappa, xp.ones_like(kappa))
    apart = 2.0 * (time * other_time - kappa * (points * others).sum(axis=-1) - 1.0) / curved
    chord = xp.where((kappa * apart > 1.0) & (kappa > 0), apart, near)
    out = (kappa * (points * points).sum(axis=-1) > 0.25) & (
        kappa * (others * others).sum(axis=-1) > 0.25
    )
    chord = xp.where(out, _polar_chord(points, others, out, curved), chord)
    positive = chord > 0
    root = xp.sqrt(xp.where(positive, chord, xp.ones_like(chord)))
    length = xp.where(positive, root, xp.zeros_like(chord))
    return 2.0 * asinh(0.5 * length, kappa)


def _polar_chord(points: Array, others: Array, out: Array, kappa: Array) -> Array:
    """Return the squared chord from radii and directions, for the pairs that are marked."""
    xp = namespace(points, others)
    points = xp.where(out[..., None], points, xp.ones_like(points))
    others = xp.where(out[..., None], others, xp.ones_like(others))
    radius = xp.sqrt((points * points).sum(axis=-1))
    other_radius = xp.sqrt((others * others).sum(axis=-1))
    root = xp.sqrt(kappa)
    # asinh(r a) - asinh(r b), without the loss of digits where the radii are alike
    ratio = (radius - other_radius) * (radius + other_radius)
    ratio = ratio / (
        radius * xp.sqrt(1.0 + kappa * other_radius * other_radius)
        + other_radius * xp.sqrt(1.0 + kappa * radius * radius)
    )
    half = xp.sinh(0.5 * xp.asinh(root * ratio)) / root
    turn = points / radius[..., None] - others / other_radius[..., None]
    return 4.0 * half * half + radius * other_radius * (turn * turn).sum(axis=-1)


def to_poincare(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return the points in the Poincare ball of radius ``1 / r``: ``x / (1 + X0)``.

    Relative error below ``(2 + d) * eps``. At curvature 0 it is ``x / 2``, as in geoopt.

    >>> import numpy as np
    >>> to_poincare(np.array([np.sinh(2.0), 0.0])).round(4).tolist(), np.tanh(1.0).round(4).item()
    ([0.7616, 0.0], 0.7616)
    """
    return points / (1.0 + scaled_time(points, curvature))[..., None]


def from_poincare(ball: Array, curvature: float | Array = 1.0) -> Array:
    """Return the space coordinates of points of the Poincare ball: ``2 p / (1 - kappa |p|**2)``.

    Relative error below ``(2 + d) * eps * X0``: near the border a small step is a long way.

    Raises:
        GeometryError: If a point is not inside the ball.
    """
    inside = 1.0 - as_curvature(curvature, ball) * (ball * ball).sum(axis=-1)
    _check_inside(inside, "Poincare ball")
    return 2.0 * ball / inside[..., None]


def to_klein(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return the points in the Klein ball of radius ``1 / r``: ``x / X0``, geodesics straight.

    Relative error below ``(2 + d) * eps``.
    """
    return points / scaled_time(points, curvature)[..., None]


def from_klein(ball: Array, curvature: float | Array = 1.0) -> Array:
    """Return the space coordinates of points of the Klein ball: ``y / sqrt(1 - kappa |y|**2)``.

    Relative error below ``(2 + d) * eps * X0**2``.

    Raises:
        GeometryError: If a point is not inside the ball.
    """
    xp = namespace(ball)
    inside = 1.0 - as_curvature(curvature, ball) * (ball * ball).sum(axis=-1)
    _check_inside(inside, "Klein ball")
    return ball / xp.sqrt(inside)[..., None]


def rest(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return ``R_i = sqrt(1 + kappa sum_(j != i) x_j**2)`` for every axis i.

    It is ``X0`` without axis i, summed without cancellation; ``R_i sinh(r w_i) = r x_i`` and
    ``R_i cosh(r w_i) = X0``.

    Args:
        points: Space coordinates, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``(..., d)``. Relative error below ``d * eps``.
    """
    xp = namespace(points)
    squares = points * points
    zero = xp.zeros_like(squares[..., :1])
    before = xp.concatenate([zero, xp.cumsum(squares[..., :-1], axis=-1)], axis=-1)
    backwards = xp.flip(squares[..., 1:], (-1,))
    after = xp.concatenate([zero, xp.cumsum(backwards, axis=-1)], axis=-1)
    after = xp.flip(after, (-1,))
    return xp.sqrt(1.0 + as_curvature(curvature, points) * (before + after))


def axial(points: Array, curvature: float | Array = 1.0) -> Array:
    """Return the axial coordinates ``w_i = atanh(r x_i / X0) / r = asinh(r x_i / R_i) / r``.

    Args:
        points: Space coordinates, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``(..., d)``. Relative error below ``(8 + d) * eps``.

    >>> import numpy as np
    >>> axial(np.array([np.sinh(1.0), 0.0])).round(12).tolist()
    [1.0, 0.0]
    """
    return asinh(points / rest(points, curvature), curvature)


def from_axial(coordinates: Array, curvature: float | Array = 1.0) -> Array:
    """Return the points with the given axial coordinates, inverse of `axial`.

    Their hyperbolic tangents are Klein coordinates, so not every vector belongs to a point: the
    squared tangents must sum to less than 1.

    Args:
        coordinates: ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        Points, ``(..., d)``. Relative error below ``(8 + d) * eps * X0**2``; on an axis below
        ``(8 + r|w|) * eps``.

    Raises:
        GeometryError: If there is no such point.
    """
    inside = axial_inside(coordinates, curvature)
    _check_inside(inside, "axial chart")
    return tanh(coordinates, curvature) / namespace(inside).sqrt(inside)[..., None]


def axial_inside(coordinates: Array, curvature: float | Array = 1.0) -> Array:
    """Return ``1 - sum_i tanh(r w_i)**2``: above 0 where axial coordinates belong to a point.

    The largest coordinate enters as ``1 / cosh**2``, which loses no digits.

    Args:
        coordinates: ``(..., d)``; infinite ones belong to no point.
        curvature: The positive kappa, or 0.

    Returns:
        ``(...)``; at most 1, ``1 / X0**2`` where above 0.

    >>> import numpy as np
    >>> axial_inside(np.array([[0.0, 0.0], [1.0, 1.0]])).round(4).tolist()
    [1.0, -0.1601]
    """
    xp = namespace(coordinates)
    kappa = as_curvature(curvature, coordinates)
    infinite = xp.isinf(coordinates)
    finite = xp.where(infinite, xp.zeros_like(coordinates), coordinates)
    farthest = abs(finite).argmax(-1)[..., None]
    axes = xp.arange(coordinates.shape[-1])
    if xp is not np:
        axes = axes.to(coordinates.device)
    largest = axes == farthest
    tangent = xp.where(largest, xp.zeros_like(finite), tanh(finite, kappa))
    secant = xp.where(largest, cosh(finite, kappa) ** -2, xp.zeros_like(finite))
    inside = secant.sum(axis=-1) - kappa * (tangent * tangent).sum(axis=-1)
    return xp.where(infinite.any(-1), -xp.ones_like(inside), inside)


def faces(centroid: Array, limit: Array, curvature: float | Array = 1.0) -> tuple[Array, Array]:
    r"""Return the faces at distance ``limit`` from a centroid, as axial coordinates.

    They are ``v_i -+ asinh(sinh(r l_i) / R_i) / r``, with ``v`` the axial coordinates of the
    centroid and ``R`` its `rest`.

    Args:
        centroid: Points, ``(..., d)``.
        limit: Distances from the centroid to the faces, at least 0, inf allowed; they broadcast
            against the centroids, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``lower`` and ``upper``, ``(..., d)`` each. Error below ``16 * eps * (|v_i| + l_i)``.

    >>> import numpy as np
    >>> lower, upper = faces(np.zeros(2), np.array([1.0, 2.0]))
    >>> lower.round(12).tolist(), upper.round(12).tolist()
    ([-1.0, -2.0], [1.0, 2.0])
    """
    xp = namespace(centroid, limit)
    kappa = as_curvature(curvature, centroid)
    others = rest(centroid, kappa)
    curved = xp.where(kappa > 0, kappa, xp.ones_like(kappa))
    root = xp.sqrt(curved)
    far = (root * limit > largest_angle(centroid)) & (kappa > 0)
    near = xp.where(far, xp.zeros_like(limit), limit)
    half = asinh(sinh(near, kappa) / others, kappa)
    # where sinh would overflow, the quotient is a difference of logarithms
    half = xp.where(far, xp.maximum(limit - xp.log(others) / root, half), half)
    middle = axial(centroid, kappa)
    return middle - half, middle + half


def face_coefficients(positions: Array, curvature: float | Array = 1.0) -> tuple[Array, Array]:
    """Return ``C = cosh(r u)`` and ``S = sinh(r u) / r`` of faces, for ``z = C x_i - S X0``.

    An infinite face ``u`` gives ``C = 0`` and ``S = u``, with which the same expression is
    ``-u``, never NaN.

    Args:
        positions: Axial coordinates u of faces, ``(...)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``C`` and ``S``, ``(...)`` each.
    """
    xp = namespace(positions)
    infinite = xp.isinf(positions)
    finite = xp.where(infinite, xp.zeros_like(positions), positions)
    c, s = cosh_and_sinh(finite, curvature)
    return xp.where(infinite, xp.zeros_like(positions), c), xp.where(infinite, positions, s)


def face_coordinate(
    points: Array, positions: Array, curvature: float | Array = 1.0, *, time: Array | None = None
) -> Array:
    """Return the face coordinate z of points: positive above the face, 0 on it.

    ``z_i = cosh(r u_i) x_i - sinh(r u_i) / r X0``, linear in ``(X0, x_i)``. The signed geodesic
    distance to the face is ``asinh(r z) / r``, so z is that distance through an increasing
    function that is the identity near 0 and at curvature 0.

    Args:
        points: Space coordinates, ``(..., d)``.
        positions: Faces ``u``, axial coordinates that broadcast against the points, ``(..., d)``.
        curvature: The positive kappa, or 0.
        time: ``scaled_time(points, curvature)`` where it is already known, ``(...)``.

    Returns:
        ``(..., d)``; ``-inf`` for a face at inf, ``inf`` for one at -inf. Error below
        ``(8 + d) * eps * cosh(r u) * (|x| + |u| X0)``.

    >>> import numpy as np
    >>> face_coordinate(np.array([0.0, 2.0]), np.array([1.0, np.inf]), 0.0).tolist()
    [-1.0, -inf]
    """
    xp = namespace(points)
    positions = like(positions, points)
    if time is None:
        time = scaled_time(points, curvature)
    infinite = xp.isinf(positions)
    finite = xp.where(infinite, xp.zeros_like(positions), positions)
    z = coordinate_by(points, face_coefficients(finite, curvature), time)
    return xp.where(infinite, -positions, z) if bool(infinite.any()) else z


def coordinate_by(points: Array, coefficients: tuple[Array, Array], time: Array) -> Array:
    """Return the face coordinate of points from what `face_coefficients` gives for the faces.

    Args:
        points: Space coordinates, ``(..., d)``.
        coefficients: Of the faces, of the points' type, ``(..., d)`` each.
        time: ``scaled_time(points, curvature)``, ``(...)``.

    Returns:
        ``(..., d)``; for finite faces the same to the last bit as `face_coordinate`.
    """
    c, s = coefficients
    with np.errstate(over="ignore"):
        return c * points - s * time[..., None]


def face_distance(points: Array, positions: Array, curvature: float | Array = 1.0) -> Array:
    """Return the signed geodesic distance to faces: ``asinh(r z) / r``, positive above.

    Args:
        points: Space coordinates, ``(..., d)``.
        positions: Faces, axial coordinates that broadcast against the points, ``(..., d)``.
        curvature: The positive kappa, or 0.

    Returns:
        ``(..., d)``. Error below that of `face_coordinate` plus ``8 * eps`` of the distance.

    >>> import numpy as np
    >>> face_distance(exp_origin(np.array([2.0, 0.0])), np.array([0.5, 0.0])).round(12).tolist()
    [1.5, 0.0]
    """
    return asinh(face_coordinate(points, positions, curvature), curvature)


def _check_inside(inside: Array, chart: str) -> None:
    if not bool((inside > 0).all()):
        worst = 1.0 - float(inside.min())
        raise GeometryError(
            f"not a point of the {chart}: curvature times the squared norm is {worst:.6g}, "
            "and must be below 1"
        )


__all__ = [
    "axial",
    "axial_inside",
    "coordinate_by",
    "distance",
    "exp_origin",
    "face_coefficients",
    "face_coordinate",
    "face_distance",
    "faces",
    "from_axial",
    "from_klein",
    "from_poincare",
    "log_origin",
    "rest",
    "scaled_time",
    "to_klein",
    "to_poincare",
]
