"""Which category of Shopify's is one of Best Buy's? Alignment of two shops' taxonomies.

    python benchmarks/aligning.py [--seeds 0 1 2] [--dimension 64] [--steps 400]

An engine is fitted on Shopify's category names and paths alone. The nodes asked about are those of
Best Buy whose name, by its words, occurs exactly once in either taxonomy; the node of that name is
taken to be right. A weight was chosen on every second of them, so figures are of the others.

named: a node is read with its name. Equal names make this easy: a look-up of names has precision 1
by the choice of nodes, and the task shows only what a system loses of that.
hidden: it is read without its name, by the names of its children (or its parent) and its path, and
the name is still in the target. This is what a system knows of categories beyond their names.

BM25 and character n-grams (TF-IDF) rank the targets' names or paths. Ancestor F1 is of the path of
the first answer. Writes benchmarks/out/aligning.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import networkx as nx
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from hyperquery import Config
from hyperquery.evaluation.judged import data_folder
from hyperquery.evaluation.peers.bm25 import BM25
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, cell
from hyperquery.hierarchy import Aligner, ancestor_f1, read_taxonomy, shared_names
from hyperquery.hierarchy.aligning import described
from hyperquery.hierarchy.paths import all_paths

OUT = Path(__file__).parent / "out" / "aligning.json"
PACKAGES = ("hyperquery", "numpy", "torch", "networkx", "bm25s", "scikit-learn")
TASKS = ("named", "hidden")

Ranked = list[Sequence[str]]
"""The first targets for each node asked about."""

Figures = dict[str, dict[str, float]]


def figures_of(ranked: Ranked, right: Sequence[str], target: nx.DiGraph) -> dict[str, float]:
    """Return precision at 1 and 5, and the ancestor F1 of the first answers."""
    paths = all_paths(target)
    pairs = list(zip(ranked, right, strict=True))
    return {
        "P@1": fmean(found[0] == node for found, node in pairs),
        "P@5": fmean(node in found[:5] for found, node in pairs),
        "ancestor F1": fmean(ancestor_f1(paths[found[0]], paths[node]) for found, node in pairs),
    }


def by_words(texts: Sequence[str], targets: Sequence[str]) -> Callable[[Sequence[str]], Ranked]:
    """Return what ranks targets by BM25 over their texts."""
    index = BM25(texts)
    return lambda queries: [[targets[at] for at in index.best(query, 5)] for query in queries]


def by_n_grams(texts: Sequence[str], targets: Sequence[str]) -> Callable[[Sequence[str]], Ranked]:
    """Return what ranks targets by the cosine of character n-grams."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
    known = vectorizer.fit_transform(texts)

    def rank(queries: Sequence[str]) -> Ranked:
        scores = (vectorizer.transform(queries) @ known.T).toarray()
        best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
        return [[targets[at] for at in row] for row in best]

    return rank


def peers(source: nx.DiGraph, target: nx.DiGraph, gold: dict[str, str]) -> dict[str, Figures]:
    """Return the figures of the peers on each task."""
    targets, paths = list(target), list(all_paths(target).values())
    names, whole = [path[-1] for path in paths], [" ".join(path) for path in paths]
    systems = {
        "BM25, names": (by_words(names, targets), False),
        "BM25, paths": (by_words(whole, targets), True),
        "n-grams, names": (by_n_grams(names, targets), False),
        "n-grams, paths": (by_n_grams(whole, targets), True),
    }
    found: dict[str, Figures] = {}
    for task in TASKS:
        read = described(source, list(gold), hide_names=task == "hidden")
        of_titles = [one["title"] for one in read]
        of_paths = [" ".join([one["title"], *(one["category"] or ())]) for one in read]
        found[task] = {
            name: figures_of(rank(of_paths if with_path else of_titles), [*gold.values()], target)
            for name, (rank, with_path) in systems.items()
        }
    return found


def ours(source: nx.DiGraph, target: nx.DiGraph, gold: dict[str, str], config: Config) -> Figures:
    """Fit and return our figures by task."""
    aligner = Aligner.fit(target, config=config)
    return {
        task: figures_of(
            [one.targets for one in aligner.align(source, gold, hide_names=task == "hidden")],
            list(gold.values()),
            target,
        )
        for task in TASKS
    }


def main(arguments: list[str] | None = None) -> None:
    """Run, print the table, write the JSON."""
    defaults = Config()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--dimension", type=int, default=defaults.dimension)
    parser.add_argument("--steps", type=int, default=defaults.steps)
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    source = read_taxonomy(folder / "taxonomies" / "bestbuy_categories.json.gz")
    target = read_taxonomy(folder / "taxonomies" / "shopify_categories.txt.gz")
    shared = shared_names(source, target)
    gold = {node: shared[node] for node in list(shared)[1::2]}
    runs = []
    for seed in options.seeds:
        config = Config(dimension=options.dimension, steps=options.steps, seed=seed)
        runs.append(ours(source, target, gold, config))
    others = peers(source, target, gold)
    measures = ["P@1", "P@5", "ancestor F1"]
    rows = []
    for task in TASKS:
        values = [cell([run[task][measure] for run in runs]) for measure in measures]
        rows.append([f"{task}: hyperquery", *values])
        for name, figures in others[task].items():
            rows.append([f"{task}: {name}", *(cell([figures[m]]) for m in measures)])
    print(f"{len(gold)} nodes asked about, {len(target):,} targets\n")
    print(aligned(["", *measures], rows))
    OUT.parent.mkdir(exist_ok=True)
    result = {
        **provenance(PACKAGES),
        "config": Config(dimension=options.dimension, steps=options.steps).to_dict(),
        "seeds": options.seeds,
        "nodes": len(gold),
        "hyperquery": runs,
        "peers": others,
    }
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
