"""Evidence about rows from what they hold, what their titles name, and where they lean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import RowEvidence
from hyperquery.scan.compiled import allocating, inlined
from hyperquery.scan.holdings import LEVELS, Holdings, coordinate, lack_of, step_of
from hyperquery.scan.openings import lateness_of, named_words

WORDLESS: Final = np.float32(1e6)
"""The energy that keeps a row of which nothing can be read out of every term."""


_MOST_WANTED: Final = 2**16 - 1

TERM: Final = np.dtype(
    [
        *(("trigrams", "i4"), ("trigrams_end", "i4"), ("weight", "f4")),
        *(("named", "i4"), ("named_end", "i4"), ("late_weight", "f4")),
        *(("axes", "i4"), ("axes_end", "i4")),
    ]
)
"""What a term asks of rows: where its trigrams start and end and the energy of lacking all of them,
the same of its words and of naming none of them, and where its axes start and end."""

TRIGRAM: Final = np.dtype([("position", "i4"), ("share", "f4")])
"""A trigram's position in the vocabulary and what lacking it adds; a term's shares sum to 1."""

AXIS: Final = np.dtype([("first", "i4"), ("steps", "i4"), ("weight", "f4"), ("leaned", "f4")])
"""The first place of an axis, its steps, the energy at 0 on it (at 1 there is none), and where the
steps but the last end; see :func:`hyperquery.scan.holdings.coordinate`."""


class Asked(NamedTuple):
    """What terms ask of rows, one term after the other.

    Energies are at least 0.

    Attributes:
        terms: (terms,) TERM.
        trigrams: TRIGRAM, each once in a term.
        named: NAMED, the words of the terms.
        axes: AXIS, of the facets that they are or name, and of what is not known.
    """

    terms: npt.NDArray[Any]
    trigrams: npt.NDArray[Any]
    named: npt.NDArray[Any]
    axes: npt.NDArray[Any]


def asking(
    trigrams: tuple[npt.ArrayLike, npt.ArrayLike, float] = ((), (), 0.0),
    named: tuple[npt.ArrayLike, npt.ArrayLike, float] = ((), (), 0.0),
    axes: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike, npt.ArrayLike] = ((), (), (), ()),
) -> Asked:
    """Return what one term asks.

    Args:
        trigrams: their positions, their shares, and the energy of lacking all of them. The shares
            of one that is there twice are added up.
        named: the forms of its words, their rarities, and the energy of not naming them.
        axes: their first places, their steps, ``LEVELS`` or 1, the energy at 0 on each, and where
            the steps but the last end, from 0 to 1.

    Raises:
        ValueError: If words or axes are asked for, and no trigrams: the loops take that for a box
            alone. If an axis is no such one. If more trigrams are wanted than 16 bits can count.

    Examples:
        >>> asking(([6, 5, 6], [0.25, 0.5, 0.25], 1.0)).trigrams.tolist()
        [(5, 0.5), (6, 0.5)]
    """
    positions, places = np.unique(np.array(trigrams[0], np.int32), return_inverse=True)
    wanted = np.zeros(len(positions), TRIGRAM)
    wanted["position"] = positions
    np.add.at(wanted["share"], places, np.array(trigrams[1], np.float32))
    words, of_facets = named_words(*named[:2]), np.zeros(np.size(axes[0]), AXIS)
    for name, values in zip(AXIS.names or (), axes, strict=True):
        of_facets[name] = values
    if len(words) + len(of_facets) and not len(wanted):
        raise ValueError("a term with words or an axis wants trigrams, too")
    long, leaned = of_facets["steps"] == LEVELS, of_facets["leaned"]
    whole = np.where(long, of_facets["first"] % LEVELS == 0, of_facets["steps"] == 1)
    if not (whole.all() and ((leaned >= 0) & (leaned <= 1)).all()):
        raise ValueError(f"axes have one step or {LEVELS} together, and titles lean from 0 to 1")
    if len(wanted) > _MOST_WANTED:
        raise ValueError(f"a term can want {_MOST_WANTED:,} trigrams, not {len(wanted):,}")
    ends = len(wanted), len(words), len(of_facets)
    term = (0, ends[0], trigrams[2], 0, ends[1], named[2], 0, ends[2])
    return Asked(np.array([term], TERM), wanted, words, of_facets)


def slots_for(asked: Asked, trigrams: int) -> npt.NDArray[np.uint16]:
    """Return which of each term's trigrams those of the vocabulary are, (terms, trigrams).

    Args:
        asked: by the terms.
        trigrams: of the vocabulary, as far as any row holds them.

    Examples:
        >>> slots_for(asking(([1, 3], [0.5, 0.5], 1.0)), 3).tolist()
        [[0, 1, 0]]
    """
    slots = np.zeros((len(asked.terms), trigrams), np.uint16)
    for row, term in zip(slots, asked.terms, strict=True):
        wanted = asked.trigrams["position"][term["trigrams"] : term["trigrams_end"]]
        held = wanted < trigrams
        row[wanted[held]] = np.flatnonzero(held) + 1
    return slots


def asking_together(parts: Sequence[Asked]) -> Asked:
    """Return what several terms ask, in their order.

    Examples:
        >>> one = asking(([5], [1.0], 1.0))
        >>> asking_together([one, one]).terms["trigrams_end"].tolist()
        [1, 2]
    """
    found = Asked(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    for name in Asked._fields[1:]:
        counts = [len(getattr(part, name)) for part in parts]
        before = np.repeat(np.cumsum([0, *counts[:-1]]), [len(part.terms) for part in parts])
        found.terms[name] += before.astype(np.int32)
        found.terms[f"{name}_end"] += before.astype(np.int32)
    return found


class Lack(RowEvidence):
    """The energy of lacking a term's trigrams, of naming it late, and of leaning to no facet of it.

    Args:
        holdings: what the rows hold, in their stored order.
        stored_at: (n,) where each row of the catalog is stored.
        asked: what one term asks; some trigrams at least.

    Raises:
        ValueError: If it asks for nothing.

    Examples:
        >>> from hyperquery.scan import Spellings
        >>> spellings = Spellings.of([((5,), 1), ((6,), 2)])  # row 0 holds trigram 5, row 1 holds 6
        >>> holdings = Holdings.from_words([[0], [1]], [[], []], spellings)
        >>> Lack(holdings, np.arange(2), asking(([5], [1], 2.0))).energies().tolist()
        [0.0, 2.0]
    """

    def __init__(self, holdings: Holdings, stored_at: npt.NDArray[Any], asked: Asked) -> None:
        if not len(asked.trigrams):
            raise ValueError("a term that asks for nothing has no evidence: take its box alone")
        self.holdings = holdings
        self.stored_at = stored_at
        self.asked = asked
        self._key = (id(holdings), *(array.tobytes() for array in asked))

    def __len__(self) -> int:
        return len(self.holdings)

    def energies(self, rows: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float32]:
        """Return the energies of some rows of the catalog, or of all, ``(rows,)``."""
        at = self.stored_at if rows is None else self.stored_at[rows]
        holdings, slots = self.holdings, slots_for(self.asked, self.holdings.trigrams)
        found: npt.NDArray[np.float32] = _energies(
            at, holdings.held, holdings.spellings, self.asked, slots
        )
        return found

    @property
    def greatest(self) -> float:
        """The energy of a row that holds something, and nothing of what is asked, nor names it."""
        (term,) = self.asked.terms
        greatest = term["weight"] + term["late_weight"]
        for weight in self.asked.axes["weight"]:  # one by one, as the energies add up
            greatest += weight
        return float(greatest)

    @property
    def most(self) -> float:
        """No row's energy is above it."""
        return max(self.greatest, float(WORDLESS)) if self.holdings.wordless else self.greatest

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lack) and self._key == other._key


@allocating
def _energies(at: Any, held: Any, spellings: Any, asked: Any, slots: Any) -> Any:
    energies = np.empty(len(at), np.float32)
    for i in range(len(at)):
        energies[i] = evidence_of(at[i], held, spellings, asked, slots, 0)
    return energies


@inlined
def evidence_of(row: int, held: Any, spellings: Any, asked: Any, slots: Any, term: int) -> Any:
    """Return the evidence energy of a row for one of several terms, with :func:`slots_for` them."""
    one = asked.terms[term]
    lack = lack_of(
        row, held, spellings, slots, term, asked.trigrams, one.trigrams, one.trigrams_end
    )
    if lack < 0:
        return WORDLESS
    energy = one.weight * lack
    if one.late_weight > 0:
        start, end = np.int64(held.heads[row, 0]), np.int64(held.heads[row, 1])
        late = lateness_of(
            held.entries, start, end, spellings.forms, asked.named, one.named, one.named_end
        )
        energy += one.late_weight * late
    for i in range(one.axes, one.axes_end):
        axis = asked.axes[i]
        step = step_of(row, held, np.int64(axis.first), np.int64(axis.steps))
        reached = coordinate(step, np.int64(axis.steps), axis.leaned)
        energy += axis.weight * (np.float32(1.0) - reached)
    return energy
