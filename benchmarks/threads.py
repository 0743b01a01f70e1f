"""One engine searched from many threads: the same answers as from one, and how many a second.

    python benchmarks/threads.py [--threads 16] [--seconds 60]

Asks the bundled demo engine queries of every kind, with filters and masks, for so long from one
thread and then from many. Every answer is compared with one that was found before, alone. Each
search has a filter of its own, so that none is answered from those that an engine remembers.
Figures are kept in benchmarks/out/threads.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from hyperquery import Engine
from hyperquery.demo import demo_engine
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned

OUT = Path(__file__).parent / "out" / "threads.json"
PACKAGES = ("hyperquery", "numpy", "numba", "torch", "pyarrow")
_QUERIES = (
    "tablet", "(Fire OR Kindle) AND tablet", "bookcase AND NOT white", '"fire tv" OR stick',
    "brand:Amazon AND price<100", "NOT tablet",
)  # fmt: skip
_FILTERS = ("*", "price<50", "brand:Amazon OR lamp")
_NUMBERS = count(1)

Asked = tuple[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and keep the figures; exit with 1 if an answer differed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    figures = measure(demo_engine(), options.threads, options.seconds)
    rows = [
        [
            str(row["threads"]),
            f"{row['searches']:,}",
            f"{row['per_second']:,.0f}",
            str(row["wrong"]),
        ]
        for row in figures
    ]
    print(aligned(["threads", "searches", "a second", "other answers"], rows))
    found = {**provenance(PACKAGES), "seconds": options.seconds, "figures": figures}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    if any(row["wrong"] for row in figures):
        sys.exit("threads were given other answers than one")


def measure(engine: Engine, threads: int, seconds: float) -> list[dict[str, Any]]:
    """Return how many searches one thread and many make in so many seconds, half the time each."""
    mask = np.arange(len(engine)) % 3 > 0
    asked = [(query, where) for query in _QUERIES for where in (*_FILTERS, mask)]
    expected = [_answer(engine, one, 0) for one in asked]
    return [_searching(engine, asked, expected, n, seconds / 2) for n in (1, threads)]


def _searching(
    engine: Engine, asked: list[Asked], expected: list[Any], threads: int, seconds: float
) -> dict[str, Any]:
    end = time.perf_counter() + seconds

    def search(thread: int) -> tuple[int, int]:
        searches = wrong = 0
        while time.perf_counter() < end or not searches:
            turn = (thread + searches) % len(asked)
            wrong += _answer(engine, asked[turn], next(_NUMBERS)) != expected[turn]
            searches += 1
        return searches, wrong

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        counts = list(pool.map(search, range(threads)))
    searches, wrong = (sum(numbers) for numbers in zip(*counts, strict=True))
    took = time.perf_counter() - start
    return {
        "threads": threads, "searches": searches, "per_second": searches / took, "wrong": wrong
    }  # fmt: skip


def _answer(engine: Engine, asked: Asked, number: int) -> tuple[list[tuple[str, float]], int]:
    query, where = asked
    if isinstance(where, str):  # no two are the same, and no price lies between them
        where = f"({where}) AND price<{99.995 + number / 1e9:.9f}"
    results = engine.search(query, where=where)
    return [(hit.id, hit.margin) for hit in results], results.matching


if __name__ == "__main__":
    main()
