"""How many products of a result set have each value of a field."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.distinct import Mask
from hyperquery.engine.kinds import Column, Kind, kind_of
from hyperquery.engine.tables import PATH_FIELD
from hyperquery.errors import QueryError

Counts = dict[Any, int]

LEVELS = " > "
"""What stands between the names of a category path in its text."""


def facet_counts(column: Column, mask: Mask, n: int = 10) -> Counts:
    """Count the products with each value of a field, the most frequent value first.

    Ties are in the order of the values. A missing value is not counted. A category is counted at
    each of its levels, under the path that leads there, such as ``"TV > Sticks"``; another list is
    counted under each of its items, and a field with values of several kinds by their texts.

    Args:
        column: of the field.
        mask: (products,) which products to count.
        n: the most values to return.

    Raises:
        QueryError: If n is not a positive whole number.

    Examples:
        >>> brands = pa.chunked_array([["Bolt", "Acme", "Bolt", None, "Crest"]])
        >>> column = Column(pa.field("brand", pa.string()), brands)
        >>> facet_counts(column, np.array([True, True, True, True, False]))
        {'Bolt': 2, 'Acme': 1}
    """
    if not isinstance(n, int | np.integer) or isinstance(n, bool) or n < 1:
        raise QueryError(f"n is how many values to count, a whole number of at least 1, not {n}")
    values = _countable(column, pa.array(mask))
    counts = pc.value_counts(values.filter(pc.is_valid(values)))
    table = pa.table({"value": counts.field("values"), "count": counts.field("counts")})
    best = table.sort_by([("count", "descending"), ("value", "ascending")]).slice(0, int(n))
    return dict(zip(best["value"].to_pylist(), best["count"].to_pylist(), strict=True))


def _countable(column: Column, mask: Any) -> Any:
    """Return the values to count, each as often as products have it; null for no value."""
    values = column.values.filter(mask)
    match kind_of(column.field):
        case Kind.NOTHING:
            return pa.array([], pa.string())
        case Kind.TEXT:
            return values.cast(pa.large_string())  # an encoded one cannot be sorted
        case Kind.MIXED:
            return pa.array(map(_as_text, values.to_pylist()), pa.large_string())
        case Kind.TEXTS if column.field.name == PATH_FIELD:
            return _paths(values)
        case Kind.TEXTS | Kind.NUMBERS:
            return _distinct_items(values)
    return values


def _paths(paths: Any) -> Any:
    """Return the paths to each level of category paths, as texts."""
    lengths = pc.list_value_length(paths)
    levels = []
    for depth in range(1, (pc.max(lengths).as_py() or 0) + 1):
        deep_enough = paths.filter(pc.greater_equal(lengths, depth))
        levels += pc.binary_join(pc.list_slice(deep_enough, 0, depth), LEVELS).chunks
    return pa.chunked_array(levels, pa.string())


def _distinct_items(lists: Any) -> Any:
    """Return the items of lists, each once for each list that has it."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    rows = np.repeat(np.arange(len(lists)), lengths)
    items = pa.table({"row": rows, "item": pc.list_flatten(lists)})
    return items.group_by(["row", "item"]).aggregate([])["item"]


def _as_text(encoded: str | None) -> str | None:
    """Return what a JSON text says: the text in it, other values as JSON."""
    value = None if encoded is None else json.loads(encoded)
    return value if isinstance(value, str) else encoded
