"""Walks over region trees, without recursion and without visiting a shared part twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hyperquery.geometry.arrays import Array, namespace
from hyperquery.geometry.energy import scaled

if TYPE_CHECKING:
    from hyperquery.geometry.region import Region

T = TypeVar("T")


class Algebra(Protocol[T]):
    """What a region tree may be folded into: a meaning for leaves and for each operation."""

    def leaf(self, leaf: Region) -> T:
        """Return the value of a leaf; called once for each distinct leaf."""

    def intersection(self, first: T, second: T) -> T:
        """Return the value of an intersection of two."""

    def union(self, first: T, second: T) -> T:
        """Return the value of a union of two."""

    def complement(self, value: T) -> T:
        """Return the value of a complement."""

    def boosted(self, value: T, weight: float) -> T:
        """Return the value of a region whose margin is multiplied by a weight above 0."""


class MarginAlgebra:
    """Margins: maximum, minimum, ``0.0 - m`` and a product that is never 0."""

    def __init__(self, leaf_margin: Callable[[Region], Array]) -> None:
        self.leaf = leaf_margin

    def intersection(self, first: Array, second: Array) -> Array:
        """Return the larger margins."""
        return namespace(first).maximum(first, second)

    def union(self, first: Array, second: Array) -> Array:
        """Return the smaller margins."""
        return namespace(first).minimum(first, second)

    def complement(self, value: Array) -> Array:
        """Return the flipped margins."""
        return 0.0 - value

    def boosted(self, value: Array, weight: float) -> Array:
        """Return the multiplied margins; one that would round to 0 keeps its sign."""
        return scaled(value, weight)


def evaluate(region: Region, leaf_margin: Callable[[Region], Array]) -> Array:
    """Return a region's margin from margins of its leaves that the caller supplies.

    Args:
        region: The region.
        leaf_margin: Called once for each distinct leaf (a hyperboloid, a condition, everything or
            nothing); returns its margin at the points in question, an array that is never 0.

    Returns:
        The margin at the same points.

    >>> import numpy as np
    >>> from hyperquery.geometry import Condition
    >>> red, blue = Condition("red", [True, False]), Condition("blue", [True, True])
    >>> evaluate(blue - red, lambda leaf: np.where(leaf.holds, -1.0, 2.0)).tolist()
    [1.0, -1.0]
    """
    return fold(region, MarginAlgebra(leaf_margin))


def fold(region: Region, algebra: Algebra[T]) -> T:
    """Return the value of a region in an algebra, from the leaves up.

    Equal leaves, and inner nodes that are the same object, are valued once; values are dropped
    after their last use, so a long chain holds only a few at a time.
    """
    if region.is_leaf:
        return algebra.leaf(region)
    uses = _uses(region)
    kept: dict[object, T] = {}
    stack: list[_Frame[T]] = [_Frame(region)]
    while True:
        frame = stack[-1]
        operands = frame.node.operands
        if frame.position < len(operands):
            child = operands[frame.position]
            key = node_key(child)
            if key in kept:
                value = kept[key]
            elif child.is_leaf:
                value = algebra.leaf(child)
            else:
                stack.append(_Frame(child))
                continue
        else:
            stack.pop()
            assert frame.value is not None
            value = frame.value[0]
            if not stack:
                return value
            key = node_key(frame.node)
            frame = stack[-1]
        uses[key] -= 1
        if uses[key]:
            kept[key] = value
        else:
            kept.pop(key, None)
        frame.absorb(value, algebra)


class _Frame(Generic[T]):
    """A node on the way, how many operands it has taken in, and their value so far."""

    __slots__ = ("node", "position", "value")

    def __init__(self, node: Region) -> None:
        self.node = node
        self.position = 0
        self.value: tuple[T] | None = None

    def absorb(self, value: T, algebra: Algebra[T]) -> None:
        before = self.value[0] if self.value else None
        self.value = (self.node._fold(algebra, before, value),)
        self.position += 1


def node_key(node: Region) -> object:
    """Return what tells a node from others: a leaf itself, the identity of an inner node."""
    return node if node.is_leaf else id(node)


def _uses(region: Region) -> dict[object, int]:
    """Return how often each leaf, and each inner node by identity, is an operand."""
    uses: dict[object, int] = {id(region): 0}
    pending = [region]
    while pending:
        for child in pending.pop().operands:
            key = node_key(child)
            if key in uses:
                uses[key] += 1
            else:
                uses[key] = 1
                if not child.is_leaf:
                    pending.append(child)
    return uses


def shown_key(node: Region) -> object:
    """Return what tells a node from others where names are shown."""
    return (node, getattr(node, "name", None)) if node.is_leaf else id(node)


def distinct_nodes(region: Region) -> list[Region]:
    """Return the distinct nodes, operands before what they are operands of, the region last.

    Leaves are distinct when they are not equal or have different names, inner nodes when they are
    not the same object.
    """
    done: dict[object, Region] = {}
    entered: set[object] = set()
    pending = [region]
    while pending:
        node = pending[-1]
        key = shown_key(node)
        if key in done:
            pending.pop()
        elif node.is_leaf or key in entered:
            done[key] = node
            pending.pop()
        else:
            entered.add(key)
            pending.extend(
                child for child in reversed(node.operands) if shown_key(child) not in done
            )
    return list(done.values())


def same_structure(first: Region, second: Region) -> bool:
    """Return whether two regions are the same tree of equal leaves."""
    seen: set[tuple[int, int]] = set()
    pending = [(first, second)]
    while pending:
        a, b = pending.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        if (
            hash(a) != hash(b)
            or type(a) is not type(b)
            or len(a.operands) != len(b.operands)
            or not a._same_node(b)
        ):
            return False
        seen.add((id(a), id(b)))
        pending.extend(zip(a.operands, b.operands, strict=True))
    return True
