"""How far the rows of a ball lean to facets at most: what none of them reaches is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.holdings import LEVELS, Holdings
from hyperquery.scan.order import BLOCK
from hyperquery.scan.tree import Tree

SLOTS: Final = 256
"""Numbers for each ball; facets share them, so that a ceiling may be higher than it need be."""


def ceilings_of(holdings: Holdings, tree: Tree) -> npt.NDArray[np.uint8]:
    """Return the ceilings of each ball, (balls, slots).

    There is one slot alone where no row leans to any facet.

    Args:
        holdings: of the rows in stored order.
        tree: of the balls over them.
    """
    leaning = holdings.counts[:, 2].any()
    ceilings = np.zeros((tree.balls, SLOTS if leaning else 1), np.uint8)
    _raise(holdings.held, tree, ceilings)
    return ceilings


@compiled
def _raise(held: Any, tree: Any, ceilings: Any) -> None:
    slots = ceilings.shape[1]
    for row in range(len(held.heads) - 1):
        block = row // BLOCK
        for i in range(np.int64(held.heads[row, 2]), np.int64(held.heads[row + 1, 0])):
            position = np.int64(held.entries[i])
            slot, level = position // LEVELS % slots, position % LEVELS + 1
            ceilings[block, slot] = max(ceilings[block, slot], level)
    above = len(tree.part_starts) - 1
    blocks = len(ceilings) - above
    for i in range(above):
        for j in range(tree.part_starts[i], tree.part_starts[i + 1]):
            for slot in range(slots):
                reached = ceilings[tree.parts[j], slot]
                ceilings[blocks + i, slot] = max(ceilings[blocks + i, slot], reached)


@inlined
def highest_leaning(ceilings: Any, ball: int, axis: int) -> Any:
    """Return where on an axis no row of a ball is beyond, from 0 to 1."""
    return np.float32(ceilings[ball, axis % ceilings.shape[1]]) / np.float32(LEVELS)
