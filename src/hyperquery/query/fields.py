"""The builder for field conditions: `Field("price") < 100`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn

from hyperquery.query.errors import QueryTypeError
from hyperquery.query.expressions import FieldEquals, FieldRange, Not, any_of
from hyperquery.query.query import Query


class Field:
    """A field of the catalog; comparing it gives a condition.

    >>> Field("brand") == "Amazon"
    FieldEquals('brand', 'Amazon')
    >>> print(Field("price").between(50, 100))
    price:[50 TO 100]

    Python reads `a | Field("brand") == "Amazon"` as `(a | Field("brand")) == "Amazon"`. A
    field on the right of an operator therefore waits for its comparison, and the condition
    lands where it belongs:

    >>> from hyperquery.query import Term
    >>> print(Term("fire tv") & ~Term("stick") | Field("brand") == "Amazon")
    fire tv AND NOT stick OR brand:Amazon
    """

    __slots__ = ("_place", "name")

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise QueryTypeError(f"a field's name is text, not {type(name).__name__}")
        self.name = name
        self._place: Callable[[Query], Query] | None = None

    def after(self, place: Callable[[Query], Query]) -> Field:
        """This field, its condition to be put in place by a function once it is compared."""
        waiting = Field(self.name)
        inner = self._place
        waiting._place = place if inner is None else lambda condition: place(inner(condition))
        return waiting

    def _put(self, condition: Query) -> Query:
        return condition if self._place is None else self._place(condition)

    def __eq__(self, value: str | float) -> Query:  # type: ignore[override]
        """The field has a value; for a category, the product lies in its subtree."""
        return self._put(FieldEquals(self.name, value))

    def __ne__(self, value: str | float) -> Query:  # type: ignore[override]
        return self._put(Not(FieldEquals(self.name, value)))

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, high: float) -> Query:
        return self._put(FieldRange(self.name, None, high, include_high=False))

    def __le__(self, high: float) -> Query:
        return self._put(FieldRange(self.name, None, high))

    def __gt__(self, low: float) -> Query:
        return self._put(FieldRange(self.name, low, None, include_low=False))

    def __ge__(self, low: float) -> Query:
        return self._put(FieldRange(self.name, low, None))

    def between(
        self, low: float, high: float, *, include_low: bool = True, include_high: bool = True
    ) -> Query:
        """The field lies between two numbers, ends included unless said otherwise."""
        return self._put(FieldRange(self.name, low, high, include_low, include_high))

    def is_in(self, values: Iterable[str | float]) -> Query:
        """The field has one of several values.

        >>> print(Field("brand").is_in(["Amazon", "Apple"]))
        brand:Amazon OR brand:Apple
        """
        if isinstance(values, str):
            raise QueryTypeError(f"is_in takes several values: write is_in([{values!r}])")
        return self._put(any_of([FieldEquals(self.name, value) for value in values]))

    def __invert__(self) -> Field:
        return self.after(Not)

    def _compare_first(self, other: object) -> NoReturn:
        raise QueryTypeError(
            f"compare the field before combining it, in parentheses: "
            f"(Field({self.name!r}) == value) & ..."
        )

    def __and__(self, other: object) -> NoReturn:
        self._compare_first(other)

    __or__ = __sub__ = __xor__ = __and__

    def __bool__(self) -> NoReturn:
        raise QueryTypeError(f"compare the field: Field({self.name!r}) == value")

    def __repr__(self) -> str:
        return f"Field({self.name!r})"
