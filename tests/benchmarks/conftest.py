"""Data in the form of the shared data, small enough to fit on in a test."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from hyperquery.demo import CATALOG
from hyperquery.evaluation.boolean import make_benchmark
from hyperquery.evaluation.judged import read_esci


@pytest.fixture(scope="session")
def slice_folder(tmp_path_factory):
    """A quarter of the bundled catalog with three judged queries, as files."""
    folder = tmp_path_factory.mktemp("data") / "esci"
    folder.mkdir()
    with CATALOG.open(newline="", encoding="utf-8") as rows:
        products = [{k: v or None for k, v in row.items()} for row in csv.DictReader(rows)][::4]
    lines = "\n".join(map(json.dumps, products))
    (folder / "products.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    a, b, c = (product["id"] for product in products[:3])
    judgments = [f"fire,{a},E", f"fire,{b},I", f"kindle,{c},E", f"kindle,{a},I", f"tv,{b},E"]
    (folder / "judgments.csv").write_text("\n".join(["query,product_id,label", *judgments]))
    return folder.parent


@pytest.fixture(scope="session")
def small_judged(slice_folder):
    """The judged catalog that the files hold."""
    return read_esci(slice_folder)


@pytest.fixture(scope="session")
def small_benchmark(small_judged):
    """Boolean queries about it."""
    return make_benchmark(
        small_judged.catalog, per_structure=4, dev_per_structure=4, least_products=6
    )
