"""The engine: catalogs in, ranked products out."""

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.engine import Engine
from hyperquery.engine.explanation import Explanation
from hyperquery.engine.results import Hit, Results
from hyperquery.engine.storage import load_engine

__all__ = ["Catalog", "Engine", "Explanation", "Hit", "Results", "load_engine"]
