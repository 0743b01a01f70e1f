"""Places: what products hold of facets, each a number of 16 bits.

A facet of many products is an axis of ``LEVELS`` places, from which its products are told by what
titles say, see :mod:`hyperquery.anthem.leanings`. A rare facet has too few products to learn that
from: its axis has a single place, which products hold that are known to have it. One more axis for
each kind of facet (brand, color, category) is for products of which no facet of the kind is known:
these lie at its end, all others at 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.documents import KnownFacet, Words
from hyperquery.scan import LEVELS

_ROOM: Final = 2**16  # for the places of all axes
_FEWEST_MEMBERS: Final = 3
_MOST_LEARNED: Final = 1536  # axes of LEVELS places: a quarter of the room is for single ones


class Span(NamedTuple):
    """The places of an axis.

    Attributes:
        first: of them.
        steps: how many there are: the last is the end of the axis, before the first is 0.
    """

    first: int
    steps: int

    @property
    def end(self) -> int:
        """The last place."""
        return self.first + self.steps - 1


@dataclass(frozen=True, eq=False)
class HeldPlaces:
    """The places that products hold.

    Attributes:
        products: of each place, their positions.
        places: ascending.
        number: of all products.
    """

    products: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    number: int

    @classmethod
    def of(
        cls, products: npt.NDArray[np.int64], places: npt.NDArray[np.int64], number: int
    ) -> Self:
        """Put pairs of a product and a place in order."""
        order = np.argsort(places, kind="stable")
        return cls(products[order], places[order], number)

    def steps(self, span: Span) -> npt.NDArray[np.int64]:
        """Return which step of an axis each product is at, from 1; 0 if at none, (products,)."""
        start, end = np.searchsorted(self.places, [span.first, span.end + 1])
        steps = np.zeros(self.number, np.int64)
        steps[self.products[start:end]] = self.places[start:end] - span.first + 1
        return steps


@dataclass(frozen=True, eq=False)
class Places:
    """Which facets have which axes.

    Attributes:
        learned: the facets with axes that titles lean to, as words, and the kind of each.
        rare: those with single places, likewise.

    Examples:
        >>> places = Places({("kettles",): "category"}, {("acme",): "brand", ("ajax",): "brand"})
        >>> places.span(("kettles",)), places.span(("ajax",)), places.span(("tents",))
        (Span(first=0, steps=32), Span(first=97, steps=1), None)
        >>> places.kinds, places.unknown("brand")
        (('brand', 'category'), Span(first=32, steps=32))
    """

    learned: Mapping[Words, str]
    rare: Mapping[Words, str]

    @classmethod
    def chosen(cls, members: Mapping[Words, int], kinds: Mapping[Words, str]) -> Self:
        """Give facets their axes: those with the most members first, as far as there is room.

        Args:
            members: of each facet, how many.
            kinds: of each facet.
        """
        frequent = sorted(members, key=lambda facet: (-members[facet], facet))
        learned = [facet for facet in frequent if members[facet] >= _FEWEST_MEMBERS]
        learned = sorted(learned[:_MOST_LEARNED])
        having = set(learned)
        room = _ROOM - (len(learned) + len(set(kinds.values()))) * LEVELS
        rare = [facet for facet in frequent if facet not in having][: max(0, room)]
        return cls(
            {facet: kinds[facet] for facet in learned},
            {facet: kinds[facet] for facet in sorted(rare)},
        )

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of the facets."""
        return tuple(sorted({*self.learned.values(), *self.rare.values()}))

    @property
    def size(self) -> int:
        """How many places there are."""
        return (len(self.learned) + len(self.kinds)) * LEVELS + len(self.rare)

    @property
    def fit(self) -> bool:
        """Whether each facet has one axis, and there is room for all."""
        return not self.learned.keys() & self.rare.keys() and self.size <= _ROOM

    @cached_property
    def _spans(self) -> dict[Words, Span]:
        first = (len(self.learned) + len(self.kinds)) * LEVELS
        learned = {facet: Span(axis * LEVELS, LEVELS) for axis, facet in enumerate(self.learned)}
        return learned | {facet: Span(first + place, 1) for place, facet in enumerate(self.rare)}

    def span(self, facet: Words) -> Span | None:
        """Return the axis of a facet, None if it has none."""
        return self._spans.get(facet)

    def kind(self, facet: Words) -> str:
        """Return the kind of a facet that has an axis."""
        return self.learned[facet] if facet in self.learned else self.rare[facet]

    def kinds_of(self, known: Collection[KnownFacet]) -> set[str]:
        """Return the kinds of which facets are known, also where a field of another kind says so.

        Args:
            known: the facets of a product.
        """
        kinds = {kind for _, kind in known}
        return kinds | {self.kind(facet) for facet, _ in known if facet in self._spans}

    def unknown(self, kind: str) -> Span:
        """Return the axis of products of which no facet of a kind is known."""
        return Span((len(self.learned) + self.kinds.index(kind)) * LEVELS, LEVELS)

    def pairs(
        self,
        levels: npt.NDArray[np.uint8],
        known: Sequence[Collection[KnownFacet]],
        *,
        told: bool,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the places that products hold: pairs of a product and a place.

        Args:
            levels: (products, learned) to which steps of axes titles lean, 0 for none.
            known: the facets of each product, at the end of whose axes it lies.
            told: whether products are told apart by what is known of them.
        """
        ends = {kind: self.unknown(kind).end for kind in self.kinds} if told else {}
        levels = levels.copy()
        products: list[int] = []
        single: list[int] = []
        for product, facets in enumerate(known):
            have = self.kinds_of(facets)
            of_facets = [self._spans[facet] for facet, _ in facets if facet in self._spans]
            found = {span.end for span in of_facets if span.steps == 1}
            levels[product, [span.first // LEVELS for span in of_facets if span.steps > 1]] = LEVELS
            found.update(end for kind, end in ends.items() if kind not in have)
            products += [product] * len(found)
            single += found
        leaning, axes = np.nonzero(levels)
        places = axes * LEVELS + levels[leaning, axes] - 1
        return (
            np.concatenate([leaning, np.array(products, np.int64)]),
            np.concatenate([places, np.array(single, np.int64)]),
        )
