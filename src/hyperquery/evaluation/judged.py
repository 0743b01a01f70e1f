"""The judged ESCI slice that the benchmarks read: products, queries, gains."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.judgments import read_judgments

DATA_VARIABLE = "HYPERQUERY_DATA"
_BESIDE = Path("..") / "shared" / "data"


@dataclass(frozen=True, eq=False)  # equal only to itself, so that it can be the key of a cache
class JudgedCatalog:
    """A catalog with judged queries.

    Attributes:
        catalog: the products.
        gains: of each query's judged products by id, from 0 to 1.
    """

    catalog: Catalog
    gains: dict[str, dict[str, float]]

    def texts(self) -> list[str]:
        """Return what every system may read of each product: title, brand, color, category."""
        documents = self.catalog.documents()
        return [
            " ".join((title, *(facet.text for facet in document.facets)))
            for title, document in zip(self.catalog.titles, documents, strict=True)
        ]

    def texts_as_read(self) -> list[str]:
        """Return what a model reads of them: the same without what titles exclude."""
        return [document.text for document in self.catalog.documents()]

    def development_half(self) -> JudgedCatalog:
        """Return the queries on which settings may be chosen: every second one, from the first."""
        return self._only(list(self.gains)[::2])

    def other_half(self) -> JudgedCatalog:
        """Return the queries that no setting is chosen on."""
        return self._only(list(self.gains)[1::2])

    def folds(self, number: int) -> list[tuple[JudgedCatalog, JudgedCatalog]]:
        """Return the queries in parts, each with all the other queries, for cross-validation.

        Args:
            number: of the parts; the first has the first query and every ``number``-th after it.
        """
        queries = list(self.gains)
        parts = [queries[start::number] for start in range(number)]
        return [
            (self._only(part), self._only([query for query in queries if query not in part]))
            for part in parts
        ]

    def judgments(self) -> list[dict[str, Any]]:
        """Return the judgments as :meth:`hyperquery.Engine.fit` takes them."""
        return [
            {"query": query, "product_id": product, "gain": gain}
            for query, gains in self.gains.items()
            for product, gain in gains.items()
        ]

    def _only(self, queries: list[str]) -> JudgedCatalog:
        return JudgedCatalog(self.catalog, {query: self.gains[query] for query in queries})


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
