"""Places: what products hold of facets, each a number of 16 bits.

A facet of many products is an axis of ``LEVELS`` places, from which its products are told by what
titles say, see :mod:`hyperquery.anthem.leanings`. A rare facet has too few products to learn that
from: its axis has a single place, which products hold that are known to have it. One more axis for
each kind of facet (brand, color, category) is for products of which no facet of the kind is known:
these lie at its end, all others at 0.

A field says what its words say: the color "matte black" is black, too, and what is in the category
"kids tablets" is for kids. But it says nothing surely of other kinds: where a brand is called as a
color is, its products lie where titles put them that lean wholly to the color.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.documents import PATH_KIND, KnownFacet, Words
from hyperquery.scan import LEVELS

_ROOM: Final = 2**16  # for the places of all axes
_FEWEST_MEMBERS: Final = 3
_MOST_WORDS: Final = 12  # of a field's value that are looked through
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
    def chosen(
        cls, titled: Mapping[Words, int], members: Mapping[Words, int], kinds: Mapping[Words, str]
    ) -> Self:
        """Give facets their axes: those with the most members first, as far as there is room.

        Args:
            titled: of each facet, how many members titles can be learned from.
            members: how many there are.
            kinds: of each facet.
        """
        frequent = sorted(members, key=lambda facet: (-members[facet], facet))
        learned = [facet for facet in frequent if titled[facet] >= _FEWEST_MEMBERS]
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

    def said(self, known: Sequence[KnownFacet]) -> set[Words]:
        """Return the facets with axes that a product is said to have.

        One also says those of its kind whose words follow each other in it. Of a path only the
        deepest level does: those above are often names of several things, as "Clothing, Shoes &
        Jewelry".

        Args:
            known: its facets, in order.
        """
        deepest = next((words for words, kind in reversed(known) if kind == PATH_KIND), ())
        return {
            facet
            for words, kind in known
            for facet in self._within(words)
            if facet == words
            or (self.kind(facet) == kind and (kind != PATH_KIND or words == deepest))
        }

    @cached_property
    def _within(self) -> Callable[[Words], list[Words]]:
        """Gives the facets with axes whose words follow each other in some words."""

        def found(words: Words) -> list[Words]:
            runs = combinations(range(min(len(words), _MOST_WORDS) + 1), 2)
            parts = {words, *(words[start:end] for start, end in runs)}
            return [part for part in parts if part in self._spans]

        return lru_cache(None)(found)

    def unknown(self, kind: str) -> Span:
        """Return the axis of products of which no facet of a kind is known."""
        return Span((len(self.learned) + self.kinds.index(kind)) * LEVELS, LEVELS)

    def pairs(
        self,
        levels: npt.NDArray[np.uint8],
        known: Sequence[Sequence[KnownFacet]],
        *,
        told: bool,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the places that products hold: pairs of a product and a place.

        Args:
            levels: (products, learned) to which steps of axes titles lean, 0 for none.
            known: the facets of each product.
            told: whether products are told apart by what is known of them.
        """
        ends = {kind: self.unknown(kind).end for kind in self.kinds} if told else {}
        levels = levels.copy()
        products: list[int] = []
        single: list[int] = []
        for product, (_, facets) in enumerate(zip(levels, known, strict=True)):
            have = {kind for _, kind in facets}
            found = {end for kind, end in ends.items() if kind not in have}
            for facet in self.said(facets):
                span, surely = self._spans[facet], self.kind(facet) in have
                if span.steps > 1:
                    levels[product, span.first // LEVELS] = LEVELS if surely else LEVELS - 1
                elif surely:
                    found.add(span.end)
            products += [product] * len(found)
            single += found
        leaning, axes = np.nonzero(levels)
        places = axes * LEVELS + levels[leaning, axes] - 1
        return (
            np.concatenate([leaning, np.array(products, np.int64)]),
            np.concatenate([places, np.array(single, np.int64)]),
        )
