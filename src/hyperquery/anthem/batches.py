"""The batches of a training: products, the queries that they satisfy, their facets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import (
    LONGEST_QUERY,
    Document,
    Facets,
    PseudoQueries,
    Words,
    misspelled,
)
from hyperquery.anthem.leanings import MOST_TITLES, Leanings
from hyperquery.anthem.text import Vocabulary, words

_FEWEST_TO_HOLD_OUT = 40  # with fewer products, all are trained on and checked on
_MOST_HELD_OUT = 1000


@dataclass(frozen=True)
class Judgment:
    """That a product answers a query, and how well.

    Attributes:
        query: what was asked.
        product: position of the product among the documents.
        gain: 0 for irrelevant up to 1 for an exact answer.
    """

    query: str
    product: int
    gain: float


@dataclass(frozen=True)
class Batch:
    """One step's products and queries, by words.

    Attributes:
        products: the words read of each product.
        titles: those of them that are from its title.
        queries: the words of each pseudo-query and judged query.
        gains: (queries, products) how well a product answers a query.
        facets: the words of each facet.
        members: (facets, products) 1 where a product has a facet, else 0.
    """

    products: list[Words]
    titles: list[Words]
    queries: list[Words]
    gains: Tensor
    facets: list[Words]
    members: Tensor


class Batches:
    """Draws the batches of a training, and the fixed batch of held-out products.

    Args:
        documents: the catalog.
        judgments: known answers, none by default.
        vocabulary: the trigrams of the documents.
        config: sizes and shares.
        rng: source of everything drawn.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        judgments: Sequence[Judgment],
        vocabulary: Vocabulary,
        config: Config,
        rng: np.random.Generator,
    ) -> None:
        self._vocabulary = vocabulary
        self._config = config
        self._rng = rng
        self.pseudo_queries = PseudoQueries(documents, config.facet_share)
        self.facets = Facets(documents)
        readable = [i for i, text in enumerate(self.pseudo_queries.texts) if text]
        order = [readable[i] for i in rng.permutation(len(readable))]
        number = 0
        if len(order) >= _FEWEST_TO_HOLD_OUT:
            number = min(_MOST_HELD_OUT, round(config.held_out * len(order)))
        self.held_out = order[:number] or order
        self._train = np.array(order[number:])
        self._queue: list[int] = []
        self._answers = {
            query: answers
            for query, answers in _answers(judgments, set(self._train.tolist())).items()
            if self._is_learnable(query)
        }

    def draw(self) -> Batch:
        """Draw the products and queries of one training step."""
        config, rng = self._config, self._rng
        indices = self._next_products()
        judged = self._draw_judged()
        indices = list(dict.fromkeys(indices + [product for _, product in judged]))
        queries = [
            self.pseudo_queries.make(index, rng)
            for index in indices
            for _ in range(config.queries_per_product)
        ]
        read = [self._read(index) for index in indices]
        batch = self._batch(indices, read, queries, [query for query, _ in judged])
        return replace(
            batch,
            queries=[self._typed(query, config.typo_share) for query in batch.queries],
            facets=[self._typed(facet, config.facet_typo_share) for facet in batch.facets],
        )

    def leanings(self, facets: frozenset[Words], *, held_out: bool) -> Leanings:
        """Return what titles say of some facets.

        Args:
            facets: to learn of.
            held_out: whether the held-out products are learned from, too.
        """
        known = sorted({*self._train.tolist(), *(self.held_out if held_out else ())})
        titled = [index for index in known if self.pseudo_queries.is_titled(index)]
        rng = np.random.default_rng(self._config.seed)
        drawn = np.sort(rng.permutation(titled)[:MOST_TITLES]).tolist()
        place = {index: row for row, index in enumerate(drawn)}
        among = set(drawn)
        members = {
            facet: sorted(place[index] for index in self.facets.having(facet, among))
            for facet in sorted(facets)
        }
        titles, everyone = [self.pseudo_queries.title(index) for index in drawn], set(known)
        counts = {facet: len(self.facets.having(facet, everyone)) for facet in members}
        return Leanings.learned(titles, members, self.facets.kinds, self._vocabulary, counts)

    def state(self) -> dict[str, Any]:
        """Return what drawing changes, as JSON holds it."""
        return {"queue": list(self._queue), "generator": self._rng.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state, from which the same batches are drawn again."""
        self._queue = [int(index) for index in state["queue"]]
        self._rng.bit_generator.state = state["generator"]

    def check(self) -> Batch:
        """Draw a batch of held-out products, read whole."""
        queries = [
            self.pseudo_queries.make(index, self._rng) for index in self.held_out for _ in range(2)
        ]
        texts = self.pseudo_queries
        read = [(texts.texts[index], texts.title(index)) for index in self.held_out]
        return self._batch(self.held_out, read, queries, [])

    def _batch(
        self,
        indices: list[int],
        read: list[tuple[Words, Words]],
        queries: list[Words],
        judged: list[Words],
    ) -> Batch:
        column = {index: position for position, index in enumerate(indices)}
        among = set(indices)
        judged = list(dict.fromkeys(judged))
        known = set(judged)
        made = dict.fromkeys(filter(self._is_learnable, queries))
        distinct = [query for query in made if query not in known]
        satisfied = _rows(
            distinct, lambda query: self.pseudo_queries.satisfying(query, among), column
        )
        gains = torch.cat([satisfied, torch.zeros(len(judged), len(indices))])
        for row, query in enumerate(judged, start=len(distinct)):
            for index, gain in self._answers[query].items():
                if index in column:
                    gains[row, column[index]] = gain
        facets = self.facets.draw(indices, self._config.facet_queries, self._rng)
        members = _rows(facets, lambda facet: self.facets.having(facet, among), column)
        products, titles = ([*part] for part in zip(*read, strict=True))
        return Batch(products, titles, distinct + judged, gains, facets, members)

    def _is_learnable(self, query: Words) -> bool:
        """Whether a query has a known trigram, and not so many that it slows all others down."""
        length = sum(map(len, query))  # a word has as many trigrams as letters
        return length <= LONGEST_QUERY and any(map(self._vocabulary.word_ids, query))

    def _next_products(self) -> list[int]:
        if not self._queue:
            self._queue = self._rng.permutation(self._train).tolist()
        size = self._config.batch_size
        drawn, self._queue = self._queue[:size], self._queue[size:]
        return drawn

    def _draw_judged(self) -> list[tuple[Words, int]]:
        """Draw judged queries, each with one product that answers it, better ones more often."""
        queries = list(self._answers)
        number = min(self._config.judged_queries, len(queries))
        drawn = []
        for position in self._rng.choice(len(queries), number, replace=False) if number else ():
            answers = self._answers[queries[position]]
            chances = np.array(list(answers.values()))
            product = self._rng.choice(list(answers), p=chances / chances.sum())
            drawn.append((queries[position], int(product)))
        return drawn

    def _typed(self, query: Words, share: float) -> Words:
        """Return the words as someone might type them, a share of the time one misspelled."""
        if self._rng.random() >= share:
            return query
        place = int(self._rng.integers(len(query)))
        typed = (*query[:place], misspelled(query[place], self._rng), *query[place + 1 :])
        return typed if any(map(self._vocabulary.word_ids, typed)) else query

    def _read(self, index: int) -> tuple[Words, Words]:
        """Return what is read of a product this time, and what of that is its title.

        It is read by title or whole, with some words left out.
        """
        rng, config = self._rng, self._config
        title, text = self.pseudo_queries.title(index), self.pseudo_queries.texts[index]
        if rng.random() < config.title_share:
            text = title
        kept = rng.random(len(text)) >= config.word_dropout * rng.random()
        if not kept.any():
            return text, title
        places = np.flatnonzero(kept).tolist()
        return (
            tuple(text[place] for place in places),
            tuple(title[place] for place in places if place < len(title)),
        )


def _rows(
    queries: list[Words], answering: Callable[[Words], set[int]], column: dict[int, int]
) -> Tensor:
    """Return (queries, columns) 1 in the columns of the products that answer a query, else 0."""
    rows = torch.zeros(len(queries), len(column))
    for row, query in enumerate(queries):
        rows[row, [column[index] for index in answering(query)]] = 1.0
    return rows


def _answers(judgments: Sequence[Judgment], train: set[int]) -> dict[Words, dict[int, float]]:
    """Return the gains of the trained-on products of each judged query that has any."""
    answers: dict[Words, dict[int, float]] = {}
    for judgment in judgments:
        query = tuple(words(judgment.query))
        if query and judgment.product in train and judgment.gain > 0:
            answers.setdefault(query, {})[judgment.product] = judgment.gain
    return answers
