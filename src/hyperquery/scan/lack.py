"""Evidence about rows from what they hold, what their titles name, and where they lean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import RowEvidence
from hyperquery.scan.compiled import allocating, compiled
from hyperquery.scan.holdings import Holdings, lack_of, leaning_of
from hyperquery.scan.openings import lateness_of

WORDLESS: Final = np.float32(1e6)
"""The energy that keeps a row of which nothing can be read out of every term."""


class Asked(NamedTuple):
    """What terms ask of rows, one term after the other.

    Attributes:
        wanted: positions of trigrams in the vocabulary.
        shares: what lacking each of them adds; a term's sum to 1.
        starts: (terms + 1,) where the trigrams of each term start.
        weights: (terms,) the energy of lacking all of them, at least 0.
        named: forms of words.
        rarities: how much each of them counts, above 0.
        named_starts: (terms + 1,) where the words of each term start.
        late_weights: (terms,) the energy of a title that does not name them, at least 0.
        axes: the positions of the first levels on the axes of facets.
        axis_weights: the energy at 0 on each of them, at least 0; at 1 there is none.
        axis_starts: (terms + 1,) where the axes of each term start.
    """

    wanted: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    named: npt.NDArray[np.int64]
    rarities: npt.NDArray[np.float32]
    named_starts: npt.NDArray[np.int64]
    late_weights: npt.NDArray[np.float32]
    axes: npt.NDArray[np.int64]
    axis_weights: npt.NDArray[np.float32]
    axis_starts: npt.NDArray[np.int64]


def asking(
    trigrams: tuple[npt.ArrayLike, npt.ArrayLike, float] = ((), (), 0.0),
    named: tuple[npt.ArrayLike, npt.ArrayLike, float] = ((), (), 0.0),
    axes: tuple[npt.ArrayLike, npt.ArrayLike] = ((), ()),
) -> Asked:
    """Return what one term asks.

    Args:
        trigrams: their positions, their shares, and the energy of lacking all of them.
        named: the forms of its words, their rarities, and the energy of not naming them.
        axes: the positions of the first levels on axes, and the energy at 0 on each.

    Raises:
        ValueError: If words or axes are asked for, and no trigrams: the loops take that for a box
            alone.

    Examples:
        >>> asking(([5, 6], [0.5, 0.5], 1.0)).starts.tolist()
        [0, 2]
    """
    wanted, forms, firsts = (np.array(part[0], np.int64) for part in (trigrams, named, axes))
    if len(forms) + len(firsts) and not len(wanted):
        raise ValueError("a term with words or an axis wants trigrams, too")
    shares, rarities, weights = (np.array(part[1], np.float32) for part in (trigrams, named, axes))

    def starts(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.array([0, len(values)], np.int64)

    return Asked(
        wanted, shares, starts(wanted), np.array([trigrams[2]], np.float32),
        forms, rarities, starts(forms), np.array([named[2]], np.float32),
        firsts, weights, starts(firsts),
    )  # fmt: skip


def asking_together(parts: Sequence[Asked]) -> Asked:
    """Return what several terms ask, in their order.

    Examples:
        >>> asking_together([asking(([5], [1.0], 1.0)), asking()]).starts.tolist()
        [0, 1, 1]
    """
    found: dict[str, Any] = {}
    for name in Asked._fields:
        values = [getattr(part, name) for part in parts]
        if name.endswith("starts"):
            counts = np.concatenate([[0], *(np.diff(value) for value in values)])
            found[name] = np.cumsum(counts).astype(np.int64)
        else:
            found[name] = np.concatenate(values)
    return Asked(**found)


class Lack(RowEvidence):
    """The energy of lacking a term's trigrams, of naming it late, and of leaning to no facet of it.

    Args:
        holdings: what the rows hold, in their stored order.
        stored_at: (n,) where each row of the catalog is stored.
        asked: what one term asks.

    Examples:
        >>> one, two = np.int64([0, 1]), np.int64([5, 6])  # row 0 holds 5, row 1 holds 6
        >>> holdings = Holdings.from_pairs((one, two), (one, two), rows=2, trigrams=10)
        >>> Lack(holdings, np.arange(2), asking(([5], [1], 2.0))).energies().tolist()
        [0.0, 2.0]
    """

    def __init__(self, holdings: Holdings, stored_at: npt.NDArray[Any], asked: Asked) -> None:
        self.holdings = holdings
        self.stored_at = stored_at
        self.asked = asked
        self._key = (id(holdings), *(array.tobytes() for array in asked))

    def __len__(self) -> int:
        return len(self.holdings)

    def energies(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """Return the energies of some rows of the catalog, or of all, ``(rows,)``."""
        at = self.stored_at if rows is None else self.stored_at[rows]
        found: npt.NDArray[np.float32] = _energies(at, self.holdings.held, self.asked)
        return found

    @property
    def greatest(self) -> float:
        """The energy of a row that holds something, and nothing of what is asked, nor names it."""
        greatest = self.asked.weights[0] + self.asked.late_weights[0]
        for weight in self.asked.axis_weights:  # one by one, as the energies add up
            greatest += weight
        return float(greatest)

    @property
    def most(self) -> float:
        """No row's energy is above it."""
        wordless = bool((np.diff(self.holdings.held.starts) == 0).any())
        return max(self.greatest, float(WORDLESS)) if wordless else self.greatest

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lack) and self._key == other._key


@allocating
def _energies(at: Any, held: Any, asked: Any) -> Any:
    energies = np.empty(len(at), np.float32)
    for i in range(len(at)):
        energies[i] = evidence_of(at[i], held, asked, 0)
    return energies


@compiled
def evidence_of(row: int, held: Any, asked: Any, term: int) -> Any:
    """Return the evidence energy of a row for one of several terms."""
    first, last = asked.starts[term], asked.starts[term + 1]
    lack = lack_of(row, held, asked.wanted, asked.shares, first, last)
    if lack < 0:
        return WORDLESS
    energy = asked.weights[term] * lack
    weight = asked.late_weights[term]
    if weight > 0:
        first, last = asked.named_starts[term], asked.named_starts[term + 1]
        late = lateness_of(row, held.openings, asked.named, asked.rarities, first, last)
        energy += weight * late
    for i in range(asked.axis_starts[term], asked.axis_starts[term + 1]):
        short = np.float32(1.0) - leaning_of(row, held, asked.axes[i])
        energy += asked.axis_weights[i] * short
    return energy
