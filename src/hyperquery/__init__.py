"""Boolean product queries answered by geometry.

>>> import hyperquery
>>> results = hyperquery.search("(Fire OR Kindle) AND tablet", k=3)
>>> all(hit.matches for hit in results)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hyperquery.errors import (
    CatalogError,
    ConfigError,
    HyperqueryError,
    ModelFileError,
    QueryError,
)

if TYPE_CHECKING:
    from hyperquery.anthem.config import Config
    from hyperquery.demo import search
    from hyperquery.engine import Engine, Explanation, Hit, Results
    from hyperquery.engine import load_engine as load
    from hyperquery.geometry import Hyperboloid, Region
    from hyperquery.query import Field, Phrase, Query, QuerySyntaxError, Term, escape, parse
    from hyperquery.versions import show_versions

__version__ = "0.1.0"

__all__ = [
    "CatalogError",
    "Config",
    "ConfigError",
    "Engine",
    "Explanation",
    "Field",
    "Hit",
    "Hyperboloid",
    "HyperqueryError",
    "ModelFileError",
    "Phrase",
    "Query",
    "QueryError",
    "QuerySyntaxError",
    "Region",
    "Results",
    "Term",
    "__version__",
    "escape",
    "load",
    "parse",
    "search",
    "show_versions",
]

# Names are imported when first used, so that parsing needs no torch.
_HOMES = {
    "Config": ("hyperquery.anthem.config", "Config"),
    "Engine": ("hyperquery.engine", "Engine"),
    "Explanation": ("hyperquery.engine", "Explanation"),
    "Field": ("hyperquery.query", "Field"),
    "Hit": ("hyperquery.engine", "Hit"),
    "Hyperboloid": ("hyperquery.geometry", "Hyperboloid"),
    "Phrase": ("hyperquery.query", "Phrase"),
    "Query": ("hyperquery.query", "Query"),
    "QuerySyntaxError": ("hyperquery.query", "QuerySyntaxError"),
    "Region": ("hyperquery.geometry", "Region"),
    "Results": ("hyperquery.engine", "Results"),
    "Term": ("hyperquery.query", "Term"),
    "escape": ("hyperquery.query", "escape"),
    "load": ("hyperquery.engine", "load_engine"),
    "parse": ("hyperquery.query", "parse"),
    "search": ("hyperquery.demo", "search"),
    "show_versions": ("hyperquery.versions", "show_versions"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hyperquery' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
