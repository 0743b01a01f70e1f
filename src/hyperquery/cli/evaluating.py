"""``hyperquery eval``: how well an engine ranks, by judgments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hyperquery.cli.engines import opened
from hyperquery.cli.options import AsJson, EngineFolder
from hyperquery.cli.output import aligned, write_json, write_text


def evaluate(
    judgments: Annotated[
        Path, typer.Option(metavar="FILE", help="With query, product_id, and gain or label.")
    ],
    engine: EngineFolder = None,
    json: AsJson = False,
) -> None:
    """Measure how an engine ranks for judged queries.

    "full" ranks all products, an unjudged one counts 0; "rerank" ranks the judged ones. Queries are
    read as search boxes read them: connectives count, and what is no syntax is left out.
    """
    from hyperquery.engine.judgments import read_judgments
    from hyperquery.evaluation.judged import JudgedCatalog
    from hyperquery.evaluation.metrics import means
    from hyperquery.evaluation.ranking import figures, rank
    from hyperquery.evaluation.scorer import EngineScorer

    known = opened(engine)
    gains: dict[str, dict[str, float]] = {}
    for judgment in read_judgments(judgments, known.catalog):
        product = known.catalog.ids[judgment.product]
        gains.setdefault(judgment.query, {})[product] = judgment.gain
    judged = JudgedCatalog(known.catalog, gains)
    found = means(figures(judged, rank(judged, EngineScorer(known).scores)))
    if json:
        write_json({"queries": len(gains), **found})
    else:
        rows = [["queries", f"{len(gains):,}"]]
        write_text(aligned(rows + [[name, f"{value:.3f}"] for name, value in found.items()]))
