"""The engine: products, a trained model, and the products' points, ready to search."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.checkpoints import Checkpoints
from hyperquery.anthem.config import Config
from hyperquery.anthem.model import Model
from hyperquery.anthem.progress import note
from hyperquery.anthem.training import TrainingReport, train
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.collection import Collection
from hyperquery.engine.distinct import Mask
from hyperquery.engine.explanation import Explanation
from hyperquery.engine.facets import Counts, facet_counts
from hyperquery.engine.judgments import read_judgments
from hyperquery.engine.markup import markup_notice
from hyperquery.engine.numbers import number_notice
from hyperquery.engine.results import Results
from hyperquery.engine.searcher import Searcher, check_page
from hyperquery.engine.segment import Segment
from hyperquery.engine.where import Where
from hyperquery.geometry import Hyperboloid, Region
from hyperquery.query import Query

if TYPE_CHECKING:
    import networkx as nx

    from hyperquery.engine.folder import Folder
    from hyperquery.hierarchy import LearnedHierarchy, Step

_AT_ONCE = 20_000  # products that are added in about two seconds


class Engine:
    """Answers boolean product queries over one catalog.

    Make one with :meth:`fit`, or :func:`hyperquery.load` one that was saved. It may be searched
    from many threads while one of them adds, updates or removes products: a search sees the
    products as they were when it began.

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
        self._start(Collection((Segment.build(catalog, model, points),)), model, report=report)

    @classmethod
    def of(cls, collection: Collection, model: Model, folder: Folder | None = None) -> Self:
        """Return the engine over a collection of products.

        Args:
            collection: laid out with the model.
            model: the trained model.
            folder: where changes are saved before they are seen; nowhere if None.
        """
        engine = cls.__new__(cls)
        engine._start(collection, model, folder)
        return engine

    def _start(
        self,
        collection: Collection,
        model: Model,
        folder: Folder | None = None,
        report: TrainingReport | None = None,
    ) -> None:
        self.model = model
        self.report = report
        self._collection = collection
        self._folder = folder
        self._changing = Lock()
        self._searcher = Searcher(model)
        self._hierarchy = lru_cache(1)(self._learn)

    @classmethod
    def fit(
        cls,
        catalog: object,
        judgments: object = None,
        *,
        columns: Mapping[str, str] | None = None,
        config: Config | None = None,
        progress: bool = True,
        checkpoints: Checkpoints | None = None,
    ) -> Self:
        """Train a model on a catalog and return an engine over it.

        Args:
            catalog: a path to CSV, JSON Lines or Parquet; a pandas, polars or pyarrow table; or an
                iterable of dicts. Each product has an ``id`` and a ``title``, and optionally a
                ``category`` (a path), a ``brand``, a ``color`` and any other fields.
            judgments: the same kinds of table, with ``query``, ``product_id`` and ``gain`` or
                ``label``; none by default.
            columns: the catalog's own names of ``id``, ``title``, ``brand``, ``category`` and
                ``color``, where they are others: ``{"id": "SKU", "title": "Product Name"}``.
            config: model size, training time, seed; the defaults if None.
            progress: whether to say on standard error how far it has come: with bars in a
                terminal, elsewhere in plain lines.
            checkpoints: where the training is kept while it goes on, so that an interrupted one
                can be taken up again; see :func:`hyperquery.anthem.training.train`.

        Warns:
            UserWarning: If titles hold HTML, which would be learned as words, or a column would
                hold numbers but for a few cells.

        Raises:
            CatalogError: If the catalog or the judgments cannot be used.
        """
        note("reading the catalog", shown=progress)
        products = Catalog.read(catalog, columns)
        for notice in (markup_notice(products.table["title"]), number_notice(products.table)):
            if notice is not None:
                warnings.warn(notice, stacklevel=2)
        known = read_judgments(judgments, products) if judgments is not None else ()
        model, report = train(
            products.documents(), known, config=config, progress=progress, checkpoints=checkpoints
        )
        segment = Segment.build(products, model, progress=progress)
        engine = cls.of(Collection((segment,)), model)
        engine.report = report
        return engine

    @property
    def catalog(self) -> Catalog:
        """The products, in the order in which ties break."""
        return self._collection.catalog

    @property
    def collection(self) -> Collection:
        """The products as they are laid out; a later change makes another collection."""
        return self._collection

    @property
    def points(self) -> npt.NDArray[np.float32]:
        """The products' points, (products, d), in the catalog's order."""
        return self._collection.points

    def __len__(self) -> int:
        return len(self._collection)

    def __repr__(self) -> str:
        return f"Engine({len(self):,} products, {self.model.config.dimension} dimensions)"

    def search(
        self, query: str | Query, k: int = 10, where: Where | None = None, *, offset: int = 0
    ) -> Results:
        """Return the products in or nearest to the query's region, best first.

        Products that a hard condition (a quoted phrase, a field) rules out are never returned;
        others are, also beyond the region, with ``matches`` false. Ties are in catalog order.

        Args:
            query: text in the query language, or an expression.
            k: the most hits to return, at least 1; may exceed the catalog.
            where: only products that match this query take part; or a mask, one true or false for
                each product in catalog order: a numpy array, a list, or a pyarrow array.
            offset: how many of the best to leave out, as earlier pages showed them.

        Raises:
            QuerySyntaxError: If the text is not a query, or names an unknown field.
            QueryError: If a term is unknown, k is not positive, the offset negative, or a mask not
                as long as the catalog.
        """
        return self._searcher.search(self._collection, query, k, where, offset)

    def search_many(
        self, queries: Sequence[str | Query], k: int = 10, where: Where | None = None
    ) -> list[Results]:
        """Return the results of each query, side by side; see :meth:`search`."""
        check_page(k, 0)
        search = partial(self._searcher.search, self._collection, k=k, where=where)
        threads = min(os.cpu_count() or 1, len(queries))
        if threads < 2:
            return [search(query) for query in queries]
        search = partial(search, threads=1)
        with ThreadPoolExecutor(threads, thread_name_prefix="hyperquery") as pool:
            return list(pool.map(search, queries))

    async def asearch(
        self, query: str | Query, k: int = 10, where: Where | None = None, *, offset: int = 0
    ) -> Results:
        """Search in another thread while the event loop goes on; see :meth:`search`."""
        return await asyncio.to_thread(self.search, query, k, where, offset=offset)

    def more_like(self, product_id: str, k: int = 10, where: Where | None = None) -> Results:
        """Return the products nearest to a product, without itself.

        The region is the box without extent around the product's point, so the margin is a squared
        distance, and hits match only if they lie where the product does.

        Args:
            product_id: as a search's hits have it.
            k: the most hits to return, at least 1.
            where: as for :meth:`search`.

        Raises:
            CatalogError: If no product has the id.
            QueryError: If k is not positive, or a mask is not as long as the catalog.
        """
        return self._searcher.more_like(self._collection, product_id, k, where)

    def inside(self, query: str | Query) -> Mask:
        """Return which products are inside the query's region, (products,), in catalog order.

        It can be the ``where`` of a search.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> int(demo_engine().inside("tablet").sum())
            47
        """
        return self._inside(self._collection, query)

    def matches(self, query: str | Query) -> list[str]:
        """Return the ids of the products inside the query's region, in catalog order."""
        collection = self._collection
        masks = collection.masks(self._inside(collection, query))
        return [
            id_
            for segment, mask in zip(collection.segments, masks, strict=True)
            for id_ in segment.catalog.ids_of(np.flatnonzero(mask))
        ]

    def _inside(self, collection: Collection, query: str | Query) -> Mask:
        return self._searcher.inside(collection, self._searcher.parsed(query, collection))

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
            {'Electronics': 16, 'Electronics > Tablets': 16}
        """
        collection = self._collection
        collection.schema.check(field)
        matching = self._inside(collection, query)
        if where is not None:
            matching = matching & self._searcher.taking_part(collection, where)
        return facet_counts(collection.catalog.column(field), matching, n)

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
        return self._searcher.explain(self._collection, query, product_id)

    def region(self, query: str | Query) -> Region:
        """Return the region that a query denotes, a tree of the query's own shape."""
        return self._searcher.region(self._collection, query)

    def hyperboloid(self, term: str) -> Hyperboloid:
        """Return the hyperboloid of a single term: its region without evidence and leanings.

        Raises:
            QueryError: If no trigram of the term is known.
        """
        return self._searcher.hyperboloid(self._collection, term)

    def hierarchy(self) -> nx.DiGraph:
        """Return the catalog's category names and brands as a graph, by containment.

        See :func:`hyperquery.hierarchy.learn`, which has settings and answers questions. It is
        learned at the first call, and again after a change; the graph is the caller's own.

        Raises:
            TaxonomyError: If the catalog has no such term.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> list(demo_engine().hierarchy().predecessors("Tablets"))
            ['Electronics']
        """
        graph: nx.DiGraph = self._hierarchy(self._collection).graph.copy()
        return graph

    def generalize(self, query: str | Query) -> tuple[Step, ...]:
        """Return ever wider queries, one term or category at a time, with how many match each.

        See :func:`hyperquery.hierarchy.generalize`.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> [(str(step.query), step.products) for step in demo_engine().generalize("tablets")]
            [('tablets', 47), ('Electronics', 334), ('*', 1378)]
        """
        from hyperquery.hierarchy import generalize

        collection = self._collection
        return generalize(self._hierarchy(collection), self._searcher.parsed(query, collection))

    def specialize(self, query: str | Query) -> tuple[Step, ...]:
        """Return the next narrower queries with how many match each, the most first.

        See :func:`hyperquery.hierarchy.specialize`.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> print(demo_engine().specialize("tablets")[0].query)
            Fire Tablets
        """
        from hyperquery.hierarchy import specialize

        collection = self._collection
        return specialize(self._hierarchy(collection), self._searcher.parsed(query, collection))

    def _learn(self, collection: Collection) -> LearnedHierarchy:
        """Return the hierarchy of the products of a collection, which this engine may outlive."""
        from hyperquery.hierarchy import learn

        return learn(Engine.of(collection, self.model))

    def add(
        self,
        products: object,
        *,
        columns: Mapping[str, str] | None = None,
        progress: bool = False,
    ) -> None:
        """Add products at the end of the catalog; the next search sees them.

        The model is not trained anew: it reads them as it reads the others. An engine that was
        loaded as writable saves them first.

        Args:
            products: any kind of table that :meth:`fit` takes, with new ids.
            columns: as for :meth:`fit`.
            progress: whether to say how far it has come, if they are many.

        Raises:
            CatalogError: If they cannot be read, an id is there already, or a field does not fit.
            ModelFileError: If they cannot be saved. In any case nothing is changed then.
        """
        segment = self._read(products, columns, progress)
        self._change(lambda collection: collection.with_segment(segment))

    def update(
        self,
        products: object,
        *,
        columns: Mapping[str, str] | None = None,
        progress: bool = False,
    ) -> None:
        """Put products in place of those with the same ids, at the end of the catalog.

        Args:
            products: as for :meth:`add`, with known ids, whole: a field left out is missing.
            columns: as for :meth:`fit`.
            progress: whether to say how far it has come, if they are many.

        Raises:
            CatalogError: If they cannot be read, an id is unknown, or a field does not fit.
            ModelFileError: If they cannot be saved. In any case nothing is changed then.
        """
        segment = self._read(products, columns, progress)
        self._change(lambda collection: collection.replacing(segment))

    def remove(self, product_ids: str | Sequence[str]) -> None:
        """Remove products; the next search does not see them.

        Args:
            product_ids: one or more.

        Raises:
            CatalogError: If no product has one of the ids, or none would be left.
            ModelFileError: If that cannot be saved. In any case nothing is changed then.
        """
        ids = [product_ids] if isinstance(product_ids, str) else list(product_ids)
        self._change(lambda collection: collection.without(ids))

    def compact(self) -> None:
        """Lay all products out together, and let go of removed ones.

        Searches stay fast over many additions without it; each addition is one more part to search.

        Raises:
            ModelFileError: If that cannot be saved; nothing is changed then.
        """

        def together(collection: Collection) -> Collection:
            if len(collection.segments) == 1 and collection.segments[0].live is None:
                return collection
            parts = collection.points, collection.holdings, collection.new_words
            return Collection((Segment.laid_out(collection.catalog, self.model, *parts),))

        self._change(together)

    def refresh(self) -> bool:
        """See what others have saved to the folder that the engine was loaded from.

        Returns:
            Whether there was anything new.

        Raises:
            ModelFileError: If the engine was not loaded, its folder cannot be read or holds another
                model, or it has changes that were not saved there. Then all stays as it is.
        """
        from hyperquery.engine.storage import newer_collection

        with self._changing:
            found = newer_collection(self._collection, self.model, self._folder)
            if found is None:
                return False
            self._collection, self._folder = found
            self._searcher.forget()
            return True

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the engine as a folder, all or nothing; see :func:`hyperquery.load`.

        Args:
            path: the folder; an engine already there is replaced, anything else is refused.

        Raises:
            ModelFileError: If something else than an engine is there, or it cannot be written.
        """
        from hyperquery.engine.storage import save_engine

        with self._changing:
            saved = save_engine(self, path)
            if self._folder is not None and self._folder.is_at(saved.store.path):
                self._folder = replace(
                    saved, writable=self._folder.writable, verify=self._folder.verify
                )

    def _read(self, products: object, columns: Mapping[str, str] | None, progress: bool) -> Segment:
        catalog = Catalog.read(products, columns)
        shown = progress and len(catalog) > _AT_ONCE
        return Segment.build(catalog, self.model, progress=shown)

    def _change(self, changed: Callable[[Collection], Collection]) -> None:
        """Make the products others, saved first where they are to be saved."""
        with self._changing:
            collection = changed(self._collection)
            if self._folder is not None and self._folder.writable:
                self._folder = self._folder.commit(collection)
            self._collection = collection
            self._searcher.forget()
