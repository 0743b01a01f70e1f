"""Train the bundled engine again: ``python -m hyperquery.demo.build`` (or ``make demo-model``)."""

from __future__ import annotations

import shutil

from hyperquery.anthem.config import Config
from hyperquery.demo import CATALOG, ENGINE
from hyperquery.engine import Engine

DEMO_CONFIG = Config()


def main() -> None:
    """Fit on the bundled catalog and replace the bundled engine."""
    engine = Engine.fit(CATALOG, config=DEMO_CONFIG)
    shutil.rmtree(ENGINE, ignore_errors=True)  # it may be of a format that is no longer read
    engine.save(ENGINE)
    size = sum(file.stat().st_size for file in ENGINE.iterdir())
    print(f"{engine!r} saved, {size / 1e6:.1f} MB; {engine.report}")


if __name__ == "__main__":
    main()
