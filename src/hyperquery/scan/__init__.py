"""Exact search over a segment of products: blocks, bounds, compiled loops."""

from hyperquery.scan.holdings import LEANED, LEVELS, Holdings
from hyperquery.scan.index import ScanIndex
from hyperquery.scan.lack import Lack, asking
from hyperquery.scan.openings import OPENING, lateness
from hyperquery.scan.spellings import Spellings

__all__ = [
    "LEANED",
    "LEVELS",
    "OPENING",
    "Holdings",
    "Lack",
    "ScanIndex",
    "Spellings",
    "asking",
    "lateness",
]
