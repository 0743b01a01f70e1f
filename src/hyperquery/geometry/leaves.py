"""The leaves of regions that are not hyperboloids: everything, nothing, and conditions on rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry.arrays import Array, namespace
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.region import Region


class Everything(Region):
    """All points: the neutral element of intersection, margin -inf."""

    __slots__ = ()

    def __init__(self) -> None:
        self._set(space=None, _hash=hash("everything"))

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        return namespace(points).full_like(points[:, 0], -math.inf)

    def _same_node(self, other: Any) -> bool:
        return True

    def __reduce__(self) -> tuple[type[Everything], tuple[()]]:
        return Everything, ()


class Nothing(Region):
    """No points: the neutral element of union, margin inf."""

    __slots__ = ()

    def __init__(self) -> None:
        self._set(space=None, _hash=hash("nothing"))

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        return namespace(points).full_like(points[:, 0], math.inf)

    def _same_node(self, other: Any) -> bool:
        return True

    def __reduce__(self) -> tuple[type[Nothing], tuple[()]]:
        return Nothing, ()


class Condition(Region):
    """A set of catalog rows, such as those where a field has a value: margin -inf where it holds.

    A condition knows rows, not places: it can only be evaluated at exactly as many points as it
    has rows, one for each row, in order,
    or at points whose rows are named.

    Args:
        name: How it is shown.
        holds: Whether it holds for each row, booleans ``(n,)``.

    >>> Condition("red", [True, False]).margin(np.zeros((2, 3))).tolist()
    [-inf, inf]
    """

    __slots__ = ("holds", "name")

    name: str
    holds: NDArray[np.bool_]

    def __init__(self, name: str, holds: ArrayLike) -> None:
        rows = np.array(holds)
        if rows.dtype != np.bool_ or rows.ndim != 1:
            raise GeometryError(
                f"condition {name!r} wants one boolean for each row, "
                f"got {rows.dtype} of shape {rows.shape}"
            )
        rows.flags.writeable = False
        key = hash(("condition", name, rows.tobytes()))
        self._set(name=name, holds=rows, space=None, _hash=key)

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        if rows is None and len(points) != len(self.holds):
            raise GeometryError(
                f"condition {self.name!r} is about {len(self.holds)} rows, "
                f"but was asked about {len(points)} points: give one point for each row"
            )
        xp = namespace(points)
        inside = xp.full_like(points[:, 0], -math.inf)
        known = self.holds if rows is None else self.holds[rows]
        holds = known if xp is np else xp.from_numpy(known.copy()).to(points.device)
        return xp.where(holds, inside, -inside)

    def __repr__(self) -> str:
        return f"Condition({self.name!r}, {self.holds.sum()} of {len(self.holds)} rows)"

    def _same_node(self, other: Any) -> bool:
        return self.name == other.name and np.array_equal(self.holds, other.holds)

    def __reduce__(self) -> tuple[type[Condition], tuple[str, NDArray[np.bool_]]]:
        return Condition, (self.name, self.holds)
