"""A segment: products that were added together, laid out for search, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.documents import known_facets
from hyperquery.anthem.model import Model, TermCode
from hyperquery.anthem.progress import bar, note
from hyperquery.anthem.text import Vocabulary, words
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.conditions import Filters
from hyperquery.engine.distinct import Mask
from hyperquery.engine.evidence import EvidenceIndex, holdings_of
from hyperquery.geometry import Attested, Condition
from hyperquery.query import FieldEquals, FieldRange, Query
from hyperquery.scan import Holdings, ScanIndex

_CACHED_CONDITIONS = 64  # each as long as the segment
_CACHED_TERMS = 10_000
_BATCH = 20_000  # products encoded at a time


class Segment:
    """Products with their points and what they hold; removed ones stay, marked.

    Args:
        catalog: the products, or what reads them when they are first needed.
        index: over their points.
        vocabulary: of the trigrams that the index knows.
        live: (products,) which were not removed; all if None.
        new_words: words of the products that the vocabulary does not know.
    """

    def __init__(
        self,
        catalog: Catalog | Callable[[], Catalog],
        index: ScanIndex,
        vocabulary: Vocabulary,
        live: Mask | None = None,
        new_words: frozenset[str] = frozenset(),
    ) -> None:
        self._catalog = catalog
        self.index = index
        self.live = live
        self.new_words = new_words
        self._vocabulary = vocabulary
        self._condition = lru_cache(_CACHED_CONDITIONS)(self._new_condition)
        self._term = lru_cache(_CACHED_TERMS)(self._new_term)

    @classmethod
    def build(
        cls,
        catalog: Catalog,
        model: Model,
        points: npt.NDArray[np.float32] | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Encode products and lay them out.

        Args:
            catalog: the products.
            model: that encodes them.
            points: (products, d) their points where they are known.
            progress: whether to say on standard error how far it has come.
        """
        parts = []
        shown_as = bar("encoding", len(catalog), "product", shown=progress)
        for part in _encoded(catalog, model, with_points=points is None):
            parts.append(part)
            shown_as.update(len(part.holdings))
        shown_as.close()
        if points is None:
            points = np.concatenate([part.points for part in parts])
        holdings = Holdings.concatenated([part.holdings for part in parts])
        new_words = frozenset[str]().union(*(part.new_words for part in parts))
        del parts  # as large as the index
        note("laying out the products for search", shown=progress)
        return cls.laid_out(catalog, model, points, holdings, new_words)

    @classmethod
    def laid_out(
        cls,
        catalog: Catalog,
        model: Model,
        points: npt.NDArray[np.float32],
        holdings: Holdings,
        new_words: frozenset[str],
    ) -> Self:
        """Lay encoded products out.

        Args:
            catalog: the products.
            model: that encoded them.
            points: (products, d).
            holdings: what they hold.
            new_words: those of their words that the model's vocabulary does not know.
        """
        index = ScanIndex.build(points, model.curvature, holdings)
        return cls(catalog, index, model.vocabulary, new_words=new_words)

    def without(self, rows: npt.NDArray[np.int64]) -> Segment:
        """Return the same segment with some more products marked as removed."""
        live = np.ones(len(self.index), np.bool_) if self.live is None else self.live.copy()
        live[rows] = False
        segment = Segment(self.catalog, self.index, self._vocabulary, live, self.new_words)
        segment._condition = self._condition  # what it keeps is true of removed products as well
        return segment

    def __len__(self) -> int:
        return len(self.index) if self.live is None else int(self.live.sum())

    @cached_property
    def catalog(self) -> Catalog:
        """The products, removed ones as well."""
        return self._catalog if isinstance(self._catalog, Catalog) else self._catalog()

    @cached_property
    def rows(self) -> npt.NDArray[np.int64]:
        """The positions of the products that were not removed, in order."""
        return np.arange(len(self.index)) if self.live is None else np.flatnonzero(self.live)

    @cached_property
    def evidence(self) -> EvidenceIndex:
        """What the products hold."""
        return EvidenceIndex(self.index.holdings, self._vocabulary, self.index.stored_at)

    @cached_property
    def _filters(self) -> Filters:
        return Filters(self.catalog)

    def term(self, text: str, code: TermCode) -> Attested:
        """Return the region over the products of a term as it is read, which ``code`` is of."""
        return self._term(text, code)

    def _new_term(self, text: str, code: TermCode) -> Attested:
        return code.region(self.evidence.lack(text, code))

    def condition(self, query: Query) -> Condition:
        """Return the products for which a phrase or a field condition holds."""
        return self._condition(query)

    def _new_condition(self, query: Query) -> Condition:
        missing = isinstance(query, FieldEquals | FieldRange) and not self._has(query.field)
        holds = np.zeros(len(self.catalog), np.bool_) if missing else self._filters.mask(query)
        return Condition(str(query), holds)

    def _has(self, field: str) -> bool:
        """Whether the products have a field that other segments have, too."""
        return field in self.catalog.table.schema.names

    @cached_property
    def alive(self) -> Condition | None:
        """The products that were not removed, None if none was."""
        return None if self.live is None else Condition("not removed", self.live)


class _Part(NamedTuple):
    """A batch of products, encoded."""

    points: npt.NDArray[np.float32]
    holdings: Holdings
    new_words: frozenset[str]


def _encoded(catalog: Catalog, model: Model, *, with_points: bool) -> Iterator[_Part]:
    """Yield what the model makes of the products, with points if wanted, a batch at a time."""
    vocabulary = model.vocabulary
    for start in range(0, len(catalog), _BATCH):
        batch = Catalog(catalog.table.slice(start, _BATCH)).documents()
        titles, facets = [words(document.title) for document in batch], known_facets(batch)
        texts = [
            title + [word for facet, _ in known for word in facet]
            for title, known in zip(titles, facets, strict=True)
        ]
        points = np.zeros((0, 0), np.float32)
        if with_points:
            points = model.points(vocabulary.encode_words(texts))
        holdings = holdings_of(texts, titles, facets, model)
        yield _Part(points, holdings, vocabulary.new_words(texts))
