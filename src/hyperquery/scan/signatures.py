"""Which trigrams the rows of a ball may hold, as bits: what none of them holds is lacking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.holdings import Holdings
from hyperquery.scan.order import BLOCK
from hyperquery.scan.tree import Tree

WORDS: Final = 32
"""Words of 64 bits in a signature; trigrams share bits, so a set bit only says perhaps."""

_BITS: Final = 64 * WORDS
_ROUNDING: Final = np.float32(1e-5)  # of a sum of shares, which is at most 1


def signatures_of(holdings: Holdings, tree: Tree) -> npt.NDArray[np.uint64]:
    """Return the signature of each ball, (balls, WORDS).

    Args:
        holdings: of the rows in stored order.
        tree: of the balls over them.
    """
    signatures = np.zeros((tree.balls, WORDS), np.uint64)
    _sign(holdings.held, holdings.spellings, tree, signatures)
    return signatures


@compiled
def _sign(held: Any, spellings: Any, tree: Any, signatures: Any) -> None:
    one = np.uint64(1)
    for row in range(len(held.heads) - 1):
        for i in range(np.int64(held.heads[row, 0]), np.int64(held.heads[row, 2])):
            written = np.int64(held.entries[i])
            for j in range(spellings.starts[written], spellings.starts[written + 1]):
                bit = np.int64(spellings.trigrams[j]) % _BITS
                signatures[row // BLOCK, bit // 64] |= one << np.uint64(bit % 64)
    above = len(tree.part_starts) - 1
    blocks = len(signatures) - above
    for i in range(above):
        for j in range(tree.part_starts[i], tree.part_starts[i + 1]):
            for word in range(WORDS):
                signatures[blocks + i, word] |= signatures[tree.parts[j], word]


@inlined
def least_lack(signatures: Any, ball: int, wanted: Any, first: int, last: int) -> Any:
    """Return a share of some wanted trigrams that every row of a ball lacks at least."""
    one = np.uint64(1)
    lack = np.float32(0.0)
    for j in range(first, last):
        bit = wanted[j].position % _BITS
        if not signatures[ball, bit // 64] >> np.uint64(bit % 64) & one:
            lack += wanted[j].share
    return max(lack - _ROUNDING, np.float32(0.0))
