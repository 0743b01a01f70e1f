"""How far the rows of a ball lean to facets at most: what none of them reaches is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.blocks import BRANCHES
from hyperquery.scan.compiled import compiled
from hyperquery.scan.holdings import LEVELS, Holdings
from hyperquery.scan.order import BLOCK

SLOTS: Final = 256
"""Numbers for each ball; facets share them, so that a ceiling may be higher than it need be."""


def ceilings_of(holdings: Holdings, levels: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return the ceilings of each ball, (balls, slots), level by level as the balls are.

    There is one slot alone where no row leans to any facet.

    Args:
        holdings: of the rows in stored order.
        levels: (levels + 1,) where the balls of each level of the tree start.
    """
    leaning = len(holdings.ids) > 0 and int(holdings.ids.max()) >= holdings.trigrams
    ceilings = np.zeros((int(levels[-1]), SLOTS if leaning else 1), np.uint8)
    _raise(holdings.ids, holdings.starts, holdings.trigrams, levels, ceilings)
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
def _raise(ids: Any, starts: Any, trigrams: int, levels: Any, ceilings: Any) -> None:
    slots = ceilings.shape[1]
    for row in range(len(starts) - 1):
        block = row // BLOCK
        for i in range(starts[row], starts[row + 1]):
            position = np.int64(ids[i]) - trigrams
            if position >= 0:
                slot, level = position // LEVELS % slots, position % LEVELS + 1
                ceilings[block, slot] = max(ceilings[block, slot], level)
    for depth in range(1, len(levels) - 1):
        below, here = levels[depth - 1], levels[depth]
        for ball in range(here - below):
            above, part = here + ball // BRANCHES, below + ball
            for i in range(slots):
                ceilings[above, i] = max(ceilings[above, i], ceilings[part, i])


@compiled
def highest_leaning(ceilings: Any, ball: int, slot: int) -> Any:
    """Return where on the axes of a slot no row of a ball is beyond, from 0 to 1."""
    return np.float32(ceilings[ball, slot]) / np.float32(LEVELS)
