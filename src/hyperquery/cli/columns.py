"""The options that name the columns of a catalog."""

from __future__ import annotations


def named_columns(id_: str, title: str, brand: str, category: str, color: str) -> dict[str, str]:
    """Return the ``columns`` of :meth:`hyperquery.Engine.fit` that the options name."""
    return {"id": id_, "title": title, "brand": brand, "category": category, "color": color}
