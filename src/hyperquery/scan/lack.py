"""Evidence about rows from what they hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import RowEvidence
from hyperquery.scan.compiled import allocating
from hyperquery.scan.holdings import Holdings, lack_of

WORDLESS: Final = np.float32(1e6)
"""The energy that keeps a row of which nothing can be read out of every term."""


class Lack(RowEvidence):
    """The energy of lacking some trigrams, for each row of a catalog.

    Args:
        holdings: what the rows hold, in their stored order.
        stored_at: (n,) where each row of the catalog is stored.
        wanted: (trigrams,) positions in the vocabulary.
        shares: (trigrams,) what lacking each adds; they sum to 1.
        weight: the energy of lacking all of them, at least 0.

    Examples:
        >>> one, two = np.int64([0, 1]), np.int64([5, 6])  # row 0 holds 5, row 1 holds 6
        >>> holdings = Holdings.from_pairs((one, two), (one, two), rows=2, trigrams=10)
        >>> Lack(holdings, np.arange(2), np.int64([5]), np.float32([1]), 2.0).energies().tolist()
        [0.0, 2.0]
    """

    def __init__(
        self,
        holdings: Holdings,
        stored_at: npt.NDArray[Any],
        wanted: npt.NDArray[np.int64],
        shares: npt.NDArray[np.float32],
        weight: float,
    ) -> None:
        self.holdings = holdings
        self.stored_at = stored_at
        self.wanted = np.asarray(wanted, np.int64)
        self.shares = np.asarray(shares, np.float32)
        self.weight = np.float32(weight)
        self._key = (id(holdings), self.wanted.tobytes(), self.shares.tobytes(), float(weight))

    def __len__(self) -> int:
        return len(self.holdings)

    def energies(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """Return the energies of some rows of the catalog, or of all, ``(rows,)``."""
        at = self.stored_at if rows is None else self.stored_at[rows]
        held = self.holdings
        return np.asarray(
            _energies(
                at, held.ids, held.starts, held.middles, self.wanted, self.shares, self.weight
            )
        )

    @property
    def most(self) -> float:
        """No row's energy is above it."""
        wordless = bool((np.diff(self.holdings.starts) == 0).any())
        return float(max(self.weight, WORDLESS) if wordless else self.weight)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lack) and self._key == other._key


@allocating
def _energies(
    at: Any, ids: Any, starts: Any, middles: Any, wanted: Any, shares: Any, weight: Any
) -> Any:
    energies = np.empty(len(at), np.float32)
    for i in range(len(at)):
        lack = lack_of(at[i], ids, starts, middles, wanted, shares, 0, len(wanted))
        energies[i] = WORDLESS if lack < 0 else weight * lack
    return energies
