"""The judged ESCI slice that the benchmarks read: products, queries, gains."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.judgments import read_judgments

DATA_VARIABLE = "HYPERQUERY_DATA"
_BESIDE = Path("..") / "shared" / "data"


@dataclass(frozen=True)
class JudgedCatalog:
    """A catalog with judged queries.

    Attributes:
        catalog: the products.
        gains: of each query's judged products by id, from 0 to 1.
    """

    catalog: Catalog
    gains: dict[str, dict[str, float]]


def data_folder() -> Path | None:
    """Return the folder of the shared data, or None where there is none.

    It is the one that the environment variable HYPERQUERY_DATA names, or else
    ``../shared/data`` from the current folder.
    """
    named = os.environ.get(DATA_VARIABLE)
    folder = Path(named) if named else _BESIDE
    return folder if (folder / "esci").is_dir() else None


def read_esci(folder: Path) -> JudgedCatalog:
    """Read the ESCI slice from the shared data."""
    catalog = Catalog.read(folder / "esci" / "products.jsonl.gz")
    gains: dict[str, dict[str, float]] = {}
    for judgment in read_judgments(folder / "esci" / "judgments.csv", catalog):
        judged = gains.setdefault(judgment.query, {})
        judged[catalog.ids[judgment.product]] = judgment.gain
    return JudgedCatalog(catalog, gains)
