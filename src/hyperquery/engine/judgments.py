"""Reading judgments: which products answer which queries, and how well."""

from __future__ import annotations

import math

from hyperquery.anthem.batches import Judgment
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.reading import Record, read_records
from hyperquery.errors import CatalogError

LABEL_GAINS = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
"""The usual gains of the ESCI labels: exact, substitute, complement, irrelevant."""


def read_judgments(source: object, catalog: Catalog) -> list[Judgment]:
    """Read judgments of the catalog's products.

    Args:
        source: a table as for catalogs, with ``query``, ``product_id`` and either ``gain``, from 0
            to 1, or ``label``, one of E, S, C, I.
        catalog: the judged products.

    Raises:
        CatalogError: If a column is missing, a product unknown, or a gain not from 0 to 1.

    Examples:
        >>> catalog = Catalog.read([{"id": "p1", "title": "Fire TV Stick"}])
        >>> read_judgments([{"query": "fire stick", "product_id": "p1", "label": "E"}], catalog)
        [Judgment(query='fire stick', product=0, gain=1.0)]
    """
    judgments = []
    for number, record in enumerate(read_records(source, "judgments"), start=1):
        query, product_id = record.get("query"), record.get("product_id")
        if query is None or product_id is None:
            missing = "query" if query is None else "product_id"
            raise CatalogError(f"row {number} of the judgments has no {missing!r}")
        position = catalog.positions.get(str(product_id))
        if position is None:
            raise CatalogError(
                f"row {number} of the judgments is about product {product_id!r}, which is not in "
                f"the catalog"
            )
        judgments.append(Judgment(str(query), position, _gain(record, number)))
    return judgments


def _gain(record: Record, number: int) -> float:
    if record.get("gain") is not None:
        try:
            gain = float(record["gain"])
        except (TypeError, ValueError):
            gain = math.nan
        if not 0 <= gain <= 1:
            raise CatalogError(
                f"row {number} of the judgments has gain {record['gain']!r}: gains go from 0 to 1"
            )
        return gain
    label = record.get("label")
    if label not in LABEL_GAINS:
        raise CatalogError(
            f"row {number} of the judgments has label {label!r} and no gain: labels are "
            f"{', '.join(LABEL_GAINS)}"
        )
    return LABEL_GAINS[label]
