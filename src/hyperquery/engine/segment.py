"""A segment: products that were added together, laid out for search, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

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
    """

    def __init__(
        self,
        catalog: Catalog | Callable[[], Catalog],
        index: ScanIndex,
        vocabulary: Vocabulary,
        live: Mask | None = None,
    ) -> None:
        self._catalog = catalog
        self.index = index
        self.live = live
        self._vocabulary = vocabulary
        self._condition = lru_cache(_CACHED_CONDITIONS)(self._new_condition)
        self._term = lru_cache(_CACHED_TERMS)(self._new_term)

    @classmethod
    def build(
        cls,
        catalog: Catalog,
        model: Model,
        points: npt.NDArray[np.float32] | None = None,
        holdings: Holdings | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Encode products and lay them out.

        Args:
            catalog: the products.
            model: that encodes them.
            points: (products, d) their points where they are known.
            holdings: what they hold, where it is known; only beside points.
            progress: whether to say on standard error how far it has come.
        """
        if points is None or holdings is None:
            encoded = []
            shown_as = bar("encoding", len(catalog), "product", shown=progress)
            for part in _encoded(catalog, model, with_points=points is None):
                encoded.append(part)
                shown_as.update(len(part[1]))
            shown_as.close()
            if points is None:
                points = np.concatenate([part for part, _ in encoded])
            holdings = Holdings.concatenated([part for _, part in encoded])
            del encoded  # as large as the index
        note("laying out the products for search", shown=progress)
        index = ScanIndex.build(points, model.curvature, holdings)
        return cls(catalog, index, model.vocabulary)

    def without(self, rows: npt.NDArray[np.int64]) -> Segment:
        """Return the same segment with some more products marked as removed."""
        live = np.ones(len(self.index), np.bool_) if self.live is None else self.live.copy()
        live[rows] = False
        segment = Segment(self.catalog, self.index, self._vocabulary, live)
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
        """Return a term's region over the products."""
        return self._term(text, code)

    def _new_term(self, text: str, code: TermCode) -> Attested:
        return Attested(code.hyperboloid, self.evidence.lack(text, code.evidence))

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


def _encoded(
    catalog: Catalog, model: Model, *, with_points: bool
) -> Iterator[tuple[npt.NDArray[np.float32], Holdings]]:
    """Yield the points, if wanted, and the holdings of the products, a batch at a time."""
    vocabulary = model.vocabulary
    for start in range(0, len(catalog), _BATCH):
        batch = Catalog(catalog.table.slice(start, _BATCH)).documents()
        cut = lru_cache(None)(words)  # many products share facets
        titles = [words(document.title) for document in batch]
        texts = [
            title + [word for facet in document.facets for word in cut(facet)]
            for title, document in zip(titles, batch, strict=True)
        ]
        held = vocabulary.known_trigrams(titles)
        if with_points:
            encoded = vocabulary.encode_words(texts)
            yield model.points(encoded), holdings_of(encoded.trigrams, held, vocabulary)
        else:
            known = vocabulary.known_trigrams(texts)
            yield np.zeros((0, 0), np.float32), holdings_of(known, held, vocabulary)
