"""The scan at ten thousand to ten million products, beside reading them once, and beside peers.

    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--seed 0] [--noise 0.5]

Products are the fitted ones of an engine (the demo's unless --engine names a folder), again and
again: their points with noise on the sphere that all points lie on, their titles and trigrams as
they are. The noise moves a point by this share of the median distance to its nearest neighbour.
Queries are those of the boolean benchmark, from one term to three, compiled by the engine. "read"
is a sum over the points by all cores, once; times are medians (and 99th percentiles) of searches
for 10 products, one after the other, with terms encoded before. "boxes" are the same regions
without evidence, as faiss's exact flat index knows no words either. Sizes above --most-evidence are
measured without evidence and without the peers on text. The first search of a process compiles the
loops where no cache on disk has them. Writes benchmarks/out/scale.json.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import hyperquery
from hyperquery import Engine
from hyperquery import query as q
from hyperquery.demo import demo_engine
from hyperquery.engine.collection import Collection
from hyperquery.engine.segment import Segment
from hyperquery.evaluation.boolean import make_benchmark
from hyperquery.evaluation.boolean_queries import SHALLOW
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned
from hyperquery.geometry import Attested, Complement, Intersection, Region, Union
from hyperquery.scan import ScanIndex

OUT = Path(__file__).parent / "out" / "scale.json"
PACKAGES = ("hyperquery", "numpy", "numba", "torch", "faiss-cpu", "bm25s", "tantivy")
K = 10
BATCH = 64
CONJUNCTIONS = ("2i", "3i")
Points = npt.NDArray[np.float32]


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def times_of(works: Sequence[Callable[[], object]], rounds: int = 3) -> list[float]:
    """Return the least time of each work over some rounds, the first of which warms up."""
    rounds_of_times = [[milliseconds(work) for work in works] for _ in range(rounds + 1)]
    return [min(times) for times in zip(*rounds_of_times[1:], strict=True)]


def replicated(engine: Engine, rows: npt.NDArray[np.int64], noise: float, seed: int) -> Points:
    """Return the points of some rows, moved by noise on the sphere that they lie on."""
    known = engine.points
    nearest = np.sqrt(np.sort(distances(known), axis=1)[:, 1])
    step = noise * float(np.median(nearest[nearest > 1e-3]))
    rng = np.random.default_rng(seed)
    points = known[rows]
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    for start in range(0, len(points), 100_000):
        part = points[start : start + 100_000]
        part += rng.standard_normal(part.shape, np.float32) * np.float32(
            step / part.shape[1] ** 0.5
        )
        part *= lengths[start : start + 100_000] / np.linalg.norm(part, axis=1, keepdims=True)
    return points


def distances(points: Points) -> Points:
    squares = (points * points).sum(axis=1)
    found: Points = np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0)
    return found


def read_once(points: Points) -> float:
    """Return the milliseconds that all cores take to sum the points up, at best of five."""
    halves = np.array_split(points.reshape(-1), 2)
    with ThreadPoolExecutor(len(halves)) as pool:
        return min(milliseconds(lambda: list(pool.map(np.sum, halves))) for _ in range(5))


def queries_of(engine: Engine, number: int) -> dict[str, list[q.Query]]:
    """Return queries of each shallow structure."""
    benchmark = make_benchmark(engine.catalog, per_structure=-(-number // len(SHALLOW)))
    return {name: [asked for asked, _ in benchmark.test.queries[name]] for name in SHALLOW}


def without_evidence(region: Region) -> Region:
    """Return a region with its leaves' boxes alone."""
    if isinstance(region, Attested):
        return region.hyperboloid
    if region.is_leaf:
        return region
    operands = [without_evidence(operand) for operand in region.operands]
    if isinstance(region, Complement):
        return Complement(operands[0])
    return Intersection(operands) if isinstance(region, Intersection) else Union(operands)


class Case:
    """One number of products, and everything measured there."""

    def __init__(self, engine: Engine, options: argparse.Namespace, size: int) -> None:
        self.size = size
        self.model = engine.model
        self.with_text = size <= options.most_evidence
        rng = np.random.default_rng(options.seed)
        rows = rng.integers(0, len(engine), size)
        points = replicated(engine, rows, options.noise, options.seed)
        source = engine.collection.segments[0]
        holdings = source.index.holdings.chosen(source.index.stored_at[rows])
        start = time.perf_counter()
        self.index = ScanIndex.build(
            points, engine.model.curvature, holdings if self.with_text else None
        )
        self.figures: dict[str, float] = {"layout s": time.perf_counter() - start}
        self.figures["read ms"] = self.read = read_once(points)
        self.points = points
        catalog = source.catalog.select(rows) if self.with_text else source.catalog
        if self.with_text:
            ids = pa.array(np.arange(size)).cast(catalog.table["id"].type)
            table = catalog.table.set_column(0, catalog.table.schema.field("id"), ids)
            catalog = type(catalog).from_table(table)
        self.segment = Segment(catalog, self.index, engine.model.vocabulary)
        self.collection = Collection((self.segment,))

    def engine(self) -> Engine:
        """Return an engine that remembers nothing."""
        return Engine.of(self.collection, self.model)

    def record(self, name: str, times: Sequence[float]) -> None:
        """Keep the median and the 99th percentile of some milliseconds."""
        self.figures[f"{name} ms"] = float(np.median(times))
        self.figures[f"{name} p99 ms"] = float(np.percentile(times, 99))

    def scan(self, source: Engine, queries: dict[str, list[q.Query]]) -> None:
        """Measure searches of compiled regions."""
        asked = self.engine() if self.with_text else source
        for evidence in (True, False) if self.with_text else (False,):
            name = "regions" if evidence else "boxes"
            every: list[float] = []
            for structure, some in queries.items():
                regions = [asked.region(query) for query in some]
                if not evidence:
                    regions = [without_evidence(region) for region in regions]
                times = times_of([lambda r=region: self.index.nearest(r, K) for region in regions])
                every += times
                if structure in ("1", *CONJUNCTIONS):
                    self.record(f"{name} {structure}", times)
            self.record(name, every)
            both = self.figures[f"{name} 2i ms"]
            self.figures[f"{name} 2i / read"] = both / self.read
        arrays = self.index.arrays()
        of_evidence = self.index.holdings.nbytes
        of_evidence += sum(arrays[name].nbytes for name in ("signatures", "ceilings", "holders"))
        self.figures["memory, of points"] = (self.index.nbytes - of_evidence) / self.points.nbytes
        if self.with_text:
            self.figures["memory with evidence"] = self.index.nbytes / self.points.nbytes

    def search(self, queries: Sequence[q.Query]) -> None:
        """Measure whole searches, single and in batches, with fields of the hits."""
        engine, other = self.warm_engine(queries), self.warm_engine(queries)
        times = [milliseconds(lambda q=query: engine.search(q, K)) for query in queries]
        self.record("search", times)
        batches = [queries[i : i + BATCH] for i in range(0, len(queries), BATCH)]
        taken = sum(milliseconds(lambda b=batch: other.search_many(b, K)) for batch in batches)
        self.figures["batched ms each"] = taken / len(queries)
        self.figures["batch speed-up"] = sum(times) / taken

    def warm_engine(self, queries: Sequence[q.Query]) -> Engine:
        """Return an engine that knows the terms of queries, and no answers."""
        engine = self.engine()
        for term in sorted({term for query in queries for term in query.terms}):
            engine.hyperboloid(term)
        engine.search("warm up", K)
        return engine

    def peers(self, queries: Sequence[q.Query]) -> None:
        """Measure faiss on the points, and bm25s and tantivy on the titles."""
        import faiss

        flat = faiss.IndexFlatIP(self.points.shape[1])
        flat.add(self.points)
        vectors = self.points[:: max(1, len(self.points) // 50)][:50]
        self.record(
            "faiss", times_of([lambda v=vector: flat.search(v[None], K) for vector in vectors])
        )
        if self.with_text:
            from hyperquery.evaluation.peers.bm25 import BM25
            from hyperquery.evaluation.peers.tantivy import Tantivy

            titles = self.segment.catalog.table["title"].to_pylist()
            keyword = Tantivy(titles)
            self.record("tantivy", times_of([lambda s=s: keyword.best(s, K) for s in queries]))
            ranked = BM25(titles)
            texts = [" ".join(query.terms) for query in queries]
            self.record("bm25s", times_of([lambda t=text: ranked.best(t, K) for text in texts], 1))

    def load(self) -> None:
        """Measure saving, and loading by memory map."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "engine"
            self.figures["save s"] = milliseconds(lambda: self.engine().save(path)) / 1e3
            for verify in (True, False):
                name = "load, checked ms" if verify else "load ms"
                works = [lambda v=verify: hyperquery.load(path, verify=v)]
                self.figures[name] = times_of(works)[0]
            loaded = hyperquery.load(path, verify=False)
            self.figures["first search ms"] = milliseconds(lambda: loaded.search("fire tablet"))


def encoding(engine: Engine, number: int) -> dict[str, float]:
    """Return products a second that the engine and MiniLM encode."""
    from hyperquery.evaluation.peers import minilm

    texts = [document.text for document in engine.catalog.documents()][:number]
    vocabulary = engine.model.vocabulary
    ours = times_of([lambda: engine.model.points(vocabulary.encode(texts))], 2)[0]
    minilm.encode(texts[:8])
    theirs = milliseconds(lambda: minilm.encode(texts))
    return {
        "products a second": 1e3 * len(texts) / ours,
        "MiniLM's": 1e3 * len(texts) / theirs,
        "times as many": theirs / ours,
    }


def first_calls() -> dict[str, float]:
    """Return what the first search of a process takes: with nothing compiled, and with a cache."""
    code = (
        "import time; from hyperquery.demo import demo_engine; engine = demo_engine(); "
        "engine.collection.segments[0].index.plain_below = 0; "
        "start = time.perf_counter(); engine.search('fire tablet'); "
        "print(time.perf_counter() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        seconds = [
            float(subprocess.check_output([sys.executable, "-c", code], env=environment))
            for _ in range(2)
        ]
    return {"first search, compiling s": seconds[0], "first search, compiled before s": seconds[1]}


def measure(engine: Engine, options: argparse.Namespace, size: int) -> dict[str, float]:
    queries = queries_of(engine, options.queries)
    flat = [query for some in queries.values() for query in some]
    case = Case(engine, options, size)
    case.scan(engine, queries)
    if case.with_text:
        case.search(flat)
    if not options.alone:
        case.peers(flat)
        if "faiss ms" in case.figures:
            case.figures["faiss / boxes 1"] = case.figures["faiss ms"] / case.figures["boxes 1 ms"]
    if case.with_text:
        case.load()
    return case.figures


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--noise", type=float, default=0.5)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--engine", help="a saved engine's folder; the demo's if not given")
    parser.add_argument("--most-evidence", type=int, default=1_000_000)
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--encode", type=int, default=1000, help="products to encode beside MiniLM")
    options = parser.parse_args(arguments)
    engine = hyperquery.load(options.engine) if options.engine else demo_engine()
    found: dict[str, dict[str, Any]] = {}
    for size in options.sizes:
        found[f"{size:,}"] = measure(engine, options, size)
        gc.collect()
        print(f"{size:,} products: read {found[f'{size:,}']['read ms']:.1f} ms", flush=True)
    names = dict.fromkeys(name for figures in found.values() for name in figures)
    rows = [
        [name, *(f"{figures[name]:.3g}" if name in figures else "" for figures in found.values())]
        for name in names
    ]
    print(aligned(["", *found], rows))
    result = {**provenance(PACKAGES), "options": vars(options), "sizes": found}
    if not options.alone:
        others = {**encoding(engine, options.encode), **first_calls()}
        print(", ".join(f"{name} {value:.3g}" for name, value in others.items()))
        result["others"] = others
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
