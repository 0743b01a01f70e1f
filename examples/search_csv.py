"""Train on a CSV, save the engine, and answer a query.

python examples/search_csv.py products.csv "waterproof jacket AND NOT kids"

Without arguments it reads the bundled catalog. The training is a quick one; leave out ``config``
for a good one, which takes minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hyperquery import Config, Engine, load
from hyperquery.demo import CATALOG


def main(catalog: str | Path = CATALOG, query: str = "tablet AND NOT case") -> None:
    """Fit, save, load, search."""
    engine = Engine.fit(catalog, config=Config(dimension=16, steps=40), progress=False)
    with TemporaryDirectory() as folder:
        engine.save(Path(folder) / "engine")
        print(load(Path(folder) / "engine").search(query, k=5))


if __name__ == "__main__":
    main(*sys.argv[1:])
