"""Where does a new product belong, which products are mislabelled, and what hierarchy emerged?

    python benchmarks/placing.py [--seeds 0 1 2] [--dimension 64] [--steps 400]
                                 [--parts placing mislabelled emergence]

On the ESCI slice, an engine fitted for each seed. Nothing in training tells which category is above
which.

placing: a tenth of the products calibrates confidences, a quarter is placed by titles alone, the
rest is fitted on (the split of the boolean benchmark, without unseen terms). Beside Placer.place,
which weighs the regions of names and the products around: votes of the 10 nearest products by
points, and by BM25 over the titles. Paths that no fitted product has cannot be found by any of
them; they are in the figures.

mislabelled: 5 % of the products with a category get that of another product before the fit, which
sees the wrong ones. Products are ranked by how much likelier another category is; the peers rank by
the share of the 10 nearest products' votes that speaks against the path. Precision at the number of
wrong labels is also recall there. The catalog's own mistakes count against all systems.

emergence: of pairs of category names with at least 5 products, which is above which, by containment
of regions: precision and recall of the learned ancestors among the pairs that the catalog's paths
have, by products and by boxes. Products are read with their categories here, but each name is a
flat label among others.

Writes benchmarks/out/placing.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File
from statistics import fmean
from typing import Any

import networkx as nx
import numpy as np

from hyperquery import Config, Engine
from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.boolean import make_benchmark
from hyperquery.evaluation.boolean_figures import average_precision
from hyperquery.evaluation.judged import data_folder, read_esci
from hyperquery.evaluation.kept import Kept
from hyperquery.evaluation.peers.bm25 import BM25
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, cell
from hyperquery.hierarchy import Placement, Placer, ancestor_f1, learn
from hyperquery.hierarchy.misplacing import excess
from hyperquery.hierarchy.placements import Path
from hyperquery.hierarchy.placing import paths_of
from hyperquery.hierarchy.terms import mined_terms, term_key

OUT = File(__file__).parent / "out" / "placing.json"
PACKAGES = ("hyperquery", "numpy", "torch", "networkx", "bm25s")
PARTS = ("placing", "mislabelled", "emergence")
VOTERS = 10
LEVELS = 4
WRONG_SHARE = 0.05
LEAST_DEGREES = (0.5, 0.6, 0.7, 0.8, 0.9)

Figures = dict[str, dict[str, float]]
"""Figures by name, of each system by name."""


@dataclass(frozen=True, eq=False)
class Split:
    """Products to fit on, to calibrate with and to place."""

    train: Catalog
    dev: Catalog
    test: Catalog


def split_of(catalog: Catalog, seed: int) -> Split:
    """Return the split of the boolean benchmark, every product with its category."""
    parts = make_benchmark(
        catalog, seed=seed, per_structure=1, dev_per_structure=1, unseen_share=0.0
    )

    def whole(part: Catalog) -> Catalog:
        return catalog.select([catalog.positions[id_] for id_ in part.ids])

    return Split(whole(parts.train), whole(parts.dev.catalog), whole(parts.test.catalog))


def placing_figures(engine: Engine, split: Split) -> Figures:
    """Place the test products by titles; return the figures of each system."""
    known = [row for row, path in enumerate(paths_of(split.test)) if path]
    titles = [split.test.titles[row] for row in known]
    true = [paths_of(split.test)[row] for row in known]
    placer = Placer(engine, split.dev)
    fitted_paths, index = paths_of(split.train), BM25(split.train.titles)
    by_words = [
        placer.vote([fitted_paths[row] for row in index.best(title, VOTERS)]) for title in titles
    ]
    return {
        "regions and nearest products": path_figures(placer.place_many(titles), true),
        "nearest products": path_figures(placer.place_many_by_neighbours(titles, VOTERS), true),
        "BM25": path_figures(by_words, true),
    }


def path_figures(found: Sequence[Placement], true: Sequence[Path]) -> dict[str, float]:
    """Return accuracy at each level, exact paths, ancestor F1 and how far confidences are off."""
    figures: dict[str, float] = {}
    for level in range(1, LEVELS + 1):
        deep = [(f.path[:level] == t[:level]) for f, t in zip(found, true, strict=True)
                if len(t) >= level]  # fmt: skip
        figures[f"level {level}"] = fmean(deep) if deep else 0.0
    pairs = list(zip(found, true, strict=True))
    figures["exact"] = fmean(f.path == t for f, t in pairs)
    figures["ancestor F1"] = fmean(ancestor_f1(f.path, t) for f, t in pairs)
    figures["confidence error"] = calibration_error(
        [
            (confidence, f.path[: level + 1] == t[: level + 1])
            for f, t in pairs
            for level, confidence in enumerate(f.confidences)
        ]
    )
    return figures


def calibration_error(answers: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Return the mean distance between confidence and share of right answers, over equal bins."""
    if not answers:
        return 0.0
    bin_of = [min(int(confidence * bins), bins - 1) for confidence, _ in answers]
    total = 0.0
    for one in sorted(set(bin_of)):
        inside = [answer for answer, at in zip(answers, bin_of, strict=True) if at == one]
        confidence, right = fmean(c for c, _ in inside), fmean(r for _, r in inside)
        total += len(inside) * abs(confidence - right)
    return total / len(answers)


def mislabelled(catalog: Catalog, seed: int) -> tuple[Catalog, np.ndarray]:
    """Return the catalog with some categories of other products, and which they are."""
    rng = np.random.default_rng(seed)
    paths = paths_of(catalog)
    known = np.flatnonzero([bool(path) for path in paths])
    chosen = np.sort(rng.choice(known, round(WRONG_SHARE * len(known)), replace=False))
    records = catalog.records()
    for row in chosen:
        drawn = (paths[at] for at in rng.permutation(known))
        other = next(path for path in drawn if path != paths[row])
        records[row] = {**records[row], "category": list(other)}
    wrong = np.zeros(len(catalog), np.bool_)
    wrong[chosen] = True
    return Catalog.from_records(records), wrong


def mislabelled_figures(engine: Engine, wrong: np.ndarray) -> Figures:
    """Rank all products with a category by suspicion; return the figures of each system."""
    catalog = engine.catalog
    paths = paths_of(catalog)
    known = np.flatnonzero([bool(path) for path in paths])
    placer = Placer(engine)
    of_regions, _ = excess(placer, catalog)
    index = BM25(catalog.titles)
    by_words = np.zeros(len(catalog))
    for row in known:
        nearest = [at for at in index.best(catalog.titles[row], VOTERS + 1) if at != row]
        by_words[row] = against(paths[row], [paths[at] for at in nearest[:VOTERS]])
    by_points = np.zeros(len(catalog))
    for row, nearest in zip(known, placer.nearest_rows(
        [catalog.titles[row] for row in known], VOTERS + 1
    ), strict=True):  # fmt: skip
        others = [at for at in nearest if at != row]
        by_points[row] = against(paths[row], [paths[at] for at in others[:VOTERS]])
    scores = {
        "regions and nearest products": of_regions,
        "nearest products": by_points,
        "BM25": by_words,
    }
    return {
        name: suspicion_figures(suspicion[known], wrong[known])
        for name, suspicion in scores.items()
    }


def against(path: Path, voters: Sequence[Path]) -> float:
    """Return how much of the votes of ranked products speaks against a path, over its levels."""
    weights = [1.0 / rank for rank in range(1, len(voters) + 1)]
    shares = [1.0 - ancestor_f1(path, other) for other in voters]
    total = sum(weights)
    return sum(w * s for w, s in zip(weights, shares, strict=True)) / total if total else 0.0


def suspicion_figures(suspicion: np.ndarray, wrong: np.ndarray) -> dict[str, float]:
    """Return precision at the number of wrong labels and at half of it, and average precision."""
    order = np.argsort(-suspicion, kind="stable")
    number = int(wrong.sum())
    return {
        "precision at all": float(wrong[order[:number]].mean()),
        "precision at half": float(wrong[order[: number // 2]].mean()),
        "recall at twice": float(wrong[order[: 2 * number]].sum() / number),
        "average precision": average_precision(suspicion, wrong),
    }


def emergence_figures(engine: Engine) -> Figures:
    """Compare the learned ancestors of category names with those that the paths have."""
    terms = [term.text for term in mined_terms(engine.catalog, kinds=["category"])]
    keys = {term_key(term): term for term in terms}
    true = set()
    for path in set(paths_of(engine.catalog)):
        names = [keys[key] for key in map(term_key, path) if key in keys]
        true |= {(above, below) for at, above in enumerate(names) for below in names[at + 1 :]}
    true = {(above, below) for above, below in true if above != below}
    figures: Figures = {}
    for by in ("products", "boxes"):
        for least in LEAST_DEGREES:
            learned = learn(engine, terms, by=by, least_degree=least)
            found = set(nx.transitive_closure_dag(learned.graph).edges)
            right = len(found & true)
            precision, recall = right / max(len(found), 1), right / max(len(true), 1)
            figures[f"by {by}, degree {least}"] = {
                "pairs": float(len(found)),
                "precision": precision,
                "recall": recall,
                "F1": 2 * precision * recall / max(precision + recall, 1e-12),
            }
    return figures


def config_of(options: argparse.Namespace, seed: int) -> Config:
    return Config(dimension=options.dimension, steps=options.steps, seed=seed)


def measured(part: str, catalog: Catalog, options: argparse.Namespace, seed: int) -> Figures:
    """Fit once and return the figures of a part."""
    config = config_of(options, seed)
    if part == "mislabelled":
        changed, wrong = mislabelled(catalog, seed)
        return mislabelled_figures(Engine.fit(changed.records(), config=config), wrong)
    split = split_of(catalog, seed)
    if part == "placing":
        engine = Engine.fit(split.train.records(), config=config)
        return placing_figures(engine, split)
    return emergence_figures(Engine.fit(catalog.records(), config=config))


def table(part: str, runs: Sequence[Figures]) -> str:
    """Return the figures of a part as a table, means over seeds."""
    names = list(next(iter(runs[0].values())))
    rows = [
        [system, *(cell([run[system][name] for run in runs]) for name in names)]
        for system in runs[0]
    ]
    return aligned([part, *names], rows)


def main(arguments: list[str] | None = None) -> None:
    """Run, print the tables, write the JSON."""
    defaults = Config()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--dimension", type=int, default=defaults.dimension)
    parser.add_argument("--steps", type=int, default=defaults.steps)
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    catalog = read_esci(folder).catalog
    settings = {"config": config_of(options, 0).to_dict(), "products": len(catalog)}
    kept = Kept(OUT.with_name("placing-runs.json"), settings)
    found: dict[str, Any] = {}
    for part in options.parts:
        runs = []
        for seed in options.seeds:
            name = f"{part}, seed {seed}"
            run = kept.get(name)
            if run is None:
                run = measured(part, catalog, options, seed)
                kept.put(name, run)
            runs.append(run)
        found[part] = runs
        print(table(part, runs), end="\n\n", flush=True)
    result = {**provenance(PACKAGES), **settings, "seeds": options.seeds, "figures": found}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
