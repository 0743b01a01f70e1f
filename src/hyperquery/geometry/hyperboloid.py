"""Hyperboloids: boxes of hyperbolic space between pairs of geodesic faces."""

from __future__ import annotations

import math
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry import lorentz
from hyperquery.geometry.arrays import Array, as_floats, check_points, namespace
from hyperquery.geometry.curvature import as_curvature, asinh, sinh, tanh
from hyperquery.geometry.energy import DEFAULT_SOFTNESS, energy_by, phi
from hyperquery.geometry.energy import energy as box_energy
from hyperquery.geometry.energy import margin as margin_of
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.lorentz import scaled_time
from hyperquery.geometry.region import Region

Vector: TypeAlias = NDArray[Any]
"""Float32 or float64, ``(d,)``."""

Vector64: TypeAlias = NDArray[np.float64]

_SLACK = 1.0 + 2.0**-16
"""A default edge is at least the centroid's energy times this, so that no rounding puts the
centroid outside."""

_FARTHEST = 1e-10
"""The least ``1 / X0**2`` at which a Klein coordinate in float64 still is a useful position."""

_BLOCK = 65536
"""How many coordinates numpy works on at a time, so that what it keeps stays in the cache."""


class Hyperboloid(Region):
    """The region around a centroid between two geodesic faces on every axis.

    It is stored by its faces, the axial coordinates `lower` and `upper`. A pair may be infinite,
    and may be inverted (lower above upper) after a `meet`: then the box has no interior, and its
    energy still says how far a point is from satisfying both.

    The margin is ``energy(points) - edge``. A default edge is the smallest energy among the centres
    of the faces, the points reached from the centroid along one axis: the region then touches its
    nearest face from inside. It is at least the energy of the centroid (and 2**-16 of it more), so
    a hyperboloid always contains its centroid, with limits of 0 too. With infinite faces only, the
    edge is the energy on a single face; where the box is empty it is 0, and nothing is inside.

    Equality and hash go by type, faces, curvature, edge and softness, not by name.

    Args:
        centroid: Space coordinates of a point, ``(d,)``.
        limit: Distances from the centroid to the faces, ``(d,)`` or one for all; at least 0, inf
            allowed.
        curvature: The positive kappa, or 0 for a Euclidean box.
        edge: The energy at which the region ends, finite; None for the default above.
        softness: The width over which a face sets in, above 0.
        name: How it is shown.

    >>> fire = Hyperboloid([0.5, 0.0], [0.4, 0.3], name="fire")
    >>> fire.contains(np.array([[0.5, 0.0], [2.0, 0.0]])).tolist()
    [True, False]
    >>> fire
    Hyperboloid(lower=[ 0.081, -0.269], upper=[0.881, 0.269], edge=0.0185, name='fire')
    >>> fire.lower.round(3).tolist(), fire.upper.round(3).tolist()
    ([0.081, -0.269], [0.881, 0.269])
    """

    __slots__ = ("_coefficients", "curvature", "edge", "lower", "name", "softness", "upper")

    lower: Vector
    upper: Vector
    curvature: float
    edge: float
    softness: float
    name: str | None
    _coefficients: tuple[tuple[Vector, Vector], ...]

    def __init__(
        self,
        centroid: ArrayLike | Array,
        limit: ArrayLike | Array,
        curvature: float = 1.0,
        *,
        edge: float | None = None,
        softness: float = DEFAULT_SOFTNESS,
        name: str | None = None,
    ) -> None:
        point = _vector(centroid, "centroid")
        limits = np.broadcast_to(_vector(limit, "limit", scalar=True), point.shape)
        if np.isnan(limits).any() or (limits < 0).any():
            raise GeometryError(f"limits are distances of at least 0, got {limits.min():g}")
        kappa = float(as_curvature(curvature, np.float64(0)))
        check_points(point[None, :], len(point), kappa)
        exact = point.astype(np.float64), limits.astype(np.float64)
        lower, upper = lorentz.faces(*exact, kappa)
        self._initialise(
            lower.astype(point.dtype), upper.astype(point.dtype), curvature, edge, softness, name
        )

    @classmethod
    def from_faces(
        cls,
        lower: ArrayLike | Array,
        upper: ArrayLike | Array,
        curvature: float = 1.0,
        *,
        edge: float | None = None,
        softness: float = DEFAULT_SOFTNESS,
        name: str | None = None,
    ) -> Self:
        """Return the hyperboloid with the given faces.

        Args:
            lower: Axial coordinates of the lower faces, ``(d,)``; may be infinite.
            upper: Axial coordinates of the upper faces, ``(d,)``; may be infinite.
            curvature: The positive kappa, or 0.
            edge: The energy at which the region ends; None for the default.
            softness: The width over which a face sets in.
            name: How it is shown.

        >>> Hyperboloid.from_faces([-1.0, 0.0], [1.0, np.inf]).limit.round(3).tolist()
        [1.0, 0.0]
        """
        low, high = _vector(lower, "lower"), _vector(upper, "upper")
        if low.shape != high.shape:
            raise GeometryError(
                f"lower and upper faces differ in shape: {low.shape} and {high.shape}"
            )
        if np.isnan(low).any() or np.isnan(high).any():
            raise GeometryError("faces are numbers or infinite, not NaN")
        dtype = np.result_type(low, high)
        made = cls.__new__(cls)
        made._initialise(low.astype(dtype), high.astype(dtype), curvature, edge, softness, name)
        return made

    def _initialise(
        self,
        lower: Vector,
        upper: Vector,
        curvature: float,
        edge: float | None,
        softness: float,
        name: str | None,
    ) -> None:
        lower, upper = lower + 0.0, upper + 0.0  # copies, with -0.0 made 0.0
        lower.flags.writeable = upper.flags.writeable = False
        curvature = float(as_curvature(curvature, np.float64(0)))
        softness = float(softness)
        if not 0.0 < softness < math.inf:
            raise GeometryError(f"softness is a finite number above 0, not {softness!r}")
        self._set(
            lower=lower,
            upper=upper,
            curvature=curvature,
            softness=softness,
            name=name,
            space=(len(lower), curvature),
        )
        edge = self._default_edge() if edge is None else float(edge)
        if not math.isfinite(edge):
            raise GeometryError(f"an edge is a finite energy, not {edge!r}")
        faces = (lower.dtype.str, lower.tobytes(), upper.tobytes())
        self._set(edge=edge, _hash=hash((*faces, curvature, edge, softness)))

    @property
    def dimension(self) -> int:
        """The number d of space coordinates."""
        return len(self.lower)

    @property
    def centroid(self) -> Vector:
        """The point in the middle of every pair of faces, ``(d,)``.

        On an axis with one infinite face, or two, it is as near to the origin as the box allows.
        Where the middles are not a point of the space (a wide box can reach beyond its border), it
        is halfway to the border on the way to them from the box's point nearest to the origin, or
        that point itself where it is so far out that Klein coordinates cannot tell.

        Raises:
            GeometryError: If the box is empty and its middles are not a point either.
        """
        return self._centre()[0].astype(self.lower.dtype)

    @property
    def limit(self) -> Vector:
        """The distance from the centroid to the nearer face of each pair, ``(d,)``.

        Negative for an inverted pair; inf where both faces are.
        """
        point, middle = self._centre()
        others = lorentz.rest(point, self.curvature)
        root = math.sqrt(self.curvature)
        gap = np.minimum(
            self.upper.astype(np.float64) - middle, middle - self.lower.astype(np.float64)
        )
        far = np.abs(gap) * root > 300.0
        near = np.where(far, 0.0, gap)
        limits = asinh(others * sinh(near, self.curvature), self.curvature)
        if self.curvature > 0:
            limits = np.where(far, gap + np.copysign(np.log(others) / root, gap), limits)
        return np.asarray(limits, dtype=self.lower.dtype)

    def energy(self, points: Array) -> Array:
        """Return the energy of points: near 0 deep inside, growing with every face overstepped.

        Args:
            points: Space coordinates, ``(n, d)``, numpy or torch, float32 or float64.

        Returns:
            ``(n,)``, of the same kind and type.
        """
        points = check_points(points, self.dimension, self.curvature)
        return self._energy(points, None)

    def meet(
        self, other: Hyperboloid, *, edge: float | None = None, name: str | None = None
    ) -> Hyperboloid:
        """Return the hyperboloid between the inner faces of both: their geometric intersection.

        The larger of the lower faces and the smaller of the upper ones. This is another thing than
        ``self & other``, the region whose margin is the larger of both margins.

        Args:
            other: A hyperboloid of the same space and softness.
            edge: The energy at which the meet ends; None for the default.
            name: How it is shown.
        """
        self._check_same_space(other)
        if self.softness != other.softness:
            raise GeometryError(
                f"hyperboloids of softness {self.softness:g} and {other.softness:g} have no meet"
            )
        return Hyperboloid.from_faces(
            np.maximum(self.lower, other.lower),
            np.minimum(self.upper, other.upper),
            self.curvature,
            edge=edge,
            softness=self.softness,
            name=name,
        )

    @property
    def is_empty(self) -> bool:
        """Whether no point lies between the faces: a pair is inverted, or the box misses the space.

        In Klein coordinates the space is a ball and the box a box of straight sides; it misses the
        ball if its corner, edge or side nearest to the origin does.
        """
        if bool((self.lower > self.upper).any()):
            return True
        return not bool(lorentz.axial_inside(self._nearest(), self.curvature) > 0)

    def encloses(self, other: Hyperboloid) -> bool:
        """Return whether every point between the faces of the other lies between these.

        This compares the boxes, whatever the edges. A face counts only as far as the other box
        reaches: what lies beyond the border of the space need not be enclosed.
        """
        self._check_same_space(other)
        if other.is_empty:
            return True
        if bool((self.lower <= other.lower).all() and (self.upper >= other.upper).all()):
            return True
        if self.curvature == 0:
            return False
        low, high = other._reach()
        return bool(
            (self._klein(self.lower) <= low).all() and (self._klein(self.upper) >= high).all()
        )

    def overlaps(self, other: Hyperboloid) -> bool:
        """Return whether some point lies between the faces of both; touching faces count."""
        self._check_same_space(other)
        return not Hyperboloid.from_faces(
            np.maximum(self.lower, other.lower),
            np.minimum(self.upper, other.upper),
            self.curvature,
            edge=0.0,
        ).is_empty

    @property
    def size(self) -> float:
        """Half the mean distance between the faces of a pair, in axial coordinates.

        0 for an empty box, inf where a face is infinite. Around the origin it is the mean limit. A
        box between the faces of another is never larger.
        """
        if self.is_empty:
            return 0.0
        widths = self.upper.astype(np.float64) - self.lower.astype(np.float64)
        return float(widths.mean()) / 2.0

    def __repr__(self) -> str:
        parts = [f"lower={_short(self.lower)}", f"upper={_short(self.upper)}"]
        if self.curvature != 1.0:
            parts.append(f"curvature={self.curvature:g}")
        parts.append(f"edge={self.edge:.3g}")
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        return f"Hyperboloid({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        faces = (np.array(self.lower), np.array(self.upper))
        return _restore, (*faces, self.curvature, self.edge, self.softness, self.name)

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        return margin_of(self._energy(points, time), self.edge)

    def _energy(self, points: Array, time: Array | None) -> Array:
        if time is None:
            time = scaled_time(points, self.curvature)
        rows = max(1, _BLOCK // self.dimension) if namespace(points) is np else len(points)
        if len(points) <= rows:
            return self._block_energy(points, time)
        blocks = range(0, len(points), rows)
        return np.concatenate(
            [self._block_energy(points[i : i + rows], time[i : i + rows]) for i in blocks]
        )

    def _block_energy(self, points: Array, time: Array) -> Array:
        if namespace(points) is not np or points.dtype != self.lower.dtype:
            return box_energy(
                points, self.lower, self.upper, self.curvature, self.softness, time=time
            )
        lower, upper = self._of_faces()
        return energy_by(points, lower, upper, self.softness, time)

    def _of_faces(self) -> tuple[tuple[Vector, Vector], ...]:
        """Return the coefficients of the lower and the upper faces, found once."""
        try:
            return self._coefficients
        except AttributeError:
            both = self.lower, self.upper
            found = tuple(lorentz.face_coefficients(faces, self.curvature) for faces in both)
            self._set(_coefficients=found)
            return found

    def _same_node(self, other: Any) -> bool:
        return (
            self.lower.dtype == other.lower.dtype
            and np.array_equal(self.lower, other.lower)
            and np.array_equal(self.upper, other.upper)
            and (self.curvature, self.edge, self.softness)
            == (other.curvature, other.edge, other.softness)
        )

    def _check_same_space(self, other: Hyperboloid) -> None:
        if not isinstance(other, Hyperboloid):
            raise TypeError(f"expected a hyperboloid, got {type(other).__name__}")
        if self.space != other.space:
            raise GeometryError(
                f"hyperboloids of different spaces: {self.dimension} dimensions of curvature "
                f"{self.curvature:g}, and {other.dimension} of {other.curvature:g}"
            )

    def _nearest(self) -> Vector64:
        """Return the axial coordinates between the faces that are nearest to 0, ``(d,)``."""
        return np.maximum(self.lower, np.minimum(self.upper, 0.0)).astype(np.float64)

    def _klein(self, coordinates: Vector) -> Vector64:
        """Return Klein coordinates of axial ones, infinite ones included, ``(d,)``."""
        finite = np.clip(coordinates.astype(np.float64), -1e100, 1e100)
        return np.asarray(tanh(finite, self.curvature))

    def _reach(self) -> tuple[Vector64, Vector64]:
        """Return the least and greatest Klein coordinates of the box's points on each axis."""
        squares = self._klein(self._nearest()) ** 2
        others = np.maximum(0.0, 1.0 / self.curvature - (squares.sum() - squares))
        border = np.sqrt(others)
        return (
            np.maximum(self._klein(self.lower), -border),
            np.minimum(self._klein(self.upper), border),
        )

    def _centre(self) -> tuple[Vector64, Vector64]:
        """Return the centroid and its axial coordinates, ``(d,)`` each."""
        nearest = self._nearest()
        finite = np.isfinite(self.lower) & np.isfinite(self.upper)
        low, high = (
            np.where(finite, face, 0.0).astype(np.float64) for face in (self.lower, self.upper)
        )
        middle = np.where(finite, low + 0.5 * (high - low), nearest)
        if lorentz.axial_inside(middle, self.curvature) > 0:
            return lorentz.from_axial(middle, self.curvature), middle
        if self.is_empty:
            raise GeometryError("this hyperboloid is empty, and its middle is not a point either")
        start = self._klein(nearest)
        way = self._klein(middle) - start
        # the step at which |start + step * way| reaches the border, halved
        a, b = way @ way, start @ way
        c = start @ start - 1.0 / self.curvature
        if c < 0.0:
            halfway = start - 0.5 * c / (b + math.sqrt(b * b - a * c)) * way
            if 1.0 - self.curvature * (halfway @ halfway) > _FARTHEST:
                point = lorentz.from_klein(halfway, self.curvature)
                return point, lorentz.axial(point, self.curvature)
        return lorentz.from_axial(nearest, self.curvature), nearest

    def _default_edge(self) -> float:
        if self.is_empty:
            return 0.0
        centroid, _ = self._centre()
        positions = np.concatenate([self.lower, self.upper]).astype(np.float64)
        axes = np.tile(np.arange(self.dimension), 2)
        finite = np.isfinite(positions)
        positions, axes = positions[finite], axes[finite]
        others = lorentz.rest(centroid, self.curvature)
        centres = np.repeat(centroid[None, :], len(axes), axis=0)
        centres[np.arange(len(axes)), axes] = others[axes] * sinh(positions, self.curvature)
        single = float(phi(np.zeros(1), self.softness)[0])
        with np.errstate(over="ignore"):
            measurable = (centres * centres).sum(axis=1) < 2.0**1000
        energies = self._energy(centres[measurable], None)
        nearest = float(energies.min()) if len(energies) else single
        own = float(self._energy(centroid[None, :], None)[0])
        return max(nearest, own * _SLACK)


def _short(vector: Vector) -> str:
    return np.array2string(vector, precision=3, threshold=6, edgeitems=2, separator=", ")


def _restore(
    lower: Vector, upper: Vector, curvature: float, edge: float, softness: float, name: str | None
) -> Hyperboloid:
    return Hyperboloid.from_faces(lower, upper, curvature, edge=edge, softness=softness, name=name)


def _vector(values: ArrayLike | Array, what: str, *, scalar: bool = False) -> Vector:
    """Return one vector of numbers as a float array, ``(d,)``, or a scalar where allowed."""
    if namespace(values) is not np:
        values = values.detach().cpu().numpy()  # type: ignore[union-attr]
    array: Vector = as_floats(values)
    if (array.ndim != 1 and not (scalar and array.ndim == 0)) or array.size == 0:
        raise GeometryError(f"{what} must be one vector of shape (d,), got shape {array.shape}")
    return array
