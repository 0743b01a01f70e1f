"""Which fields a query may use, and of which kind they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hyperquery.query.errors import QueryError, QueryTypeError, shortened

Fields = Iterable[str] | Mapping[str, type]


class Schema:
    """The known fields; hashable, so that parses can be cached by it.

    Args:
        fields: Names of fields, or a mapping from names to `str` for text and `int` or
            `float` for numbers. Where the kind is not given, any condition is allowed.
    """

    __slots__ = ("_hash", "_items", "kinds")

    def __init__(self, fields: Fields) -> None:
        if isinstance(fields, str):
            raise QueryTypeError(f"fields is a collection of names: write [{fields!r}]")
        named = fields.items() if isinstance(fields, Mapping) else ((name, None) for name in fields)
        self.kinds: Mapping[str, type | None] = MappingProxyType(dict(named))
        self._items = frozenset(self.kinds.items())
        self._hash = hash(self._items)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self._items == other._items

    def check(self, name: str) -> None:
        """Raise QueryError unless there is a field of this name.

        >>> Schema({"brand": str, "price": float}).check("brnd")
        Traceback (most recent call last):
        hyperquery.errors.QueryError: there is no field brnd; did you mean brand? ...
        """
        if name in self.kinds:
            return
        from difflib import get_close_matches

        from hyperquery.query.printer import field_text

        known = ", ".join(sorted(self.kinds)) or "none"
        lower = {other.lower(): other for other in self.kinds}
        shown = shortened(name)
        close = get_close_matches(name.lower(), lower, n=1)
        remedy = (
            f"did you mean {field_text(lower[close[0]])}?"
            if close
            else f"for the text itself write {shown}\\: in place of {shown}:"
        )
        raise QueryError(f"there is no field {shown}; {remedy} Known fields: {known}")

    def check_numeric(self, name: str) -> None:
        """Raise QueryError unless there is a field of this name that may hold numbers."""
        self.check(name)
        kind = self.kinds[name]
        if kind is not None and not issubclass(kind, int | float):
            from hyperquery.query.printer import field_text

            raise QueryError(
                f"{name} holds text and cannot be compared by size; write {field_text(name)}:value"
            )
