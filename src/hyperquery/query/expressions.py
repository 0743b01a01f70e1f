"""Query expressions: one immutable class for each concept of the language."""

from __future__ import annotations

import math
from itertools import combinations
from numbers import Real
from typing import Any

from hyperquery.query.errors import QueryError, QueryTypeError
from hyperquery.query.query import Query, refuse
from hyperquery.query.traversal import postorder

_set = object.__setattr__

MAX_EXPANSION = 10_000
"""The most nodes that an exclusive or, or a `k of (...)`, may expand to."""


def _text(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise QueryTypeError(f"{what} is text, not {type(text).__name__}")
    collapsed = " ".join(text.split())
    if not collapsed:
        raise QueryError(f"{what} needs at least one character that is not a space")
    return collapsed


class Term(Query):
    """Words that are searched by meaning; white space is collapsed, the rest kept as typed.

    >>> Term("  Fire   TV ")
    Term('Fire TV')
    """

    __slots__ = ("text",)
    __match_args__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        text = _text(text, "a term")
        _set(self, "text", text)
        _set(self, "_hash", hash((Term, text)))

    @property
    def data(self) -> tuple[Any, ...]:
        """The text."""
        return (self.text,)


class Phrase(Query):
    """Text that a product must contain exactly, as a hard condition beside the geometry.

    >>> print(Phrase("Fire TV") & Term("stick"))
    "Fire TV" AND stick
    """

    __slots__ = ("text",)
    __match_args__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        text = _text(text, "a phrase")
        _set(self, "text", text)
        _set(self, "_hash", hash((Phrase, text)))

    @property
    def data(self) -> tuple[Any, ...]:
        """The text."""
        return (self.text,)


class _Operands(Query):
    """Shared by And and Or: two or more operands, kept in their order and grouping."""

    __slots__ = ("operands",)
    __match_args__ = ("operands",)
    operands: tuple[Query, ...]

    def __init__(self, *operands: Query) -> None:
        if len(operands) < 2:
            raise QueryError(f"{type(self).__name__} needs at least two operands")
        for operand in operands:
            if not isinstance(operand, Query):
                refuse(operand)
        _set(self, "operands", operands)
        _set(self, "_hash", hash((type(self), operands)))

    @property
    def children(self) -> tuple[Query, ...]:
        """The operands."""
        return self.operands


class And(_Operands):
    """Products in every operand: the intersection of their regions."""

    __slots__ = ()


class Or(_Operands):
    """Products in any operand: the union of their regions."""

    __slots__ = ()


class Not(Query):
    """Products outside the operand: the complement of its region."""

    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    operand: Query

    def __init__(self, operand: Query) -> None:
        if not isinstance(operand, Query):
            refuse(operand)
        _set(self, "operand", operand)
        _set(self, "_hash", hash((Not, operand)))

    @property
    def children(self) -> tuple[Query, ...]:
        """The operand."""
        return (self.operand,)


class Everything(Query):
    """Every product: written `*`."""

    __slots__ = ()

    def __init__(self) -> None:
        self._freeze(())


class Nothing(Query):
    """No product: written `{}`."""

    __slots__ = ()

    def __init__(self) -> None:
        self._freeze(())


class Boost(Query):
    """The operand with its margin multiplied by a positive weight: written `term^2`.

    A boost changes how strongly a part counts in the ranking, never what matches. On a field
    condition, which holds or does not, it has no effect.
    """

    __slots__ = ("operand", "weight")
    __match_args__ = ("operand", "weight")
    operand: Query
    weight: float

    def __init__(self, operand: Query, weight: float) -> None:
        if not isinstance(operand, Query):
            refuse(operand)
        weight = _number(weight, "a boost")
        if weight <= 0:
            raise QueryError("a boost must be greater than 0")
        _set(self, "operand", operand)
        _set(self, "weight", weight)
        self._freeze((operand,), weight)

    @property
    def children(self) -> tuple[Query, ...]:
        """The operand."""
        return (self.operand,)

    @property
    def data(self) -> tuple[Any, ...]:
        """The weight."""
        return (self.weight,)


class AtLeast(Query):
    """Products in at least `count` of the operands: written `2 of (a, b, c)`.

    >>> print(AtLeast(2, Term("a"), Term("b"), Term("c")).expand())
    a AND b OR a AND c OR b AND c
    """

    __slots__ = ("count", "operands")
    data_first = True
    __match_args__ = ("count", "operands")
    count: int
    operands: tuple[Query, ...]

    def __init__(self, count: int, *operands: Query) -> None:
        if isinstance(count, bool) or not isinstance(count, int):
            raise QueryTypeError(f"AtLeast counts in whole numbers, not {count!r}")
        for operand in operands:
            if not isinstance(operand, Query):
                refuse(operand)
        if not 1 <= count <= len(operands):
            raise QueryError(
                f"{count} of {len(operands)} alternatives is not possible: the number "
                "must lie between 1 and the number of alternatives, which commas separate"
            )
        _set(self, "count", count)
        _set(self, "operands", operands)
        self._freeze(operands, count)

    @property
    def children(self) -> tuple[Query, ...]:
        """The alternatives."""
        return self.operands

    @property
    def data(self) -> tuple[Any, ...]:
        """The count."""
        return (self.count,)

    def expand(self) -> Query:
        """The same query with And and Or only: a union over all choices of `count` operands.

        Raises:
            QueryError: If there are more choices than `MAX_EXPANSION` nodes can hold.
        """
        total, count = len(self.operands), self.count
        nodes = math.comb(total, count) * (count + 1)
        if nodes > MAX_EXPANSION:
            raise QueryError(
                f"{count} of {total} alternatives expands to {nodes:,} nodes, more than the "
                f"{MAX_EXPANSION:,} allowed; use fewer alternatives"
            )
        choices = [all_of(choice) for choice in combinations(self.operands, count)]
        return any_of(choices)


class FieldEquals(Query):
    """A field has a value, or lies in the subtree of a category path: `brand:Amazon`.

    The value is kept as text; numeric fields compare it as a number.
    """

    __slots__ = ("field", "value")
    __match_args__ = ("field", "value")
    field: str
    value: str

    def __init__(self, field: str, value: str | float) -> None:
        field = _text(field, "a field name")
        if not isinstance(value, str):
            value = number_text(_number(value, "a field's value, unless it is text,"))
        value = _text(value, "a field's value")
        _set(self, "field", field)
        _set(self, "value", value)
        self._freeze((), field, value)

    @property
    def data(self) -> tuple[Any, ...]:
        """Field and value."""
        return (self.field, self.value)


class FieldRange(Query):
    """A numeric field lies in a range: `price:[50 TO 100]`, `price<100`, `rating>=4.5`.

    Args:
        field: Name of the field.
        low: Lower end, or None for no lower end.
        high: Upper end, or None for no upper end.
        include_low: Whether the lower end itself belongs to the range.
        include_high: Whether the upper end itself belongs to the range.
    """

    __slots__ = ("field", "high", "include_high", "include_low", "low")
    __match_args__ = ("field", "low", "high", "include_low", "include_high")
    field: str
    low: float | None
    high: float | None
    include_low: bool
    include_high: bool

    def __init__(
        self,
        field: str,
        low: float | None,
        high: float | None,
        include_low: bool = True,
        include_high: bool = True,
    ) -> None:
        field = _text(field, "a field name")
        low = None if low is None else _number(low, "the end of a range")
        high = None if high is None else _number(high, "the end of a range")
        if low is not None and high is not None and low > high:
            raise QueryError(
                f"the range runs backwards; did you mean "
                f"[{number_text(high)} TO {number_text(low)}]?"
            )
        include_low = low is None or bool(include_low)
        include_high = high is None or bool(include_high)
        data = (field, low, high, include_low, include_high)
        for name, value in zip(self.__match_args__, data, strict=True):
            _set(self, name, value)
        self._freeze((), *data)

    @property
    def data(self) -> tuple[Any, ...]:
        """Field, ends, and whether the ends are included."""
        return (self.field, self.low, self.high, self.include_low, self.include_high)


# -- constructors by name ------------------------------------------------------------------


def all_of(operands: list[Query] | tuple[Query, ...]) -> Query:
    """The intersection of any number of queries: one stays itself, none is Everything."""
    if len(operands) > 1:
        return And(*operands)
    return operands[0] if operands else Everything()


def any_of(operands: list[Query] | tuple[Query, ...]) -> Query:
    """The union of any number of queries: one stays itself, none is Nothing."""
    if len(operands) > 1:
        return Or(*operands)
    return operands[0] if operands else Nothing()


def difference(left: Query, right: Query) -> Query:
    """Products in the left query but not in the right one, as `left AND NOT right`."""
    return And(left, Not(right))


def exclusive_or(left: Query, right: Query) -> Query:
    """Products in exactly one of two queries, as `left AND NOT right OR NOT left AND right`.

    Raises:
        QueryError: If the result, which holds both queries twice, is too large.
    """
    result = Or(And(left, Not(right)), And(Not(left), right))
    if _size(result, MAX_EXPANSION) > MAX_EXPANSION:
        raise QueryError(
            f"this exclusive or expands to more than {MAX_EXPANSION:,} nodes; use fewer operands"
        )
    return result


def _size(query: Query, limit: int) -> int:
    """How many nodes the written-out tree has, or some number above the limit."""
    sizes: dict[int, int] = {}
    for node in postorder(query):
        sizes[id(node)] = 1 + sum(sizes[id(child)] for child in node.children)
        if sizes[id(node)] > limit or len(sizes) > limit:
            return limit + 1
    return sizes[id(query)]


def number_text(number: float) -> str:
    """The shortest text that reads back as the same number, without a trailing `.0`.

    >>> number_text(100.0), number_text(4.5)
    ('100', '4.5')
    """
    text = repr(float(number))
    return text.removesuffix(".0")


def _number(number: object, what: str) -> float:
    if isinstance(number, bool) or not isinstance(number, Real):
        raise QueryTypeError(f"{what} is a number, not {type(number).__name__}")
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise QueryError(f"{what} must be a finite number")
    return value + 0.0  # -0.0 and 0.0 are the same place; keep one of them
