"""Which products take part in a search: a query that they match, or a mask over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa

from hyperquery.engine.distinct import Mask, as_mask
from hyperquery.errors import QueryError
from hyperquery.query import Query

Where = str | Query | Mask | Sequence[bool] | Any
"""A query as text or expression, or one boolean for each product in catalog order, as a numpy
array, a list, or a pyarrow array, in which null is false."""


def where_mask(where: Where, products: int, matching: Callable[[str | Query], Mask]) -> Mask:
    """Return which products take part, (products,).

    Args:
        where: a query, or a mask.
        products: how many there are.
        matching: answers a query.

    Raises:
        QueryError: If it is neither, or not as long as the catalog.

    Examples:
        >>> where_mask([True, False], 2, matching=lambda query: np.ones(2, dtype=bool))
        array([ True, False])
        >>> where_mask([True], 2, matching=lambda query: np.ones(2, dtype=bool))
        Traceback (most recent call last):
        hyperquery.errors.QueryError: where is a mask of 1 product, and the catalog has 2: ...
    """
    if isinstance(where, str | Query):
        return matching(where)
    mask = _as_booleans(where)
    if len(mask) != products:
        plural = "product" if len(mask) == 1 else "products"
        raise QueryError(
            f"where is a mask of {len(mask):,} {plural}, and the catalog has {products:,}: give "
            f"one value for each product, in catalog order"
        )
    return mask


def _as_booleans(where: Any) -> Mask:
    kind = getattr(where, "type", None) or getattr(where, "dtype", None)
    if isinstance(where, pa.Array | pa.ChunkedArray):
        if pa.types.is_boolean(kind):
            return as_mask(where)
    elif isinstance(where, Sequence) or hasattr(where, "__array__"):
        with suppress(ValueError):  # lists of several lengths
            values = np.asarray(where)
            if values.dtype == np.bool_ and values.ndim == 1:
                return values
            kind = values.dtype
    found = type(where).__name__ + (f" of {kind}" if kind is not None else "")
    raise QueryError(f"where is a query or a mask, one true or false for each product, not {found}")
