"""How far the rows of a ball lean to facets at most: what none of them reaches is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled
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
    ids = holdings.held.ids
    leaning = len(ids) > 0 and int(ids.max()) >= holdings.trigrams
    ceilings = np.zeros((tree.balls, SLOTS if leaning else 1), np.uint8)
    _raise(holdings.held.ids, holdings.held.starts, holdings.trigrams, tree, ceilings)
    return ceilings


def slots_of(axes: npt.NDArray[np.int64], trigrams: int, slots: int) -> npt.NDArray[np.int64]:
    """Return the slots of axes.

    Args:
        axes: the positions of their first levels.
        trigrams: how many trigrams come before all levels.
        slots: how many there are.
    """
    return (axes - trigrams) // LEVELS % slots


@compiled
def _raise(ids: Any, starts: Any, trigrams: int, tree: Any, ceilings: Any) -> None:
    slots = ceilings.shape[1]
    for row in range(len(starts) - 1):
        block = row // BLOCK
        for i in range(starts[row], starts[row + 1]):
            position = np.int64(ids[i]) - trigrams
            if position >= 0:
                slot, level = position // LEVELS % slots, position % LEVELS + 1
                ceilings[block, slot] = max(ceilings[block, slot], level)
    above = len(tree.part_starts) - 1
    blocks = len(ceilings) - above
    for i in range(above):
        for j in range(tree.part_starts[i], tree.part_starts[i + 1]):
            for slot in range(slots):
                reached = ceilings[tree.parts[j], slot]
                ceilings[blocks + i, slot] = max(ceilings[blocks + i, slot], reached)


@compiled
def highest_leaning(ceilings: Any, ball: int, slot: int) -> Any:
    """Return where on the axes of a slot no row of a ball is beyond, from 0 to 1."""
    return np.float32(ceilings[ball, slot]) / np.float32(LEVELS)
