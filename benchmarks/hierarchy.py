"""Taxonomies in few dimensions: reconstruction and link prediction, beside the peers.

    python benchmarks/hierarchy.py [--seeds 0 1 2] [--wordnet FOLDER]

Ranks of ancestors among all nodes that are none, ties against us (hyperquery.hierarchy.ranking).
Closed-form boxes involve no learning; learned ones start at random and are trained on the closure.
Shopify's and Best Buy's taxonomies are in the shared data; WordNet's nouns come with Debian's
package wordnet-base, and their folder is named by --wordnet or the variable WORDNET. gensim's
Poincare embeddings are slow to train for long, so every method is measured again on one branch of
Shopify's taxonomy; --systems tells which parts to run. Writes benchmarks/out/hierarchy.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import networkx as nx
import numpy as np

from hyperquery.evaluation.judged import data_folder
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, cell
from hyperquery.geometry import lorentz
from hyperquery.hierarchy import (
    HeldOut,
    RankFigures,
    complete,
    distance_ranker,
    embed,
    hold_out,
    rank_pairs,
    read_taxonomy,
    sarkar,
    transitive_closure_edges,
)
from hyperquery.hierarchy.ranking import Ranker
from hyperquery.hierarchy.relations import induced_subgraph, roots

OUT = Path(__file__).parent / "out" / "hierarchy.json"
PACKAGES = ("hyperquery", "numpy", "numba", "networkx", "gensim")
PARTS = ("shopify", "branch", "bestbuy", "links")
SHOPIFY = "shopify_categories.txt.gz"
BEST_BUY = "bestbuy_categories.json.gz"
BRANCH_NODES = 1000  # the branch whose size is nearest to it is shared with gensim, trained longer
SAMPLED_NODES = 1000  # asked about where distances are computed in numpy
GENSIM_EPOCHS = 50
GENSIM_NEGATIVES = 10

# Makes a ranker of a graph, given a seed.
Maker = Callable[[nx.DiGraph, int], Ranker]


@dataclass
class Row:
    """Figures of one method on one task, a value for each seed."""

    task: str
    method: str
    figures: list[RankFigures] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        """Return the row of the table."""
        found = self.figures
        return [
            f"{self.task}: {self.method}",
            cell([one.map for one in found]),
            cell([one.mean_rank for one in found], digits=2),
            cell(self.seconds, digits=1),
            f"{found[0].nodes:,}{' sampled' if found[0].sampled else ''}",
        ]


def boxes(dimension: int, **settings: object) -> Maker:
    """Return the maker of a box embedding."""

    def make(graph: nx.DiGraph, seed: int) -> Ranker:
        return embed(graph, dimension, seed=seed, progress=False, **settings)

    return make


def tree_points(dimension: int) -> Maker:
    """Return the maker of Sarkar's construction, ranked by distance."""

    def make(graph: nx.DiGraph, seed: int) -> Ranker:
        return distance_ranker(sarkar(graph, dimension, seed=seed))

    return make


def poincare(dimension: int, epochs: int) -> Maker:
    """Return the maker of gensim's Poincare embedding, ranked by distance."""

    def make(graph: nx.DiGraph, seed: int) -> Ranker:
        from gensim.models.poincare import PoincareModel

        pairs = transitive_closure_edges(graph).tolist()
        model = PoincareModel(
            [(str(node), str(above)) for node, above in pairs],
            size=dimension,
            negative=GENSIM_NEGATIVES,
            seed=seed,
        )
        model.train(epochs=epochs)
        ball = np.zeros((len(graph), dimension))
        for name in model.kv.index_to_key:
            ball[int(name)] = model.kv[name]
        return distance_ranker(lorentz.from_poincare(ball))

    return make


def completed(maker: Maker) -> Maker:
    """Return the maker on the graph with the relations that its descendants speak for."""
    return lambda graph, seed: maker(complete(graph), seed)


def measure(
    task: str,
    method: str,
    maker: Maker,
    seeds: Sequence[int],
    split: Callable[[int], HeldOut],
    *,
    sample: int | None = None,
) -> Row:
    """Fit and rank once for each seed; the time is the processor's for the fit, on one thread."""
    return _measured({"": _all_pairs}, task, method, maker, seeds, split, sample)[0]


def measure_links(
    task: str, method: str, maker: Maker, seeds: Sequence[int], split: Callable[[int], HeldOut]
) -> list[Row]:
    """Fit once for each seed and rank all relations held out, and those that are not implied."""
    subsets = {"": _all_pairs, ", not implied": lambda held: held.pairs[~held.implied]}
    if all(split(seed).implied.all() for seed in seeds):
        del subsets[", not implied"]
    return _measured(subsets, task, method, maker, seeds, split, None)


def _measured(
    subsets: dict[str, Callable[[HeldOut], np.ndarray]],
    task: str,
    method: str,
    maker: Maker,
    seeds: Sequence[int],
    split: Callable[[int], HeldOut],
    sample: int | None,
) -> list[Row]:
    rows = {name: Row(f"{task}{name}", method) for name in subsets}
    maker(nx.DiGraph((0, leaf) for leaf in range(1, 30)), 0)
    for seed in seeds:
        held = split(seed)
        begun = time.process_time()
        ranker = maker(held.graph, seed)
        seconds = time.process_time() - begun
        for name, pairs_of in subsets.items():
            found = rank_pairs(
                ranker, pairs_of(held), held.known, len(held.graph), sample=sample, seed=seed
            )
            rows[name].figures.append(found)
            rows[name].seconds.append(seconds)
    for row in rows.values():
        print("  ".join(row.cells()), file=sys.stderr, flush=True)
    return list(rows.values())


def _all_pairs(held: HeldOut) -> np.ndarray:
    return held.pairs


def whole(graph: nx.DiGraph, seed: int = 0) -> HeldOut:
    """Return the task of reconstruction: all pairs are to be found, none is held out."""
    pairs = transitive_closure_edges(graph)
    return HeldOut(graph, pairs, pairs, np.ones(len(pairs), bool))


def branch_of(graph: nx.DiGraph) -> nx.DiGraph:
    """Return the branch below a root whose size is nearest to that wanted."""
    branches = [[root, *nx.descendants(graph, root)] for root in roots(graph)]
    return induced_subgraph(graph, min(branches, key=lambda b: abs(len(b) - BRANCH_NODES)))


def shopify(graph: nx.DiGraph, seeds: Sequence[int], epochs: int) -> list[Row]:
    task, split = f"Shopify, {len(graph):,} nodes, d=5", partial(whole, graph)
    return [
        measure(task, "closed-form boxes", boxes(5), seeds[:1], split),
        measure(task, "learned boxes", boxes(5, start="random"), seeds, split),
        measure(task, "learned Euclidean", boxes(5, start="random", curvature=0.0), seeds, split),
        measure(task, "Sarkar, d=5", tree_points(5), seeds[:1], split, sample=SAMPLED_NODES),
        measure(task, "Sarkar, d=2", tree_points(2), seeds[:1], split, sample=SAMPLED_NODES),
        measure(
            task,
            f"gensim Poincare, {epochs} epochs",
            poincare(5, epochs),
            seeds[:1],
            split,
            sample=SAMPLED_NODES,
        ),
    ]


def branch(graph: nx.DiGraph, seeds: Sequence[int], epochs: int) -> list[Row]:
    part = branch_of(graph)
    task, split = f"branch {roots(part)[0]}, {len(part):,} nodes, d=5", partial(whole, part)
    return [
        measure(task, "closed-form boxes", boxes(5), seeds[:1], split),
        measure(task, "learned boxes", boxes(5, start="random"), seeds, split),
        measure(task, "learned Euclidean", boxes(5, start="random", curvature=0.0), seeds, split),
        measure(task, "Sarkar", tree_points(5), seeds[:1], split),
        measure(task, f"gensim Poincare, {epochs} epochs", poincare(5, epochs), seeds, split),
        measure(
            task, f"gensim Poincare, {6 * epochs} epochs", poincare(5, 6 * epochs), seeds[:1], split
        ),
    ]


def best_buy(graph: nx.DiGraph, seeds: Sequence[int]) -> list[Row]:
    task, split = f"Best Buy, {len(graph):,} nodes, d=5", partial(whole, graph)
    return [
        measure(task, "closed-form boxes", boxes(5, epochs=0), seeds[:1], split),
        measure(task, "closed form, then trained", boxes(5), seeds, split),
        measure(task, "learned boxes", boxes(5, start="random"), seeds, split),
        measure(task, "learned Euclidean", boxes(5, start="random", curvature=0.0), seeds, split),
    ]


def links(name: str, graph: nx.DiGraph, dimension: int, seeds: Sequence[int]) -> list[Row]:
    """Return link prediction, of all relations held out and of those that are not implied."""
    closed = boxes(dimension, epochs=0)
    makers = {"closed-form boxes": closed, "closed form of the completed": completed(closed)}
    if len(graph) < 20_000:
        learned = boxes(dimension, start="random")
        makers |= {"learned boxes": learned, "learned of the completed": completed(learned)}
    task, split = f"{name} links, d={dimension}", partial(_split, graph)
    return [
        row
        for method, maker in makers.items()
        for row in measure_links(task, method, maker, seeds, split)
    ]


def _split(graph: nx.DiGraph, seed: int) -> HeldOut:
    return hold_out(graph, seed=seed)


def wordnet(graph: nx.DiGraph, seeds: Sequence[int], epochs: int) -> list[Row]:
    name, split = f"WordNet nouns, {len(graph):,} nodes", partial(whole, graph)
    one = seeds[:1]
    rows = [measure(f"{name}, d=10", "closed-form boxes", boxes(10), one, split)]
    if epochs:
        few, many = boxes(5, epochs=epochs), boxes(10, start="random", epochs=epochs)
        rows += [
            measure(f"{name}, d=5", "closed-form boxes", boxes(5, epochs=0), one, split),
            measure(f"{name}, d=5", f"closed form, then {epochs} epochs", few, one, split),
            measure(f"{name}, d=10", f"learned boxes, {epochs} epochs", many, one, split),
        ]
    return [*rows, *links("WordNet", graph, 10, one)]


def main(arguments: list[str] | None = None) -> None:
    """Run, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--systems", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--gensim-epochs", type=int, default=GENSIM_EPOCHS)
    parser.add_argument("--wordnet", type=Path, default=os.environ.get("WORDNET"))
    parser.add_argument("--wordnet-epochs", type=int, default=0, help="of learned boxes; slow")
    options = parser.parse_args(arguments)
    seeds, folder = options.seeds, data_folder()
    rows: list[Row] = []
    if options.systems and folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    if options.systems:
        taxonomies = folder / "taxonomies"
        graph = read_taxonomy(taxonomies / SHOPIFY)
        if "shopify" in options.systems:
            rows += shopify(graph, seeds, options.gensim_epochs)
        if "branch" in options.systems:
            rows += branch(graph, seeds, options.gensim_epochs)
        if "links" in options.systems:
            rows += links("Shopify", graph, 5, seeds)
        if "bestbuy" in options.systems:
            rows += best_buy(read_taxonomy(taxonomies / BEST_BUY), seeds)
    if options.wordnet:
        rows += wordnet(read_taxonomy(options.wordnet), seeds, options.wordnet_epochs)
    else:
        print("WordNet left out: name the folder of its files with --wordnet", file=sys.stderr)
    head = ["", "MAP", "mean rank", "CPU seconds", "nodes asked"]
    print(aligned(head, [row.cells() for row in rows]))
    OUT.parent.mkdir(exist_ok=True)
    result = {**provenance(PACKAGES), "seeds": seeds, "rows": [asdict(row) for row in rows]}
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
