"""The bundled engine: a catalog of consumer products with weights trained on it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperquery.engine import Engine, Results
    from hyperquery.engine.where import Where
    from hyperquery.query import Query

_FOLDER = Path(__file__).parent
CATALOG = _FOLDER / "catalog.csv"
"""The bundled catalog: CSV with id, title, brand, category, color and price."""

ENGINE = _FOLDER / "engine"
"""The bundled engine's folder."""


@cache
def demo_engine() -> Engine:
    """Return the bundled engine, loaded at the first call."""
    from hyperquery.engine import load_engine

    return load_engine(ENGINE)


def search(query: str | Query, k: int = 10, *, where: Where | None = None) -> Results:
    """Search the bundled catalog; see :meth:`hyperquery.Engine.search`.

    Examples:
        >>> search("Fire AND NOT tablet", k=2).query
        'Fire AND NOT tablet'
    """
    return demo_engine().search(query, k, where=where)
