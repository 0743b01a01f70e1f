"""Answering queries over the products as they were when the query came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from hyperquery.anthem.model import Model
from hyperquery.engine.clauses import clauses_of
from hyperquery.engine.collection import Collection, Place
from hyperquery.engine.compiler import compile_query
from hyperquery.engine.distinct import Mask
from hyperquery.engine.evidence import EvidenceIndex
from hyperquery.engine.explaining import TermReader
from hyperquery.engine.explanation import Explanation
from hyperquery.engine.relaxing import relaxations
from hyperquery.engine.results import Hit, Results
from hyperquery.engine.segment import Segment
from hyperquery.engine.where import Where, where_mask
from hyperquery.errors import QueryError
from hyperquery.geometry import Attested, Condition, Hyperboloid, Region
from hyperquery.geometry.lorentz import axial
from hyperquery.query import Phrase, Query, QueryTypeError, Term, parse
from hyperquery.query.traversal import leaves

_CACHED_TERMS = 10_000
_CACHED_SEARCHES = 1_000


class Searcher:
    """Answers queries with one model; it remembers terms and the last searches.

    Args:
        model: that has encoded the products of all collections.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._encoded = lru_cache(_CACHED_TERMS)(model.encode_term)
        self._read = lru_cache(_CACHED_TERMS)(model.wording.read)
        self._found = lru_cache(_CACHED_SEARCHES)(self._find)

    def forget(self) -> None:
        """Forget the last searches and readings, which are of products that may be gone."""
        self._found.cache_clear()
        self._read.cache_clear()

    def search(
        self,
        collection: Collection,
        query: str | Query,
        k: int,
        where: Where | None = None,
        offset: int = 0,
        threads: int | None = None,
    ) -> Results:
        """Return the best products; see :meth:`hyperquery.Engine.search`."""
        check_page(k, offset)
        expression = self.parsed(query, collection)
        chosen = self._chosen(collection, where)
        if chosen is None or isinstance(chosen, Query):
            condition = None if chosen is None else chosen.simplify()
            places = self._found(collection, expression.simplify(), k + offset, condition, threads)
        else:
            region_of, masks = self._region_of(collection, expression), collection.masks(chosen)
            places = tuple(collection.nearest(region_of, k + offset, masks, threads))

        def count(asked: Query) -> int:
            inside = self.inside(collection, asked)
            if chosen is not None:
                inside = inside & self.taking_part(collection, chosen)
            return int(inside.sum())

        return Results(
            str(expression),
            _hits(collection, places[offset:]),
            lambda: count(expression),
            lambda: relaxations(expression, count),
            self._readings(collection, expression),
        )

    def more_like(
        self, collection: Collection, product_id: str, k: int, where: Where | None
    ) -> Results:
        """Return the nearest products; see :meth:`hyperquery.Engine.more_like`."""
        check_page(k, 0)
        place = collection.find(product_id)
        point = collection.segments[place.segment].index.points(np.array([place.row]))[0]
        curvature, softness = self._model.curvature, self._model.config.softness
        at = axial(point, curvature)
        box = Hyperboloid.from_faces(at, at, curvature, softness=softness, name=str(product_id))
        masks = self._masks(collection, where)
        found = collection.nearest(lambda segment: box, k + 1, masks)
        others = [
            other for other in found if (other.segment, other.row) != (place.segment, place.row)
        ]
        hits = _hits(collection, others[:k])
        return Results(f"more like {product_id}", hits, lambda: sum(hit.matches for hit in hits))

    def explain(self, collection: Collection, query: str | Query, product_id: str) -> Explanation:
        """Return why a product is where it is; see :meth:`hyperquery.Engine.explain`."""
        expression = self.parsed(query, collection)
        place = collection.find(product_id)
        segment, rows = collection.segments[place.segment], np.array([place.row])

        def margin(region: Region) -> float:
            return float(segment.index.margins(region, rows)[0])

        distinct = dict.fromkeys(leaves(expression))
        margins = {leaf: margin(self._region_of(collection, leaf)(segment)) for leaf in distinct}
        terms = dict.fromkeys(
            (leaf.text, self._text(leaf, collection))
            for leaf in distinct
            if isinstance(leaf, Term | Phrase)
        )
        reader = TermReader(
            self._model,
            segment.catalog.parts(place.row),
            segment.index.points(rows)[0],
            self._attested,
            self._encoded,
        )
        return Explanation(
            query=expression,
            product_id=str(product_id),
            fields=collection.products([place])[0],
            clauses=clauses_of(expression, margins.__getitem__),
            terms=tuple(
                reader.reason(text, read, margin(segment.term(read, self._encoded(read))))
                for text, read in terms
            ),
        )

    def region(self, collection: Collection, query: str | Query) -> Region:
        """Return the region over all products that a query denotes, of the query's own shape."""
        expression = self.parsed(query, collection)
        if len(collection.segments) == 1 and collection.segments[0].live is None:
            return self._region_of(collection, expression)(collection.segments[0])

        def term(node: Term | Phrase) -> Region:
            read = self._text(node, collection)
            code = self._encoded(read)
            parts = [
                segment.term(read, code).source.energies(segment.rows)
                for segment in collection.segments
            ]
            return code.region(np.concatenate(parts))

        def condition(node: Query) -> Condition:
            parts = (segment.condition(node).holds[segment.rows] for segment in collection.segments)
            return Condition(str(node), np.concatenate(list(parts)))

        return compile_query(expression, collection.schema, term, condition)

    def hyperboloid(self, collection: Collection, term: str) -> Hyperboloid:
        """Return the hyperboloid of a single term."""
        return self._encoded(self._read(term, collection.new_words)).hyperboloid

    def _readings(self, collection: Collection, query: Query) -> dict[str, str]:
        """Return what the terms of a query are read as, of those that are not read as typed."""
        read = {text: self._read(text, collection.new_words) for text in query.terms}
        return {text: meant for text, meant in read.items() if meant != text}

    def _chosen(self, collection: Collection, where: Where | None) -> Query | Mask | None:
        """Return which products take part as it is now, whatever becomes of a caller's mask."""
        if where is None:
            return None
        if isinstance(where, str | Query):
            return self.parsed(where, collection)
        return self.taking_part(collection, where).copy()

    def _find(
        self,
        collection: Collection,
        query: Query,
        k: int,
        where: Query | None,
        threads: int | None,
    ) -> tuple[Place, ...]:
        """Return where the best products are; the last searches are remembered."""
        region_of = self._region_of(collection, query)
        return tuple(collection.nearest(region_of, k, self._masks(collection, where), threads))

    def _text(self, node: Term | Phrase, collection: Collection) -> str:
        """Return the text that a term is read as; a phrase is meant as it was typed."""
        if isinstance(node, Phrase):
            return node.text
        return self._read(node.text, collection.new_words)

    def _region_of(self, collection: Collection, query: Query) -> Callable[[Segment], Region]:
        """Return what gives a query's region over the rows of a segment."""

        def region(segment: Segment) -> Region:
            def term(node: Term | Phrase) -> Region:
                read = self._text(node, collection)
                return segment.term(read, self._encoded(read))

            return compile_query(query, collection.schema, term, segment.condition)

        return region

    def inside(self, collection: Collection, query: Query) -> Mask:
        """Return which products are inside the query's region, (products,)."""
        return collection.inside(self._region_of(collection, query))

    def taking_part(self, collection: Collection, where: Where) -> Mask:
        """Return which products take part, (products,)."""
        return where_mask(
            where,
            len(collection),
            lambda query: self.inside(collection, self.parsed(query, collection)),
        )

    def _masks(self, collection: Collection, where: Where | None) -> list[Mask] | None:
        """Return which rows of each segment take part, None for all."""
        if where is None:
            return None
        return collection.masks(self.taking_part(collection, where))

    def parsed(self, query: object, collection: Collection) -> Query:
        """Return the expression that a query is, in the fields of a collection."""
        if isinstance(query, Query):
            return query
        if not isinstance(query, str):
            raise QueryTypeError(f"a query is text or an expression, not {type(query).__name__}")
        return parse(query, fields=collection.schema)

    def _attested(self, text: str, evidence: EvidenceIndex) -> Attested:
        """Return the region over the products of an index of a term as it is read."""
        encoded = self._encoded(text)
        return encoded.region(evidence.lack(text, encoded))


def _hits(collection: Collection, places: Sequence[Place]) -> list[Hit]:
    """Return the hits at some places, in their order."""
    products = collection.products(places)
    return [
        Hit(product["id"], place.margin, place.margin < 0, product)
        for place, product in zip(places, products, strict=True)
    ]


def check_page(k: object, offset: object) -> None:
    """Check how many products to return and to leave out.

    Raises:
        QueryError: If one is no whole number, or too small.
    """
    for name, value, least in (("k", k, 1), ("offset", offset, 0)):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or value < least:  # type: ignore[operator]
            what = "how many products to return" if name == "k" else "how many to leave out"
            raise QueryError(f"{name} is {what}, a whole number of at least {least}, not {value}")
