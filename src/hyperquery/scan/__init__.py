"""Exact search over a segment of products: blocks, bounds, compiled loops."""

from hyperquery.scan.holdings import LEVELS, Holdings, coordinate
from hyperquery.scan.index import ScanIndex
from hyperquery.scan.lack import Lack, asking
from hyperquery.scan.openings import OPENING, lateness
from hyperquery.scan.spellings import Spellings

__all__ = [
    "LEVELS",
    "OPENING",
    "Holdings",
    "Lack",
    "ScanIndex",
    "Spellings",
    "asking",
    "coordinate",
    "lateness",
]
