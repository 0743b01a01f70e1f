"""Retrieval and reranking on the ESCI slice, without labels, beside BM25 in the same run.

    python benchmarks/esci.py [--seeds 0 1 2]

Fits on the products alone, then ranks for the human-judged queries: "full" ranks all products
(an unjudged one counts 0), "rerank" only the judged ones. Writes benchmarks/out/esci.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from hyperquery import Config, Engine, Term
from hyperquery.evaluation.judged import JudgedCatalog, data_folder, read_esci
from hyperquery.evaluation.metrics import FULL_MEASURES, RERANK_MEASURES, means, measure
from hyperquery.evaluation.peers.bm25 import BM25

OUT = Path(__file__).parent / "out" / "esci.json"
DEPTH = 1000


def figures(judged: JudgedCatalog, scores: Callable[[str], np.ndarray]) -> dict[str, float]:
    """Return the mean figures of a system that scores all products, larger is better."""
    ids, positions = judged.catalog.ids, judged.catalog.positions
    full, rerank = {}, {}
    for query, gains in judged.gains.items():
        values = scores(query)
        best = np.argsort(-values, kind="stable")
        full[query] = [ids[row] for row in best[:DEPTH]]
        rows = np.sort([positions[product] for product in gains])
        rerank[query] = [ids[row] for row in rows[np.argsort(-values[rows], kind="stable")]]
    found = means(measure(full, judged.gains, FULL_MEASURES))
    again = means(measure(rerank, judged.gains, RERANK_MEASURES))
    return {f"full {k}": v for k, v in found.items()} | {f"rerank {k}": v for k, v in again.items()}


def fit_and_score(judged: JudgedCatalog, config: Config) -> dict[str, float]:
    """Fit without labels and return the figures, with the seconds that fitting took."""
    start = time.perf_counter()
    engine = Engine.fit(judged.catalog.records(), config=config)
    seconds = time.perf_counter() - start
    # A judged query is text, not syntax: "sets without mugs" is scored as one term.
    found = figures(judged, lambda query: -engine.region(Term(query)).margin(engine.points))
    return {**found, "fit s": seconds}


def main() -> None:
    """Run, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=Config().steps)
    options = parser.parse_args()
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    judged = read_esci(folder)
    bm25 = BM25([document.text for document in judged.catalog.documents()])
    systems = {"BM25 (stemmed)": [figures(judged, bm25.scores)]}
    config = Config(steps=options.steps)
    systems["hyperquery, no labels"] = [
        fit_and_score(judged, replace(config, seed=seed)) for seed in options.seeds
    ]
    print(f"{len(judged.catalog):,} products, {len(judged.gains)} queries, seeds {options.seeds}")
    names = list(systems["hyperquery, no labels"][0])
    print(f"{'':24}" + "".join(f"{name:>16}" for name in names))
    for system, runs in systems.items():
        cells = [[run[name] for run in runs if name in run] for name in names]
        print(f"{system:24}" + "".join(f"{_cell(values):>16}" for values in cells))
    OUT.parent.mkdir(exist_ok=True)
    result = {"seeds": options.seeds, "config": config.to_dict(), "systems": systems}
    OUT.write_text(json.dumps(result, indent=1) + "\n")


def _cell(values: list[float]) -> str:
    if not values:
        return ""
    digits = 3 if max(values) <= 1 else 0
    spread = f" ±{stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{fmean(values):.{digits}f}{spread}"


if __name__ == "__main__":
    main()
