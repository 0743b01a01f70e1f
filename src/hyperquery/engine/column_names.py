"""Columns of a catalog under other names than hyperquery's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hyperquery.engine.kinds import Column
from hyperquery.errors import CatalogError

NAMED: Final = ("id", "title", "brand", "category", "color")
"""The columns that mean something; all others keep their names."""


def new_names(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return the new name of each column that gets one, by its own.

    Args:
        columns: the catalog's own name of some of the columns ``id``, ``title``, ``brand``,
            ``category`` and ``color``.

    Raises:
        CatalogError: If another column is named, or one of the catalog's twice.

    Examples:
        >>> new_names({"title": "Product Name", "brand": "brand"})
        {'Product Name': 'title'}
    """
    given = dict(columns or {})
    unknown = next((name for name in given if name not in NAMED), None)
    if unknown is not None:
        raise CatalogError(
            f"columns can say where {', '.join(NAMED)} are, not {unknown!r}: leave it out, other "
            f"columns keep their names"
        )
    own = [given.get(name, name) for name in NAMED]
    twice = next((name for name in own if own.count(name) > 1), None)
    if twice is not None:
        both = " and ".join(
            name for name, theirs in zip(NAMED, own, strict=True) if theirs == twice
        )
        raise CatalogError(f"the column {twice!r} would be both {both}: name each column once")
    return {theirs: name for name, theirs in zip(NAMED, own, strict=True) if theirs != name}


def renamed(columns: Sequence[Column], names: Mapping[str, str]) -> list[Column]:
    """Return columns under new names; one that had such a name and gets no new one is left out.

    Args:
        columns: of a catalog.
        names: the new name of some columns by their own.

    Raises:
        CatalogError: If there is no such column.
    """
    known = [column.field.name for column in columns]
    for name in names:
        if name not in known:
            raise CatalogError(
                f"the catalog has no column {name!r}, only {', '.join(known)}: name one of these"
            )
    taken = set(names.values())
    return [
        Column(column.field.with_name(names.get(name, name)), column.values)
        for name, column in zip(known, columns, strict=True)
        if name in names or name not in taken
    ]
