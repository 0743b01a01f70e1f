"""``hyperquery add``, ``update``, ``remove`` and ``compact``: changes to a saved engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hyperquery.cli.columns import named_columns
from hyperquery.cli.exits import say
from hyperquery.cli.options import (
    BrandColumn,
    CatalogFile,
    CategoryColumn,
    ColorColumn,
    IdColumn,
    SavedEngine,
    TitleColumn,
)

if TYPE_CHECKING:
    from hyperquery.engine import Engine


def add(
    folder: SavedEngine,
    catalog: CatalogFile,
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    brand_column: BrandColumn = "brand",
    category_column: CategoryColumn = "category",
    color_column: ColorColumn = "color",
) -> None:
    """Add products to a saved engine; the model is not trained anew."""
    engine = _writable(folder)
    before = len(engine)
    columns = named_columns(id_column, title_column, brand_column, category_column, color_column)
    engine.add(catalog, columns=columns, progress=True)
    say(f"products added: {len(engine) - before:,}, now {len(engine):,}")


def update(
    folder: SavedEngine,
    catalog: CatalogFile,
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    brand_column: BrandColumn = "brand",
    category_column: CategoryColumn = "category",
    color_column: ColorColumn = "color",
) -> None:
    """Put products in place of those with the same ids."""
    engine = _writable(folder)
    columns = named_columns(id_column, title_column, brand_column, category_column, color_column)
    engine.update(catalog, columns=columns, progress=True)
    say(f"updated: {len(engine):,} products")


def remove(
    folder: SavedEngine,
    product_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Of the products.")],
) -> None:
    """Remove products from a saved engine."""
    engine = _writable(folder)
    before = len(engine)
    engine.remove(product_ids)
    say(f"products removed: {before - len(engine):,}, now {len(engine):,}")


def compact(folder: SavedEngine) -> None:
    """Lay all products out together, and let go of removed ones."""
    engine = _writable(folder)
    before = len(engine.collection.segments)
    engine.compact()
    say(f"compacted {before:,} segments into one of {len(engine):,} products")


def _writable(folder: Path) -> Engine:
    from hyperquery.engine import load_engine

    return load_engine(folder, writable=True)
