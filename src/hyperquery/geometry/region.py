"""Regions: sets of points as trees of leaves under intersection, union and complement.

A region gives every point a signed margin, negative inside and positive outside, never 0.
Intersection is the maximum of margins, union the minimum, complement ``0.0 - m``. These select or
flip and never round, so the laws of a De Morgan algebra hold to the last bit, and the matching set
of a region is plain set algebra on the matching sets of its leaves.

Operators build and nothing else: ``a & b`` makes one node in constant time, whatever a and b are.
Regions are immutable and hashable, and no method recurses, so depth has no limit.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeVar

from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry import traversal
from hyperquery.geometry.arrays import Array, check_points
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.lorentz import scaled_time

if TYPE_CHECKING:
    import networkx

T = TypeVar("T")

_LONGEST_REPR = 400

Space = tuple[int, float]
"""The dimension and the curvature that all hyperboloids of one region share."""


class Region(ABC):
    """A set of points of hyperbolic space, with a signed margin at every point.

    Combine regions with ``&`` (both), ``|`` (either), ``~`` (not), ``-`` (and not) and ``^``
    (exactly one); ``2.0 * region`` boosts. ``==`` compares structure; `equivalent` compares
    meaning.
    """

    __slots__ = ("_hash", "space")

    __array_ufunc__ = None  # numpy numbers leave operators to regions

    space: Space | None
    """Dimension and curvature, or None where no hyperboloid is involved."""

    _hash: int

    @property
    def operands(self) -> tuple[Region, ...]:
        """The regions directly under this one; empty for a leaf."""
        return ()

    @property
    def is_leaf(self) -> bool:
        """Whether this region is a leaf: a hyperboloid, a condition, everything or nothing."""
        return not self.operands

    def margin(self, points: Array, rows: NDArray[Any] | None = None) -> Array:
        """Return the signed margin of points: negative inside, positive outside, never 0.

        Each distinct leaf is evaluated once.

        Args:
            points: Space coordinates, ``(n, d)``, numpy or torch, float32 or float64.
            rows: Which rows of their catalog the points are, ``(n,)``, for leaves that know rows;
                all in their order if None.

        Returns:
            ``(n,)``, of the same kind and type.

        Raises:
            GeometryError: If the points do not fit the region.
        """
        points = check_points(points, *(self.space or ()))
        time = scaled_time(points, self.space[1]) if self.space else None
        if rows is not None and len(rows) != len(points):
            raise GeometryError(f"{len(rows)} rows were named for {len(points)} points")
        return traversal.evaluate(self, lambda leaf: leaf._leaf_margin(points, time, rows))

    def contains(self, points: Array) -> Array:
        """Return which points are inside.

        Args:
            points: Space coordinates, ``(n, d)``.

        Returns:
            Booleans, ``(n,)``.
        """
        return self.margin(points) < 0

    def bounds(
        self,
        low: ArrayLike,
        high: ArrayLike,
        *,
        time: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return bounds of the margin over boxes of points; see :func:`margin_bounds`.

        Args:
            low: The least space coordinates in each box, ``(boxes, d)``.
            high: The greatest, ``(boxes, d)``.
            time: The least and greatest scaled time in each box, ``(boxes,)``, where known.

        Returns:
            The least and greatest margin possible in each box, ``(boxes,)`` each.
        """
        from hyperquery.geometry.bounds import margin_bounds

        return margin_bounds(self, low, high, time=time)

    def equivalent(self, other: Region, level: Literal["margins", "sets"] = "margins") -> bool:
        """Return whether two regions are the same whatever their leaves are, decided exactly.

        Args:
            other: The other region.
            level: "margins" for equal margins everywhere, "sets" for equal matching sets, which
                also obey the excluded middle.

        Raises:
            GeometryError: If a region has more than a million nodes.
            TooComplexError: If the question would take too long; see ``docs/regions.md``.
        """
        from hyperquery.geometry import decide

        return decide.equivalent(self, other, level)

    def implies(self, other: Region, level: Literal["margins", "sets"] = "margins") -> bool:
        """Return whether this region lies in the other whatever their leaves are.

        Args:
            other: The other region.
            level: "margins" for a margin nowhere below the other's, "sets" for a matching set that
                is part of the other's.

        Raises:
            GeometryError: If a region has more than a million nodes.
            TooComplexError: If the question would take too long; see ``docs/regions.md``.
        """
        from hyperquery.geometry import decide

        return decide.implies(self, other, level)

    def to_text(self, limit: int | None = None) -> str:
        """Return the region in Python's operators, leaves by name, at most limit characters."""
        from hyperquery.geometry import forms

        return forms.to_text(self, limit)

    def to_json(self) -> str:
        """Return the region as JSON text that :meth:`from_json` reads back to an equal one."""
        from hyperquery.geometry import forms

        return forms.to_json(self)

    @staticmethod
    def from_json(text: str) -> Region:
        """Return the region that :meth:`to_json` wrote.

        Raises:
            GeometryError: If the text is not a region.
        """
        from hyperquery.geometry import forms

        return forms.from_json(text)

    def to_networkx(self) -> networkx.DiGraph:
        """Return a directed graph from each node to its operands, equal leaves as one node."""
        from hyperquery.geometry import forms

        return forms.to_networkx(self)

    def __repr__(self) -> str:
        return self.to_text(_LONGEST_REPR)

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        """Return a leaf's margin at checked points, ``(n,)``."""
        raise NotImplementedError(f"{type(self).__name__} is not a leaf")

    def _fold(self, algebra: traversal.Algebra[T], before: T | None, value: T) -> T:
        """Take one more operand's value into what the operands before it gave, or None."""
        raise NotImplementedError(f"{type(self).__name__} is a leaf")

    def __and__(self, other: Region) -> Intersection:
        return Intersection((self, other)) if isinstance(other, Region) else NotImplemented

    def __or__(self, other: Region) -> Union:
        return Union((self, other)) if isinstance(other, Region) else NotImplemented

    def __invert__(self) -> Complement:
        return Complement(self)

    def __sub__(self, other: Region) -> Intersection:
        return self & ~other if isinstance(other, Region) else NotImplemented

    def __xor__(self, other: Region) -> Union:
        if not isinstance(other, Region):
            return NotImplemented
        return (self - other) | (other - self)

    def __rmul__(self, weight: float) -> Boosted:
        return Boosted(self, weight)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a region is neither true nor false: combine regions with & | ~ instead of "
            "and, or, not, and compare with 'is None' where one may be missing"
        )

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Region):
            return NotImplemented
        return traversal.same_structure(self, other)

    @abstractmethod
    def _same_node(self, other: Any) -> bool:
        """Whether a node of the same class says the same, operands aside."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a region cannot be changed (tried to set {name!r})")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a region cannot be changed (tried to delete {name!r})")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def _set(self, **attributes: object) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)


class _Node(Region):
    """A region made of others."""

    __slots__ = ("_operands",)

    _operands: tuple[Region, ...]

    def __init__(self, operands: Iterable[Region], *key: object) -> None:
        operands = tuple(operands)
        if not operands:
            raise GeometryError(
                f"{type(self).__name__} of no regions: use Everything() or Nothing()"
            )
        for operand in operands:
            if not isinstance(operand, Region):
                raise TypeError(f"expected a region, got {type(operand).__name__}: {operand!r}")
        name = type(self).__name__
        self._set(
            _operands=operands,
            space=_shared_space(operands),
            _hash=hash((name, *key, *(operand._hash for operand in operands))),
        )

    @property
    def operands(self) -> tuple[Region, ...]:
        """The regions directly under this one."""
        return self._operands

    def _same_node(self, other: Any) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, tuple[Any]]:
        return _from_table, (_to_table(self),)


class Intersection(_Node):
    """The points in every operand: the maximum of margins.

    Args:
        operands: One region or more.
    """

    __slots__ = ()

    def __init__(self, operands: Iterable[Region]) -> None:
        super().__init__(operands)

    def _fold(self, algebra: traversal.Algebra[T], before: T | None, value: T) -> T:
        return value if before is None else algebra.intersection(before, value)


class Union(_Node):
    """The points in at least one operand: the minimum of margins.

    Args:
        operands: One region or more.
    """

    __slots__ = ()

    def __init__(self, operands: Iterable[Region]) -> None:
        super().__init__(operands)

    def _fold(self, algebra: traversal.Algebra[T], before: T | None, value: T) -> T:
        return value if before is None else algebra.union(before, value)


class Complement(_Node):
    """The points outside the operand: the margin flipped.

    Args:
        operand: The region.
    """

    __slots__ = ()

    def __init__(self, operand: Region) -> None:
        super().__init__((operand,))

    def _fold(self, algebra: traversal.Algebra[T], before: T | None, value: T) -> T:
        return algebra.complement(value)


class Boosted(_Node):
    """The same points with the margin multiplied, so that they weigh more or less in a union.

    Args:
        operand: The region.
        weight: Above 0 and finite.
    """

    __slots__ = ("weight",)

    weight: float

    def __init__(self, operand: Region, weight: float) -> None:
        weight = float(weight)
        if not 0.0 < weight < math.inf:
            raise GeometryError(f"a boost is a finite number above 0, not {weight!r}")
        self._set(weight=weight)
        super().__init__((operand,), weight)

    def _fold(self, algebra: traversal.Algebra[T], before: T | None, value: T) -> T:
        return algebra.boosted(value, self.weight)

    def _same_node(self, other: Any) -> bool:
        return bool(self.weight == other.weight)


def _shared_space(operands: Iterable[Region]) -> Space | None:
    shared = None
    for operand in operands:
        space = operand.space
        if space is None or space == shared:
            continue
        if shared is not None:
            raise GeometryError(
                "regions of different spaces cannot be combined: "
                f"{shared[0]} dimensions of curvature {shared[1]:g}, and "
                f"{space[0]} of curvature {space[1]:g}"
            )
        shared = space
    return shared


_Table = tuple[tuple[Any, ...], ...]


def _to_table(region: Region) -> _Table:
    """Return one row for each distinct node: a leaf, or a class and what it was made from."""
    nodes = traversal.distinct_nodes(region)
    rows: list[tuple[Any, ...]] = []
    position: dict[object, int] = {}
    for index, node in enumerate(nodes):
        position[traversal.shown_key(node)] = index
        if node.is_leaf:
            rows.append((node,))
            continue
        under = tuple(position[traversal.shown_key(child)] for child in node.operands)
        rows.append((type(node), under, getattr(node, "weight", None)))
    return tuple(rows)


def _from_table(rows: _Table) -> Region:
    """Return the region that a table describes."""
    nodes: list[Region] = []
    for row in rows:
        if len(row) == 1:
            nodes.append(row[0])
            continue
        kind, under, weight = row
        operands = [nodes[index] for index in under]
        if kind is Boosted:
            nodes.append(Boosted(operands[0], weight))
        elif kind is Complement:
            nodes.append(Complement(operands[0]))
        else:
            nodes.append(kind(operands))
    return nodes[-1]
