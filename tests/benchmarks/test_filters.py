from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from benchmarks import filters
from hyperquery.engine.catalog import Catalog


def test_what_is_timed_finds_products(tmp_path):
    table = filters.random_table(20_000, np.random.default_rng(0))
    assert Catalog.read(table) == Catalog.from_table(table)
    path = tmp_path / "catalog.arrow"
    with pa.OSFile(str(path), "wb") as file, ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    found = {name: call() for name, call in filters.calls(path).items()}
    assert 0 < found["text"].sum() < 100
    assert found["id"].sum() == 1
    assert found["phrase"].any()
    assert 4_000 < found["range"].sum() < 5_000
    assert found["position of an id"] == 19_999
    assert len(found["10 products"]) == 10
    assert list(found["facets of half, in_stock"]) in ([True, False], [False, True])
