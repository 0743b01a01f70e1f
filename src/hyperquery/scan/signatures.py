"""Which blocks may hold a trigram, as bits: what none of a block's rows holds is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.holdings import Holdings
from hyperquery.scan.order import BLOCK

SLOTS: Final = 4096
"""Runs of bits, one for each block; trigrams share runs, so a set bit only says perhaps."""


def chunks_for(blocks: int) -> int:
    """Return how many chunks of 64 bits a run has."""
    return -(-blocks // 64)


def signatures_of(holdings: Holdings) -> npt.NDArray[np.uint64]:
    """Return the signatures of blocks, (SLOTS, chunks); of no slots where no row holds anything.

    Args:
        holdings: of the rows in stored order.
    """
    blocks = -(-len(holdings) // BLOCK)
    holding = len(holdings.held.entries) > 0
    signatures = np.zeros((SLOTS if holding else 0, chunks_for(blocks)), np.uint64)
    if holding:
        _sign(holdings.held, holdings.spellings, signatures)
    return signatures


@compiled
def _sign(held: Any, spellings: Any, signatures: Any) -> None:
    one = np.uint64(1)
    for row in range(len(held.heads) - 1):
        block = row // BLOCK
        chunk, bit = block // 64, one << np.uint64(block % 64)
        for i in range(np.int64(held.heads[row, 0]), np.int64(held.heads[row, 2])):
            word = np.int64(held.entries[i])
            for j in range(spellings.starts[word], spellings.starts[word + 1]):
                signatures[np.int64(spellings.trigrams[j]) % SLOTS, chunk] |= bit


@inlined
def may_hold(signatures: Any, block: int, trigram: int) -> bool:
    """Return whether a row of a block may hold a trigram."""
    chunk = signatures[trigram % SLOTS, block // 64] >> np.uint64(block % 64)
    may: bool = chunk & np.uint64(1) != 0
    return may
