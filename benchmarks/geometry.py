"""Hyperbolic against flat: ANTHEM and E-ANTHEM at few and many dimensions, over seeds.

    python benchmarks/geometry.py --tune [--radii 0.5 1 2]
    python benchmarks/geometry.py [--dimensions 4 8 16 32 64] [--seeds 0 1 2 3 4] [--steps 600]

The two have the same parameters but for the curvature, which is learned from 1 or stays 0. One fit
for each geometry, dimension and seed, on the boolean benchmark's training part, serves three tasks:
ranking all products and the judged ones for the ESCI queries; the shallow boolean queries of the
test part; and finding the categories of the test part's products, whose titles alone are seen,
among all category names. Both are without evidence and leanings unless --evidence gives them a
weight, because the flat axes are the same in either geometry and would do much of the work.

--tune chooses each geometry's radius at 8 dimensions with the first seed, by the mean of boolean AP
on the dev part and full NDCG@10 on the development half of the queries; without it the radius is
the one that was chosen before, or hyperquery's. "p" is that of a paired t-test over the seeds.
Everything is kept in benchmarks/out/geometry.json as soon as it is known, and a fit with the same
settings is not repeated: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from scipy import stats

from hyperquery import Config, Engine
from hyperquery.evaluation.ancestors import ancestor_precision, category_paths, depth_order
from hyperquery.evaluation.boolean import BooleanBenchmark, make_benchmark
from hyperquery.evaluation.development import BOOLEAN, RETRIEVAL, engine_figures
from hyperquery.evaluation.judged import JudgedCatalog, data_folder, read_esci
from hyperquery.evaluation.peers.ablations import e_anthem
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, cell, p_cell

OUT = Path(__file__).parent / "out" / "geometry.json"
CURVED, FLAT = "ANTHEM", "E-ANTHEM"
GEOMETRIES = (CURVED, FLAT)
TUNED_AT = 8  # dimensions
ANCESTORS, DEPTH = "ancestors AP", "larger ancestors"
MEASURES = (*RETRIEVAL, BOOLEAN, ANCESTORS, DEPTH)
PACKAGES = ("hyperquery", "numpy", "torch", "geoopt", "scipy", "scikit-learn", "ir-measures")


class Record:
    """What was measured so far, written to the file at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known = json.loads(path.read_text()) if path.exists() else {}
        self.tuned: dict[str, dict[str, Any]] = known.get("tuned", {})
        self.fits: dict[str, dict[str, Any]] = known.get("fits", {})

    def save(self) -> None:
        """Write it, all or nothing."""
        self._path.parent.mkdir(exist_ok=True)
        beside = self._path.with_suffix(".new")
        found = {**provenance(PACKAGES), "tuned": self.tuned, "fits": self.fits}
        beside.write_text(json.dumps(found, indent=1) + "\n")
        beside.replace(self._path)


@dataclass(frozen=True)
class Tasks:
    """What a fit is measured by.

    Attributes:
        judged: the ESCI slice.
        benchmark: the boolean benchmark on it.
        name: of the queries that are asked, so that other ones count as other settings.
    """

    judged: JudgedCatalog
    benchmark: BooleanBenchmark
    name: str

    def fit(self, config: Config) -> Engine:
        """Fit an engine on the training part."""
        return Engine.fit(self.benchmark.train.records(), config=config)

    def development(self, fitted: Engine) -> dict[str, float]:
        """Return the figures that settings may be chosen by."""
        half = self.judged.development_half()
        return engine_figures(fitted.model, half, self.benchmark.dev)

    def figures(self, fitted: Engine) -> dict[str, float]:
        """Return the figures to report."""
        test = self.benchmark.test
        over_test = Engine(test.catalog, fitted.model)
        paths = category_paths(self.judged.catalog, test.catalog.ids)
        return {
            **engine_figures(fitted.model, self.judged, test),
            ANCESTORS: fmean(ancestor_precision(over_test, paths)),
            DEPTH: depth_order(over_test, paths),
        }


def settings(geometry: str, config: Config, record: Record) -> Config:
    """Return the settings of a geometry, with the radius chosen for it."""
    radius = record.tuned.get(geometry, {}).get("radius", config.radius)
    curved = replace(config, radius=radius)
    return curved if geometry == CURVED else e_anthem(curved)


def tune(tasks: Tasks, config: Config, radii: Sequence[float], record: Record) -> None:
    """Choose the radius of each geometry and keep what was tried."""
    for geometry in GEOMETRIES:
        tried: dict[str, dict[str, float]] = {}
        for radius in radii:
            own = replace(settings(geometry, config, record), radius=radius)
            tried[str(radius)] = tasks.development(tasks.fit(own))
            print(f"{geometry}, radius {radius:g}: {shown(tried[str(radius)])}", flush=True)
        best = max(radii, key=lambda radius: quality(tried[str(radius)]))
        record.tuned[geometry] = {"radius": best, "tried": tried, "config": config.to_dict()}
        record.save()
        print(f"{geometry}: radius {best:g}", flush=True)


def quality(figures: dict[str, float]) -> float:
    """Return what settings are chosen by."""
    return fmean((figures[BOOLEAN], figures[RETRIEVAL[0]]))


def shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


def measure(tasks: Tasks, geometry: str, config: Config, record: Record) -> None:
    """Fit and measure, unless that was done before with the same settings."""
    key = f"{geometry}, {config.dimension} dimensions, seed {config.seed}"
    own = {"config": config.to_dict(), "queries": tasks.name}
    known = record.fits.get(key, {})
    if {name: known.get(name) for name in own} == own:
        return
    start = time.perf_counter()
    fitted = tasks.fit(config)
    seconds = time.perf_counter() - start
    record.fits[key] = {
        **own,
        "figures": tasks.figures(fitted),
        "parameters": sum(p.numel() for p in fitted.model.encoder.parameters()),
        "curvature": fitted.model.curvature,
        "seconds": seconds,
    }
    record.save()
    print(f"{key} ({seconds:.0f} s): {shown(record.fits[key]['figures'])}", flush=True)


def summary(record: Record, dimensions: Sequence[int], seeds: Sequence[int]) -> str:
    """Return the table: means over the seeds, differences, p-values."""

    def values(geometry: str, dimension: int, name: str) -> list[float]:
        keys = (f"{geometry}, {dimension} dimensions, seed {seed}" for seed in seeds)
        return [record.fits[key]["figures"][name] for key in keys]

    rows = []
    for name in MEASURES:
        for dimension in dimensions:
            curved, flat = (values(geometry, dimension, name) for geometry in GEOMETRIES)
            gain = f"{100 * (fmean(curved) / fmean(flat) - 1):+.1f} %" if fmean(flat) else ""
            p_value = paired_p_value(curved, flat)
            p_text = "" if p_value is None else p_cell(p_value)
            rows.append([f"{name}, {dimension}", cell(curved), cell(flat), gain, p_text])
    return aligned(["task, dimensions", *GEOMETRIES, "difference", "p"], rows)


def paired_p_value(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the two-sided p-value of a paired t-test; None if the differences do not vary."""
    differences = np.subtract(first, second)
    if len(differences) < 2 or np.ptp(differences) == 0:
        return None
    return float(stats.ttest_1samp(differences, 0).pvalue)


def main(arguments: list[str] | None = None) -> None:
    """Tune or run, print the table, keep the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dimensions", type=int, nargs="+", default=[4, 8, 16, 32, 64])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--steps", type=int, default=Config().steps)
    parser.add_argument("--evidence", type=float, default=0.0, help="its weight; none by default")
    parser.add_argument("--queries", type=int, default=300, help="of each boolean structure")
    parser.add_argument("--tune", action="store_true", help="choose the radii, measure nothing")
    parser.add_argument("--radii", type=float, nargs="+", default=[0.5, 1.0, 2.0])
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    judged = read_esci(folder)
    benchmark = make_benchmark(judged.catalog, per_structure=options.queries)
    tasks = Tasks(judged, benchmark, f"{options.queries} of each structure")
    record = Record(OUT)
    config = Config(
        steps=options.steps,
        evidence_weight=options.evidence,
        lateness_weight=Config().lateness_weight * options.evidence,
        leaning_weight=options.evidence,
    )
    if options.tune:
        at = replace(config, dimension=TUNED_AT, seed=options.seeds[0])
        tune(tasks, at, options.radii, record)
        return
    # all geometries of a seed before the next seed, so that an early stop leaves whole pairs
    for seed in options.seeds:
        for dimension in options.dimensions:
            for geometry in GEOMETRIES:
                own = replace(config, dimension=dimension, seed=seed)
                measure(tasks, geometry, settings(geometry, own, record), record)
    print(summary(record, options.dimensions, options.seeds))


if __name__ == "__main__":
    main()
