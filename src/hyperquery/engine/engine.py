"""The engine: a catalog, a trained model, and the products' points, ready to search."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.config import Config
from hyperquery.anthem.model import Model
from hyperquery.anthem.training import TrainingReport, train
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.clauses import clauses_of
from hyperquery.engine.compiler import compile_query
from hyperquery.engine.conditions import Filters
from hyperquery.engine.distinct import Mask
from hyperquery.engine.evidence import EvidenceIndex
from hyperquery.engine.explaining import TermReader
from hyperquery.engine.explanation import Explanation
from hyperquery.engine.facets import Counts, facet_counts
from hyperquery.engine.judgments import read_judgments
from hyperquery.engine.results import Hit, Results
from hyperquery.engine.where import Where, where_mask
from hyperquery.errors import QueryError
from hyperquery.geometry import Attested, Hyperboloid, Region
from hyperquery.query import Phrase, Query, QueryTypeError, Term, parse
from hyperquery.query.traversal import leaves

_CACHED_TERMS = 10_000
_CACHED_CONDITIONS = 64  # each as long as the catalog


class Engine:
    """Answers boolean product queries over one catalog.

    Make one with :meth:`fit`, or :func:`hyperquery.load` one that was saved.

    Args:
        catalog: the products.
        model: the trained model.
        points: (products, d) the products' points, float32; encoded from the catalog if None.
        report: how the training went, if it was just now.
    """

    def __init__(
        self,
        catalog: Catalog,
        model: Model,
        points: npt.NDArray[np.float32] | None = None,
        report: TrainingReport | None = None,
    ) -> None:
        texts = model.vocabulary.encode([document.text for document in catalog.documents()])
        if points is None:
            points = model.points(texts)
        self.catalog = catalog
        self.model = model
        self.points = points
        self.report = report
        titles = model.vocabulary.encode(catalog.titles)
        self._evidence = EvidenceIndex(texts.trigrams, titles.trigrams, model.vocabulary)
        self._condition = lru_cache(_CACHED_CONDITIONS)(Filters(catalog).mask)
        self._encoded = lru_cache(_CACHED_TERMS)(model.encode_term)

    @classmethod
    def fit(
        cls,
        catalog: object,
        judgments: object = None,
        *,
        config: Config | None = None,
        progress: bool = True,
    ) -> Self:
        """Train a model on a catalog and return an engine over it.

        Args:
            catalog: a path to CSV, JSON Lines or Parquet; a pandas, polars or pyarrow table; or an
                iterable of dicts. Each product has an ``id`` and a ``title``, and optionally a
                ``category`` (a path), a ``brand``, a ``color`` and any other fields.
            judgments: the same kinds of table, with ``query``, ``product_id`` and ``gain`` or
                ``label``; none by default.
            config: model size, training time, seed; the defaults if None.
            progress: whether to show a progress bar.

        Raises:
            CatalogError: If the catalog or the judgments cannot be used.
        """
        products = Catalog.read(catalog)
        known = read_judgments(judgments, products) if judgments is not None else ()
        documents = products.documents()
        model, report = train(documents, known, config=config, progress=progress)
        return cls(products, model, report=report)

    def __len__(self) -> int:
        return len(self.catalog)

    def __repr__(self) -> str:
        return f"Engine({len(self):,} products, {self.model.config.dimension} dimensions)"

    def search(self, query: str | Query, k: int = 10, where: Where | None = None) -> Results:
        """Return the products in or nearest to the query's region, best first.

        Products that a hard condition (a quoted phrase, a field) rules out are never returned;
        others are, also beyond the region, with ``matches`` false. Ties are in catalog order.

        Args:
            query: text in the query language, or an expression.
            k: the most hits to return, at least 1; may exceed the catalog.
            where: only products that match this query take part; or a mask, one true or false for
                each product in catalog order: a numpy array, a list, or a pyarrow array.

        Raises:
            QuerySyntaxError: If the text is not a query, or names an unknown field.
            QueryError: If a term is unknown, k is not positive, or a mask not as long as the
                catalog.
        """
        _check_count(k)
        expression = self._parsed(query)
        margins = self._margins(expression)
        matching = margins < 0
        possible = margins < np.inf
        if where is not None:
            taking_part = where_mask(where, len(self), self._matching)
            matching &= taking_part
            possible &= taking_part
        rows = np.flatnonzero(possible)
        best = rows[_smallest(margins[rows], k)]
        hits = [
            Hit(fields["id"], float(margins[row]), bool(matching[row]), fields)
            for row, fields in zip(best.tolist(), self.catalog.products(best), strict=True)
        ]
        return Results(str(expression), hits, int(matching.sum()))

    def search_many(self, queries: Sequence[str | Query], k: int = 10) -> list[Results]:
        """Return the results of each query; see :meth:`search`."""
        return [self.search(query, k) for query in queries]

    def matches(self, query: str | Query) -> list[str]:
        """Return the ids of the products inside the query's region, in catalog order."""
        return self.catalog.ids_of(np.flatnonzero(self._matching(query)))

    def facets(
        self, query: str | Query, field: str, n: int = 10, where: Where | None = None
    ) -> Counts:
        """Return how many matching products have each value of a field, the most frequent first.

        Ties are in the order of the values; products without a value are not counted. A category is
        counted at each of its levels, under the path that leads there.

        Args:
            query: text in the query language, or an expression.
            field: whose values to count.
            n: the most values to return, at least 1.
            where: as for :meth:`search`.

        Raises:
            QuerySyntaxError: If the text is not a query, or names an unknown field.
            QueryError: If the field or a term is unknown, n is not positive, or a mask not as long
                as the catalog.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> demo_engine().facets("tablet AND brand:Amazon", "category", n=2)
            {'Electronics': 18, 'Electronics > Tablets': 15}
        """
        self.catalog.schema.check(field)
        matching = self._matching(query)
        if where is not None:
            matching = matching & where_mask(where, len(self), self._matching)
        return facet_counts(self.catalog.column(field), matching, n)

    def explain(self, query: str | Query, product_id: str) -> Explanation:
        """Return why a product is where it is: its margin by clause, term, face and word.

        Args:
            query: text in the query language, or an expression.
            product_id: as a search's hits have it.

        Raises:
            QuerySyntaxError: If the text is not a query, or names an unknown field.
            QueryError: If a term is unknown.
            CatalogError: If no product has the id.
        """
        expression = self._parsed(query)
        row = self.catalog.position(product_id)
        distinct = dict.fromkeys(leaves(expression))
        texts = dict.fromkeys(leaf.text for leaf in distinct if isinstance(leaf, Term | Phrase))
        distinct |= dict.fromkeys(map(Term, texts))
        margins = {leaf: float(self._margins(leaf)[row]) for leaf in distinct}
        reader = TermReader(
            self.model, self.catalog.parts(row), self.points[row], self._attested, self._encoded
        )
        return Explanation(
            query=expression,
            product_id=str(product_id),
            fields=self.catalog.product(row),
            clauses=clauses_of(expression, margins.__getitem__),
            terms=tuple(reader.reason(text, margins[Term(text)]) for text in texts),
        )

    def region(self, query: str | Query) -> Region:
        """Return the region that a query denotes, a tree of the query's own shape."""
        return compile_query(self._parsed(query), self.catalog.schema, self._term, self._condition)

    def hyperboloid(self, term: str) -> Hyperboloid:
        """Return the hyperboloid of a single term: its region without the evidence of words.

        Raises:
            QueryError: If no trigram of the term is known.
        """
        return self._encoded(term).hyperboloid

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the engine as a folder, all or nothing; see :func:`hyperquery.load`.

        Args:
            path: the folder; an engine already there is replaced, anything else is refused.

        Raises:
            ModelFileError: If something else than an engine is there, or it cannot be written.
        """
        from hyperquery.engine.storage import save_engine

        save_engine(self, path)

    def _margins(self, query: Query) -> npt.NDArray[np.float32]:
        return np.asarray(self.region(query).margin(self.points), dtype=np.float32)

    def _matching(self, query: str | Query) -> Mask:
        """Return which products are inside the query's region, (products,)."""
        return np.asarray(self._margins(self._parsed(query)) < 0)

    def _parsed(self, query: object) -> Query:
        if isinstance(query, Query):
            return query
        if not isinstance(query, str):
            raise QueryTypeError(f"a query is text or an expression, not {type(query).__name__}")
        return parse(query, fields=self.catalog.schema)

    def _term(self, text: str) -> Region:
        return self._attested(text, self._evidence)

    def _attested(self, text: str, evidence: EvidenceIndex) -> Attested:
        """Return a term's region over the products of an index."""
        encoded = self._encoded(text)
        return Attested(encoded.hyperboloid, evidence.energies(text, encoded.evidence))


def _check_count(k: object) -> None:
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        raise QueryError(f"k is how many products to return, a whole number of at least 1, not {k}")


def _smallest(values: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
    """Return the positions of the k smallest values, smallest first, ties by position."""
    if k < len(values):
        cut = np.partition(values, k - 1)[k - 1]
        candidates = np.flatnonzero(values <= cut)
    else:
        candidates = np.arange(len(values))
    return candidates[np.argsort(values[candidates], kind="stable")][:k]
