"""Exact search over a segment of products: blocks, bounds, compiled loops."""

from hyperquery.scan.holdings import LEVELS, Holdings
from hyperquery.scan.index import ScanIndex
from hyperquery.scan.lack import Lack

__all__ = ["LEVELS", "Holdings", "Lack", "ScanIndex"]
