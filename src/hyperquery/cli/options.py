"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

# typer reads these at run time; it knows Optional in every version.
EngineFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--engine", "-e", metavar="FOLDER", help="A saved engine; the demo if not given."),
]
WhereQuery = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--where", "-w", metavar="QUERY", help="Only products that match this take part."),
]
HitCount = Annotated[int, typer.Option("-k", metavar="N", help="The most hits to show.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
CatalogFile = Annotated[
    Path,
    typer.Argument(metavar="CATALOG", help="A CSV, TSV, JSON Lines or Parquet file, or CSV.gz."),
]
SavedEngine = Annotated[Path, typer.Argument(metavar="FOLDER", help="A saved engine.")]
QueryText = Annotated[str, typer.Argument(metavar="QUERY", help="In the query language.")]
ProductId = Annotated[str, typer.Argument(metavar="PRODUCT_ID", help="As a search shows it.")]
IdColumn = Annotated[
    str, typer.Option("--id-column", metavar="NAME", help="Which column holds the ids.")
]
TitleColumn = Annotated[
    str, typer.Option("--title-column", metavar="NAME", help="Which column holds the titles.")
]
BrandColumn = Annotated[
    str, typer.Option("--brand-column", metavar="NAME", help="Which column holds the brands.")
]
CategoryColumn = Annotated[
    str, typer.Option("--category-column", metavar="NAME", help="Which holds the category paths.")
]
ColorColumn = Annotated[
    str, typer.Option("--color-column", metavar="NAME", help="Which column holds the colors.")
]
