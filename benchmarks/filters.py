"""How long filters and facets take over a large catalog: at first use, and again.

    python benchmarks/filters.py

Makes a catalog of random products, writes it to a file, maps that into memory as a catalog, and
times each kind of condition and count. One product in ten has letters with accents in its title.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from hyperquery import Field, Phrase
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.conditions import Filters
from hyperquery.engine.facets import facet_counts

_WORDS = [f"word{number}" for number in range(5_000)] + ["Crème", "Café"] * 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    table = random_table(arguments.products, np.random.default_rng(arguments.seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.arrow"
        with pa.OSFile(str(path), "wb") as file, ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        print(f"{len(table):,} products{'first':>29}{'second':>12}")
        for name, call in calls(path).items():
            print(f"{name:30}" + "".join(f"{_milliseconds(call):9.1f} ms" for _ in range(2)))


def random_table(products: int, rng: np.random.Generator) -> pa.Table:
    """Return a catalog's table with every kind of column."""
    words = np.array(_WORDS)[rng.integers(0, len(_WORDS), (products, 6))]
    paths = [[f"Root {n % 10}", f"Mid {n % 100}", f"Leaf {n}"] for n in range(1_000)]
    return pa.table(
        {
            "id": [f"P{number}" for number in range(products)],
            "title": [" ".join(title) for title in words],
            "brand": pa.array([f"Brand {n}" for n in range(2_000)]).take(
                rng.integers(0, 2_000, products)
            ),
            "category": pa.array(paths).take(rng.integers(0, len(paths), products)),
            "price": pa.array(rng.uniform(0, 200, products), mask=rng.random(products) < 0.1),
            "in_stock": rng.random(products) < 0.5,
        }
    )


def calls(path: Path) -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    catalog = _mapped(path)
    filters = Filters(catalog)
    half = np.arange(len(catalog)) % 2 == 0
    conditions = {
        "text": Field("brand") == "BRAND 7",
        "category": Field("category") == "root 7 > mid 7",
        "number": Field("price") == 50,
        "range": Field("price").between(50, 100),
        "true and false": Field("in_stock") == "true",
        "id": Field("id") == "p7",
        "phrase": Phrase("creme cafe"),
    }
    return {
        "map the file": lambda: _mapped(path),
        **{name: lambda c=c: filters.mask(c) for name, c in conditions.items()},
        "position of an id": lambda: catalog.position(f"P{len(catalog) - 1}"),
        "10 products": lambda: catalog.products(np.arange(10) * (len(catalog) // 10)),
        **{
            f"facets of half, {name}": lambda name=name: facet_counts(catalog.column(name), half)
            for name in ("brand", "category", "price", "in_stock")
        },
    }


def _mapped(path: Path) -> Catalog:
    return Catalog.from_table(ipc.open_file(pa.memory_map(str(path))).read_all())


def _milliseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
