"""Which points of a block may hold a trigram, or lie on an axis: a bit for each point."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled
from hyperquery.scan.holdings import LEVELS, Holdings
from hyperquery.scan.order import BLOCK

TRIGRAMS: Final = 128
"""Chunks of 64 points for trigrams; trigrams share chunks, so a set bit only says perhaps."""

AXES: Final = 64
"""Chunks likewise for the axes of facets."""


def holders_of(holdings: Holdings) -> npt.NDArray[np.uint64]:
    """Return the holders in each block, (blocks, TRIGRAMS + AXES).

    They have no chunks where no row holds anything.

    Args:
        holdings: of the rows in stored order.
    """
    holding = len(holdings.held.entries) > 0
    width = TRIGRAMS + AXES if holding else 0
    holders = np.zeros((-(-len(holdings) // BLOCK), width), np.uint64)
    if holding:
        _mark(holdings.held, holdings.spellings, holders)
    return holders


@compiled
def _mark(held: Any, spellings: Any, holders: Any) -> None:
    one = np.uint64(1)
    for row in range(len(held.heads) - 1):
        block, bit = row // BLOCK, one << np.uint64(row % BLOCK)
        start, end = np.int64(held.heads[row, 0]), np.int64(held.heads[row, 2])
        for i in range(start, end):
            word = np.int64(held.entries[i])
            for j in range(spellings.starts[word], spellings.starts[word + 1]):
                holders[block, np.int64(spellings.trigrams[j]) % TRIGRAMS] |= bit
        for i in range(end, np.int64(held.heads[row + 1, 0])):
            axis = np.int64(held.entries[i]) // LEVELS
            holders[block, TRIGRAMS + axis % AXES] |= bit
