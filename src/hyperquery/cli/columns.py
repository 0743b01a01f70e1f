"""Catalogs whose columns have other names than hyperquery's."""

from __future__ import annotations

from pathlib import Path

from hyperquery.errors import CatalogError


def read_with_columns(
    path: Path, id_: str, title: str, brand: str, category: str, color: str
) -> object:
    """Return what :meth:`hyperquery.Engine.fit` reads, with the columns named as it expects.

    A column that had one of these names before, and is not the one to take, is left out.

    Args:
        path: of the catalog.
        id_: the name of the column with the ids; and so on.
        title: likewise.
        brand: likewise.
        category: likewise.
        color: likewise.

    Raises:
        CatalogError: If it cannot be read, or a column that was named is not there.
    """
    usual = {"id": id_, "title": title, "brand": brand, "category": category, "color": color}
    renamed = {theirs: ours for ours, theirs in usual.items() if ours != theirs}
    if not renamed:
        return path
    if len(set(usual.values())) < len(usual):
        raise CatalogError("two of the column options name the same column: name each once")
    from hyperquery.engine.reading import read_renamed

    return read_renamed(path, renamed)
