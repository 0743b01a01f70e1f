"""What the text-matching models learn from: a product that answers a query, and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hyperquery.anthem.batches import Judgment
from hyperquery.anthem.documents import Document, PseudoQueries, Words, misspelled
from hyperquery.anthem.text import words
from hyperquery.errors import CatalogError
from hyperquery.evaluation.peers.matching.config import MatchingConfig

_MOST_TRIES = 20  # to find another product that does not satisfy a query


@dataclass(frozen=True)
class Contrasts:
    """One step's queries, each with one product that answers it and several that do not.

    Attributes:
        queries: the words of each query.
        products: of each query, the words of its products, the answer first.
    """

    queries: list[Words]
    products: list[list[Words]]


class ContrastSource:
    """Draws contrasts from the products' own texts, and from judged queries.

    A pseudo-query's answer is the product it was made from; the others do not satisfy it, and some
    of them share a word with it. A judged query's answer is a product drawn by its gain; the others
    are judged to have a smaller gain, or, some of them, drawn from the catalog.

    Args:
        documents: the catalog.
        config: sizes and shares.

    Raises:
        CatalogError: If no document has a word.
    """

    def __init__(self, documents: Sequence[Document], config: MatchingConfig) -> None:
        self._config = config
        self._pseudo = PseudoQueries(documents, config.facet_share)
        self.texts = self._pseudo.texts
        self._readable = [i for i, text in enumerate(self.texts) if text]
        if not self._readable:
            raise CatalogError("no product of the catalog has a letter or digit in its title")
        self._all = set(self._readable)
        self._holders: dict[str, list[int]] = {}

    def draw(self, rng: np.random.Generator, number: int) -> Contrasts:
        """Draw a number of pseudo-queries with their products."""
        queries, products = [], []
        for place in rng.integers(len(self._readable), size=number):
            index = self._readable[place]
            query = self._pseudo.make(index, rng)
            satisfying = self._pseudo.satisfying(query, self._all)
            others = [self._other(query, satisfying, rng) for _ in range(self._config.negatives)]
            products.append([self._read(product, rng) for product in (index, *others)])
            queries.append(self._typed(query, rng))
        return Contrasts(queries, products)

    def draw_judged(
        self,
        judged: Sequence[tuple[Words, dict[int, float]]],
        rng: np.random.Generator,
        number: int,
    ) -> Contrasts:
        """Draw a number of judged queries with their products.

        Args:
            judged: queries with the gain of each judged product; at least one gain is positive.
            rng: source of everything drawn.
            number: of queries.
        """
        queries, products = [], []
        for place in rng.integers(len(judged), size=number):
            query, gains = judged[place]
            chances = np.array(list(gains.values()))
            answer = int(rng.choice(list(gains), p=chances / chances.sum()))
            worse = [product for product, gain in gains.items() if gain < gains[answer]]
            others = [self._worse(worse, rng) for _ in range(self._config.negatives)]
            products.append([self._read(product, rng) for product in (answer, *others)])
            queries.append(query)
        return Contrasts(queries, products)

    def _other(self, query: Words, satisfying: set[int], rng: np.random.Generator) -> int:
        """Return a product that does not satisfy a query, if one is found soon."""
        product = -1
        for attempt in range(_MOST_TRIES):
            pool = self._readable
            # All that hold any word of a query may satisfy it, so not every try is a hard one.
            if attempt < _MOST_TRIES // 2 and rng.random() < self._config.hard_share:
                pool = self._holding(query[rng.integers(len(query))])
            product = pool[rng.integers(len(pool))]
            if product not in satisfying:
                break
        return product

    def _worse(self, worse: list[int], rng: np.random.Generator) -> int:
        """Return a product that is judged worse than the answer, or any of the catalog."""
        if worse and rng.random() < self._config.hard_share:
            return worse[rng.integers(len(worse))]
        return self._readable[rng.integers(len(self._readable))]

    def _holding(self, word: str) -> list[int]:
        """Return the products that hold a word."""
        if word not in self._holders:
            self._holders[word] = sorted(self._pseudo.satisfying((word,), self._all))
        return self._holders[word]

    def _typed(self, query: Words, rng: np.random.Generator) -> Words:
        """Return the words as someone might type them, sometimes with one misspelled."""
        if rng.random() >= self._config.typo_share:
            return query
        place = int(rng.integers(len(query)))
        return (*query[:place], misspelled(query[place], rng), *query[place + 1 :])

    def _read(self, index: int, rng: np.random.Generator) -> Words:
        """Return what is read of a product this time: title or whole, some words left out."""
        by_title = rng.random() < self._config.title_share
        text = self._pseudo.title(index) if by_title else self.texts[index]
        kept = rng.random(len(text)) >= self._config.word_dropout * rng.random()
        return tuple(word for word, keep in zip(text, kept, strict=True) if keep) or text


def judged_queries(judgments: Sequence[Judgment]) -> list[tuple[Words, dict[int, float]]]:
    """Gather the judgments by query; queries without words or without an answer are left out.

    Examples:
        >>> judged_queries([Judgment("Fire TV", 3, 1.0), Judgment("fire tv", 5, 0.0)])
        [(('fire', 'tv'), {3: 1.0, 5: 0.0})]
    """
    gains: dict[Words, dict[int, float]] = {}
    for judgment in judgments:
        gains.setdefault(tuple(words(judgment.query)), {})[judgment.product] = judgment.gain
    return [(query, its) for query, its in gains.items() if query and max(its.values()) > 0]
