"""The kinds of columns that a catalog has, and how Python values become columns and come back."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.reading import plain
from hyperquery.errors import CatalogError

_MIXED = {b"hyperquery": b"json"}
_MOST_BYTES = 2**31 - 1  # of a text column with 32-bit offsets
_LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)


class Kind(Enum):
    """What a column holds; the values say it in messages."""

    TEXT = "text"
    NUMBER = "numbers"
    BOOLEAN = "true and false"
    TEXTS = "lists of texts"
    NUMBERS = "lists of numbers"
    MIXED = "values of several kinds"
    NOTHING = "no values"


class Column(NamedTuple):
    """A named column.

    Attributes:
        field: its name, type and whether its texts are JSON.
        values: (products,), a pyarrow array or chunked array; missing values are null.
    """

    field: Any
    values: Any


def kind_of(field: Any) -> Kind | None:
    """Return what a column of a pyarrow schema holds, None for what no catalog holds.

    Examples:
        >>> kind_of(pa.field("price", pa.int64())), kind_of(pa.field("image", pa.binary()))
        (<Kind.NUMBER: 'numbers'>, None)
    """
    type_ = field.type
    if _is_text(type_):
        mixed = (field.metadata or {}).items() >= _MIXED.items()
        return Kind.MIXED if mixed else Kind.TEXT
    if pa.types.is_boolean(type_):
        return Kind.BOOLEAN
    if pa.types.is_null(type_):
        return Kind.NOTHING
    if _is_number(type_):
        return Kind.NUMBER
    if pa.types.is_list(type_) and _is_text(type_.value_type):
        return Kind.TEXTS
    if pa.types.is_list(type_) and _is_number(type_.value_type):
        return Kind.NUMBERS
    return None


def typed(name: str, values: list[Any]) -> Column:
    """Make a column of Python values, as narrow as keeps each of them.

    Values of several kinds are kept as JSON.

    Raises:
        CatalogError: If a value is not text, a number, true or false, or made of them.

    Examples:
        >>> column = typed("size", [7, "XL", None])
        >>> column.field.type, python_values(column)
        (DataType(string), [7, 'XL', None])
    """
    values = [plain(value) for value in values]
    known = [value for value in values if value is not None]
    type_ = _narrowest(known) if known else pa.null()
    if type_ is not None:
        try:
            return Column(pa.field(name, type_), pa.array(values, type_))
        except UnicodeEncodeError:
            pass  # half of a surrogate pair: only JSON can write it
    return mixed(name, values)


def mixed(name: str, values: list[Any]) -> Column:
    """Make a column of values of several kinds.

    Raises:
        CatalogError: If JSON cannot keep one of them.
    """
    texts = [None if value is None else _as_json(name, value) for value in values]
    return Column(pa.field(name, pa.string(), metadata=_MIXED), pa.array(texts, pa.string()))


def normal(field: Any, values: Any) -> Column:
    """Make a column of a pyarrow array or chunked array, without touching its values if it can.

    Args:
        field: its name and type, and whether it is JSON, as in a table that a catalog gave.
        values: the array.

    Raises:
        CatalogError: If it holds what no catalog holds, such as bytes.
    """
    name, type_ = field.name, values.type
    if kind_of(field) is Kind.MIXED:
        return Column(pa.field(name, pa.string(), metadata=_MIXED), values.cast(pa.string()))
    if pa.types.is_null(type_) or pa.types.is_boolean(type_):
        return Column(pa.field(name, type_), values)
    if pa.types.is_string_view(type_):
        values = values.cast(pa.large_string())
    if _reads_as_text(type_):
        text = pa.string() if values.nbytes <= _MOST_BYTES else pa.large_string()
        return Column(pa.field(name, text), values.cast(text))
    if pa.types.is_floating(type_):
        numbers = values.cast(pa.float64())
        holes = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
        return Column(pa.field(name, pa.float64()), holes)
    if pa.types.is_integer(type_) and not pa.types.is_uint64(type_):
        return Column(pa.field(name, pa.int64()), values.cast(pa.int64()))
    if any(is_list(type_) for is_list in _LISTS) and _reads_as_text(type_.value_type):
        texts = pa.list_(pa.string())
        return Column(pa.field(name, texts), values.cast(texts))
    return typed(name, values.to_pylist())


def python_values(column: Column) -> list[Any]:
    """Return a column's values as they went in; missing ones are None."""
    values: list[Any] = column.values.to_pylist()
    if kind_of(column.field) is Kind.MIXED:
        return [None if value is None else json.loads(value) for value in values]
    return values


def _narrowest(known: list[Any]) -> Any:
    """Return the type that keeps all values, None if there is none."""
    if all(isinstance(value, str) for value in known):
        return pa.string()
    if all(isinstance(value, bool) for value in known):
        return pa.bool_()
    if all(isinstance(value, list) for value in known):
        items = [item for value in known for item in value if item is not None]
        if all(isinstance(item, str) for item in items):
            return pa.list_(pa.string())
        numbers = _narrowest_number(items)
        return numbers and pa.list_(numbers)
    return _narrowest_number(known)


def _narrowest_number(known: list[Any]) -> Any:
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return None
    if all(isinstance(value, int) for value in known):
        return pa.int64() if all(-(2**63) <= value < 2**63 for value in known) else None
    # Larger whole numbers would be rounded.
    exact = all(isinstance(value, float) or abs(value) <= 2**53 for value in known)
    return pa.float64() if exact else None


def _is_text(type_: Any) -> bool:
    if pa.types.is_dictionary(type_):
        return _is_text(type_.value_type)
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _reads_as_text(type_: Any) -> bool:
    return bool(_is_text(type_) or pa.types.is_string_view(type_))


def _is_number(type_: Any) -> bool:
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_))


def _as_json(name: str, value: Any) -> str:
    try:
        text = json.dumps(value)
        if json.loads(text) == value:
            return text
    except (TypeError, ValueError, RecursionError):
        pass
    raise CatalogError(
        f"the field {name!r} of the catalog has a value that cannot be saved, of type "
        f"{type(value).__name__}: turn it into text or a number"
    )
