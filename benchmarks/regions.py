"""How composing and evaluating regions grows with the number of terms.

    python benchmarks/regions.py              prints the table
    python benchmarks/regions.py --write      puts it into docs/regions.md as well

Regions of 1 to 10,000 distinct hyperboloids in 16 dimensions, joined one after another by
intersections, unions and complements, against 10,000 products in float32, by the numpy reference
(one thread). In the last column every term occurs twice and is still evaluated once.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from hyperquery.geometry import Hyperboloid, Region
from hyperquery.geometry.lorentz import exp_origin

DIMENSION = 16
PAGE = Path(__file__).parents[1] / "docs" / "regions.md"
START, END = "<!-- speed: start -->", "<!-- speed: end -->"


def terms(count: int) -> list[Hyperboloid]:
    """Return random hyperboloids, each with an edge of its own."""
    rng = np.random.default_rng(0)
    centroids = exp_origin(rng.normal(size=(count, DIMENSION)) * 0.3).astype(np.float32)
    limits = rng.uniform(0.1, 1.0, size=(count, DIMENSION)).astype(np.float32)
    edges = rng.uniform(0.5, 1.0, count)
    return [
        Hyperboloid(centroid, limit, edge=float(edge))
        for centroid, limit, edge in zip(centroids, limits, edges, strict=True)
    ]


def compose(leaves: list[Hyperboloid]) -> Region:
    """Join leaves one after another by random operations."""
    choose = random.Random(0)
    region: Region = leaves[0]
    for leaf in leaves[1:]:
        operand = ~leaf if choose.random() < 0.2 else leaf
        region = region & operand if choose.random() < 0.5 else region | operand
    return region


def seconds(run: Callable[[], object], at_least: float = 0.2) -> float:
    """Return the least time of a call, repeated for a while."""
    best, spent = float("inf"), 0.0
    while spent < at_least:
        start = time.perf_counter()
        run()
        best = min(best, took := time.perf_counter() - start)
        spent += took
    return best


def rows(products: int, largest: int) -> Iterator[str]:
    """Yield the lines of the table, as they are measured."""
    rng = np.random.default_rng(1)
    points = exp_origin(rng.normal(size=(products, DIMENSION)) * 0.3).astype(np.float32)
    yield "| terms | compose, µs per operator | evaluate, ms | ms per term | each term twice, ms |"
    yield "|" + " ---: |" * 5
    count = 1
    while count <= largest:
        leaves = terms(count)
        composing = seconds(lambda leaves=leaves: compose(leaves)) / max(1, count - 1)
        region = compose(leaves)
        evaluating = seconds(lambda region=region: region.margin(points))
        doubled = compose(leaves + leaves[::-1])
        again = seconds(lambda doubled=doubled: doubled.margin(points))
        yield (
            f"| {count:,} | {composing * 1e6:.1f} | {evaluating * 1e3:,.1f} "
            f"| {evaluating / count * 1e3:.2f} | {again * 1e3:,.1f} |"
        )
        count *= 10


def main() -> None:
    """Print the table, and write it into the docs if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--largest", type=int, default=10_000, help="the most terms")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    lines = []
    for line in rows(options.products, options.largest):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        table = "\n".join(lines)
        PAGE.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
