"""The laws of intersection, union and complement as objects, for any implementation of them.

An implementation is described by `Operators`; a law says by how much it is broken for given
elements. :func:`hyperquery.testing.check_lattice` runs all laws over random elements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

Numbers: TypeAlias = NDArray[Any]

Level: TypeAlias = Literal["values", "members", "order"]


@dataclass(frozen=True)
class Operators(Generic[T]):
    """An implementation of the operators on elements of any kind, and how to compare elements.

    Leave out what is not defined: the laws that need it are then reported as "not defined".

    Attributes:
        name: How the implementation is called in reports.
        observe: The numbers of an element that its users see; two elements are the same if all
            these are equal. Its differences are in the implementation's own units.
        intersection: of two elements.
        union: of two elements.
        complement: of an element.
        everything: The element that changes nothing in an intersection.
        nothing: The element that changes nothing in a union.
        exceeds: How far the first element reaches out of the second; 0 if it lies within it.
        members: Which of some fixed candidates match an element, booleans ``(n,)``.

    >>> integers = Operators("bits", observe=np.array, intersection=lambda a, b: a & b)
    >>> by_name("idempotence of &").deviation(integers, 6)
    0.0
    """

    name: str
    observe: Callable[[T], Numbers]
    intersection: Callable[[T, T], T] | None = None
    union: Callable[[T, T], T] | None = None
    complement: Callable[[T], T] | None = None
    everything: T | None = None
    nothing: T | None = None
    exceeds: Callable[[T, T], float] | None = None
    members: Callable[[T], NDArray[np.bool_]] | None = None


@dataclass(frozen=True)
class Law:
    """A law about one to three elements.

    Attributes:
        name: What it is called.
        statement: The law in Python's operators, for elements a, b and c.
        arity: How many elements it is about.
        needs: The attributes of `Operators` that it needs.
        level: "values" if it compares elements, "members" if it compares which candidates match,
            "order" if it says that one element lies within another.
        sides: Returns the two sides for an implementation and elements: elements, or for members
            which candidates match.
    """

    name: str
    statement: str
    arity: int
    needs: tuple[str, ...]
    level: Level
    sides: Callable[..., tuple[Any, Any]]

    def applies_to(self, operators: Operators[Any]) -> bool:
        """Return whether the implementation defines what the law needs."""
        return all(getattr(operators, need) is not None for need in self.needs)

    def deviation(self, operators: Operators[T], *elements: T) -> float:
        """Return by how much elements break the law: 0 if it holds for them.

        For values it is the largest difference of an observed number, for members the share of
        candidates that only one side matches, for order how far one element reaches out.

        Args:
            operators: An implementation that defines what the law needs.
            elements: As many as the arity.
        """
        if len(elements) != self.arity:
            raise TypeError(f"{self.name} is about {self.arity} elements, not {len(elements)}")
        left, right = self.sides(operators, *elements)
        if self.level == "order":
            assert operators.exceeds is not None
            return float(operators.exceeds(left, right))
        if self.level == "members":
            return float(np.mean(left != right))
        return _largest_difference(operators.observe(left), operators.observe(right))


def _largest_difference(left: Numbers, right: Numbers) -> float:
    left, right = np.asarray(left, np.float64), np.asarray(right, np.float64)
    left, right = np.broadcast_arrays(left, right)
    different = ~(left == right)
    if not different.any():
        return 0.0
    with np.errstate(invalid="ignore"):
        gaps = np.abs(left[different] - right[different])
    return float(np.max(np.where(np.isnan(gaps), np.inf, gaps)))


class _Element(Generic[T]):
    """An element together with its operators, so that laws can be written with & | ~."""

    def __init__(self, operators: Operators[T], element: T) -> None:
        self.operators, self.element = operators, element

    def __and__(self, other: _Element[T]) -> _Element[T]:
        assert self.operators.intersection is not None
        return _Element(self.operators, self.operators.intersection(self.element, other.element))

    def __or__(self, other: _Element[T]) -> _Element[T]:
        assert self.operators.union is not None
        return _Element(self.operators, self.operators.union(self.element, other.element))

    def __invert__(self) -> _Element[T]:
        assert self.operators.complement is not None
        return _Element(self.operators, self.operators.complement(self.element))

    @property
    def everything(self) -> _Element[T]:
        assert self.operators.everything is not None
        return _Element(self.operators, self.operators.everything)

    @property
    def nothing(self) -> _Element[T]:
        assert self.operators.nothing is not None
        return _Element(self.operators, self.operators.nothing)

    @property
    def members(self) -> NDArray[np.bool_]:
        assert self.operators.members is not None
        return self.operators.members(self.element)


_NEEDS = {
    "&": "intersection",
    "|": "union",
    "~": "complement",
    "everything": "everything",
    "nothing": "nothing",
    "within": "exceeds",
    "members": "members",
}


def _law(name: str, statement: str, level: Level, sides: Callable[..., tuple[Any, Any]]) -> Law:
    """Return a law whose sides are a function of elements written with & | ~."""
    needs = tuple(need for sign, need in _NEEDS.items() if sign in statement)
    arity = sides.__code__.co_argcount

    def plain(operators: Operators[T], *elements: T) -> tuple[Any, Any]:
        wrapped = [_Element(operators, element) for element in elements]
        left, right = sides(*wrapped)
        return (left, right) if level == "members" else (left.element, right.element)

    return Law(name, statement, arity, needs, level, plain)


LAWS: tuple[Law, ...] = (
    _law("idempotence of &", "a & a = a", "values", lambda a: (a & a, a)),
    _law("idempotence of |", "a | a = a", "values", lambda a: (a | a, a)),
    _law("commutativity of &", "a & b = b & a", "values", lambda a, b: (a & b, b & a)),
    _law("commutativity of |", "a | b = b | a", "values", lambda a, b: (a | b, b | a)),
    _law(
        "associativity of &",
        "(a & b) & c = a & (b & c)",
        "values",
        lambda a, b, c: ((a & b) & c, a & (b & c)),
    ),
    _law(
        "associativity of |",
        "(a | b) | c = a | (b | c)",
        "values",
        lambda a, b, c: ((a | b) | c, a | (b | c)),
    ),
    _law("absorption by &", "a & (a | b) = a", "values", lambda a, b: (a & (a | b), a)),
    _law("absorption by |", "a | (a & b) = a", "values", lambda a, b: (a | (a & b), a)),
    _law(
        "& distributes over |",
        "a & (b | c) = (a & b) | (a & c)",
        "values",
        lambda a, b, c: (a & (b | c), (a & b) | (a & c)),
    ),
    _law(
        "| distributes over &",
        "a | (b & c) = (a | b) & (a | c)",
        "values",
        lambda a, b, c: (a | (b & c), (a | b) & (a | c)),
    ),
    _law("double negation", "~~a = a", "values", lambda a: (~~a, a)),
    _law("De Morgan for &", "~(a & b) = ~a | ~b", "values", lambda a, b: (~(a & b), ~a | ~b)),
    _law("De Morgan for |", "~(a | b) = ~a & ~b", "values", lambda a, b: (~(a | b), ~a & ~b)),
    _law("identity of &", "a & everything = a", "values", lambda a: (a & a.everything, a)),
    _law("identity of |", "a | nothing = a", "values", lambda a: (a | a.nothing, a)),
    _law(
        "annihilator of &", "a & nothing = nothing", "values", lambda a: (a & a.nothing, a.nothing)
    ),
    _law(
        "annihilator of |",
        "a | everything = everything",
        "values",
        lambda a: (a | a.everything, a.everything),
    ),
    _law("& never enlarges", "a & b within a", "order", lambda a, b: (a & b, a)),
    _law("| never shrinks", "a within a | b", "order", lambda a, b: (a, a | b)),
    _law(
        "& is set intersection",
        "members of a & b are those of both",
        "members",
        lambda a, b: ((a & b).members, a.members & b.members),
    ),
    _law(
        "| is set union",
        "members of a | b are those of either",
        "members",
        lambda a, b: ((a | b).members, a.members | b.members),
    ),
    _law(
        "~ is set complement",
        "members of ~a are those not of a",
        "members",
        lambda a: ((~a).members, ~a.members),
    ),
    _law(
        "contradiction",
        "a & ~a has no members",
        "members",
        lambda a: ((a & ~a).members, np.zeros_like(a.members)),
    ),
    _law(
        "excluded middle",
        "all are members of a | ~a",
        "members",
        lambda a: ((a | ~a).members, np.ones_like(a.members)),
    ),
)
"""The laws of sets, as far as values, members and order can each obey them."""


def by_name(name: str) -> Law:
    """Return the law of a name.

    >>> by_name("double negation").statement
    '~~a = a'
    """
    for law in LAWS:
        if law.name == name:
            return law
    raise KeyError(f"no law {name!r}; there are {', '.join(law.name for law in LAWS)}")
