"""What the model reads of a product, and the queries that it can be trained with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hyperquery.anthem.text import words

Words = tuple[str, ...]

KnownFacet = tuple[Words, str]
"""A facet as words, and its kind."""

PATH_KIND = "category"
"""The kind of facets that are levels of a path: a product's last one is the deepest."""

LONGEST_QUERY = 80
"""The most letters of a query to train with; longer ones would slow all others down."""

_MOST_NAMING = 3  # products that name a facet without having it, for each one that has it

# How often a pseudo-query from a title has 1, 2, 3, 4, 5 words: like shop queries.
_LENGTHS = np.array([0.15, 0.30, 0.25, 0.15, 0.15])


class Facet(NamedTuple):
    """A short text that says what a product is.

    Attributes:
        text: such as a brand, a color or the name of a category.
        kind: which of these it is.
    """

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """The texts of one product.

    Attributes:
        title: what the product is called.
        facets: brand, color, the levels of its category.
    """

    title: str
    facets: tuple[Facet, ...] = ()

    @property
    def text(self) -> str:
        """Title and facets in one text."""
        return " ".join((self.title, *(facet.text for facet in self.facets)))


def known_facets(documents: Sequence[Document]) -> list[list[KnownFacet]]:
    """Return the facets of each product that have words."""
    # Each once: many products share facets.
    cut = lru_cache(None)(lambda facet: (tuple(words(facet.text)), facet.kind))
    found = [[cut(facet) for facet in document.facets] for document in documents]
    return [[facet for facet in facets if facet[0]] for facets in found]


def misspelled(word: str, rng: np.random.Generator) -> str:
    """Return a word with one slip: a letter left out, doubled, or two swapped.

    Short words and the first letter are left alone, as people rarely slip there.
    """
    if len(word) < 4:
        return word
    place = int(rng.integers(1, len(word) - 1))
    before, letter, following, after = word[:place], word[place], word[place + 1], word[place + 2 :]
    slips = [before + following + after, before + letter * 2 + following + after]
    if letter != following:
        slips.append(before + following + letter + after)
    return slips[int(rng.integers(len(slips)))]


class PseudoQueries:
    """Queries made from the products' own words, and which products satisfy them.

    A pseudo-query is either one or two facets, sometimes with a word of the title, or a few words
    of the title, in a row or picked. A product satisfies it if all its words are in the product's
    title or facets.

    Args:
        documents: the catalog.
        facet_share: share of the queries made of facets.
    """

    def __init__(self, documents: Sequence[Document], facet_share: float) -> None:
        self._facet_share = facet_share
        same: dict[str, str] = {}  # each word once: equal ones take gigabytes in large catalogs
        self._titles = [
            tuple(same.setdefault(word, word) for word in words(document.title))
            for document in documents
        ]
        self._facets = [[facet for facet, _ in known] for known in known_facets(documents)]
        self.texts: list[Words] = [
            title + tuple(word for facet in facets for word in facet)
            for title, facets in zip(self._titles, self._facets, strict=True)
        ]
        self._holders: dict[str, set[int]] = defaultdict(set)
        for index, text in enumerate(self.texts):
            for word in text:
                self._holders[word].add(index)

    def is_titled(self, index: int) -> bool:
        """Return whether a product's title has words."""
        return bool(self._titles[index])

    def title(self, index: int) -> Words:
        """Return the words of a product's title, or all its words if it has none."""
        return self._titles[index] or self.texts[index]

    def make(self, index: int, rng: np.random.Generator) -> Words:
        """Make a query that product ``index`` satisfies, empty only if it has no words."""
        facets = self._facets[index]
        if facets and rng.random() < self._facet_share:
            return self._from_facets(index, facets, rng)
        title = self.title(index)
        if not title:
            return ()
        length = min(len(title), 1 + int(rng.choice(len(_LENGTHS), p=_LENGTHS)))
        if rng.random() < 0.5:
            start = int(rng.integers(len(title) - length + 1))
            return title[start : start + length]
        return tuple(title[i] for i in rng.choice(len(title), length, replace=False))

    def _from_facets(self, index: int, facets: list[Words], rng: np.random.Generator) -> Words:
        number = 1 if rng.random() < 0.5 else min(2, len(facets))
        chosen = rng.choice(len(facets), number, replace=False)
        query = tuple(word for i in chosen for word in facets[i])
        title = self._titles[index]
        if title and rng.random() < 0.4:
            query = (title[int(rng.integers(len(title)))], *query)
        return query

    def satisfying(self, query: Words, among: set[int]) -> set[int]:
        """Return the products among the given ones that hold every word of the query."""
        found = among
        for word in sorted(set(query), key=lambda word: len(self._holders[word])):
            found = found & self._holders[word]
        return found


def _most_frequent(counts: Counter[str]) -> str:
    """Return what was counted most often, the first by name of several."""
    return min(counts, key=lambda name: (-counts[name], name))


class Facets:
    """The distinct facets of a catalog as queries, and the products that have them.

    Unlike a pseudo-query, a facet is satisfied by the products that have it as a facet, whatever
    their titles say: it teaches what belongs together although it is not written. A facet that
    far more products name in their titles without having it, such as the color "espresso", is left
    out: who asks for it means the word.

    Args:
        documents: the catalog.

    Attributes:
        kinds: of each facet, the kind as which most products have it.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        holders: dict[Words, set[int]] = defaultdict(set)
        kinds: dict[Words, Counter[str]] = defaultdict(Counter)
        naming: dict[str, set[int]] = defaultdict(set)
        self._known = known_facets(documents)
        for index, document in enumerate(documents):
            for word in words(document.title):
                naming[word].add(index)
            for facet, kind in dict.fromkeys(self._known[index]):
                holders[facet].add(index)
                kinds[facet][kind] += 1
        self._holders = {
            facet: having
            for facet, having in holders.items()
            if sum(map(len, facet)) <= LONGEST_QUERY
            and len(set.intersection(*(naming[word] for word in facet)) - having)
            <= _MOST_NAMING * len(having)
        }
        self.kinds = {facet: _most_frequent(kinds[facet]) for facet in self._holders}
        self._rank = {facet: number for number, facet in enumerate(self._holders)}

    @property
    def names(self) -> frozenset[Words]:
        """All facets, as words."""
        return frozenset(self._holders)

    def known(self, index: int) -> list[KnownFacet]:
        """Return all facets of a product, also those that are left out."""
        return self._known[index]

    def draw(self, products: Sequence[int], number: int, rng: np.random.Generator) -> list[Words]:
        """Return distinct facets of some products, at most ``number``, common ones more often."""
        found = list(dict.fromkeys(facet for index in products for facet in self._of(index)))
        if len(found) <= number:
            return found
        chances = np.sqrt([len(self._holders[facet]) for facet in found])
        chosen = rng.choice(len(found), number, replace=False, p=chances / chances.sum())
        return [found[i] for i in np.sort(chosen)]

    def _of(self, index: int) -> list[Words]:
        taught = [facet for facet, _ in self._known[index] if facet in self._holders]
        return sorted(taught, key=self._rank.__getitem__)

    def having(self, facet: Words, among: set[int]) -> set[int]:
        """Return the products among the given ones that have a facet."""
        return among & self._holders[facet]
