"""Evidence about rows from what they hold and where they lean."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import RowEvidence
from hyperquery.scan.compiled import allocating, compiled
from hyperquery.scan.holdings import Holdings, lack_of, leaning_of

WORDLESS: Final = np.float32(1e6)
"""The energy that keeps a row of which nothing can be read out of every term."""


class Lack(RowEvidence):
    """The energy of lacking some trigrams, and of what the axes of facets ask, for each row.

    Args:
        holdings: what the rows hold, in their stored order.
        stored_at: (n,) where each row of the catalog is stored.
        wanted: (trigrams,) positions in the vocabulary.
        shares: (trigrams,) what lacking each adds; they sum to 1.
        weight: the energy of lacking all of them, at least 0.
        axes: (axes,) the positions of the first levels on the axes of facets; none if None.
        axis_weights: (axes,) the energy at 0 on each, at least 0; at 1 there is none.

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
        axes: npt.ArrayLike | None = None,
        axis_weights: npt.ArrayLike | None = None,
    ) -> None:
        self.holdings = holdings
        self.stored_at = stored_at
        self.wanted = np.asarray(wanted, np.int64)
        self.shares = np.asarray(shares, np.float32)
        self.weight = np.float32(weight)
        self.axes = np.array([] if axes is None else axes, np.int64)
        if len(self.axes) and not len(self.wanted):  # the loops take it for a box alone
            raise ValueError("a term with an axis wants trigrams, too")
        self.axis_weights = np.array([] if axis_weights is None else axis_weights, np.float32)
        arrays = self.wanted, self.shares, self.axes, self.axis_weights
        self._key = (id(holdings), float(weight), *(array.tobytes() for array in arrays))

    def __len__(self) -> int:
        return len(self.holdings)

    def energies(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """Return the energies of some rows of the catalog, or of all, ``(rows,)``."""
        at = self.stored_at if rows is None else self.stored_at[rows]
        held = self.holdings
        found: npt.NDArray[np.float32] = _energies(
            at, held.ids, held.starts, held.middles,
            self.wanted, self.shares, self.weight, self.axes, self.axis_weights,
        )  # fmt: skip
        return found

    @property
    def most(self) -> float:
        """No row's energy is above it."""
        wordless = bool((np.diff(self.holdings.starts) == 0).any())
        most = self.weight
        for weight in self.axis_weights:  # one by one, as the energies add up
            most += weight
        return float(max(most, WORDLESS) if wordless else most)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lack) and self._key == other._key


@allocating
def _energies(
    at: Any, ids: Any, starts: Any, middles: Any, wanted: Any, shares: Any, weight: Any,
    axes: Any, axis_weights: Any,
) -> Any:  # fmt: skip
    energies = np.empty(len(at), np.float32)
    for i in range(len(at)):
        energies[i] = evidence_of(
            at[i], ids, starts, middles, wanted, shares, 0, len(wanted), weight,
            axes, axis_weights, 0, len(axes),
        )  # fmt: skip
    return energies


@compiled
def evidence_of(
    row: int, ids: Any, starts: Any, middles: Any, wanted: Any, shares: Any, first: int, last: int,
    weight: Any, axes: Any, axis_weights: Any, first_axis: int, last_axis: int,
) -> Any:  # fmt: skip
    """Return the evidence energy of a row, of some of the wanted trigrams and some of the axes."""
    lack = lack_of(row, ids, starts, middles, wanted, shares, first, last)
    if lack < 0:
        return WORDLESS
    energy = weight * lack
    for i in range(first_axis, last_axis):
        short = np.float32(1.0) - leaning_of(row, ids, starts, middles, axes[i])
        energy += axis_weights[i] * short
    return energy
