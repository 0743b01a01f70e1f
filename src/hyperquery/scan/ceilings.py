"""How far the rows of a block lean to facets at most: what none of them reaches is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.holdings import LEVELS, Holdings
from hyperquery.scan.order import BLOCK

SLOTS: Final = 256
"""Numbers for each block; facets share them, so that a ceiling may be higher than it need be."""


def ceilings_of(holdings: Holdings) -> npt.NDArray[np.uint8]:
    """Return the ceilings of blocks, (slots, blocks).

    There is one slot alone where no row leans to any facet.

    Args:
        holdings: of the rows in stored order.
    """
    leaning = holdings.counts[:, 2].any()
    ceilings = np.zeros((SLOTS if leaning else 1, -(-len(holdings) // BLOCK)), np.uint8)
    _raise(holdings.held, ceilings)
    return ceilings


@compiled
def _raise(held: Any, ceilings: Any) -> None:
    slots = len(ceilings)
    for row in range(len(held.heads) - 1):
        block = row // BLOCK
        for i in range(np.int64(held.heads[row, 2]), np.int64(held.heads[row + 1, 0])):
            place = np.int64(held.entries[i])
            slot, level = place // LEVELS % slots, place % LEVELS + 1
            ceilings[slot, block] = max(ceilings[slot, block], level)


@inlined
def highest_step(ceilings: Any, block: int, first: int, steps: int) -> Any:
    """Return the step of an axis that no row of a block is beyond, 0 if none is at any.

    Args:
        ceilings: of the blocks.
        block: which.
        first: place of the axis, a multiple of ``LEVELS`` if it has so many steps.
        steps: of the axis, ``LEVELS`` or 1.
    """
    ceiling = np.int64(ceilings[first // LEVELS % len(ceilings), block])
    return ceiling if steps == LEVELS else min(ceiling, 1)
