"""All products of an engine at one moment: segments, one after the other, searched as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.catalog import Catalog, schema_of
from hyperquery.engine.distinct import Mask
from hyperquery.engine.reading import Record
from hyperquery.engine.segment import Segment
from hyperquery.engine.tables import as_field, common_fields
from hyperquery.errors import CatalogError
from hyperquery.geometry import Condition, Intersection, Region
from hyperquery.query.schema import Schema
from hyperquery.scan import Holdings

RegionOf = Callable[[Segment], Region]
"""Gives a query's region over the rows of a segment."""


@dataclass(frozen=True)
class Place:
    """Where a product of a search is.

    Attributes:
        segment: which of the segments.
        row: of the segment's catalog.
        margin: of the product.
    """

    segment: int
    row: int
    margin: float


@dataclass(frozen=True, eq=False)
class Collection:
    """Segments in the order in which ties break; never changed, so that a reader keeps it.

    Attributes:
        segments: one or more, each with at least one product that was not removed.
    """

    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(map(len, self.segments))

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of all products, in order."""
        if len(self.segments) == 1 and self.segments[0].live is None:
            return self.segments[0].catalog
        parts = [segment.catalog.select(segment.rows) for segment in self.segments]
        return Catalog.concatenated(parts)

    @cached_property
    def schema(self) -> Schema:
        """The fields that conditions may use."""
        return schema_of(_common_fields(self.segments))

    @cached_property
    def points(self) -> npt.NDArray[np.float32]:
        """The points of all products, (products, d), in the catalog's order."""
        return np.concatenate([segment.index.points(segment.rows) for segment in self.segments])

    @property
    def holdings(self) -> Holdings:
        """What all products hold, in the catalog's order."""
        parts = [
            segment.index.holdings.chosen(segment.index.stored_at[segment.rows].astype(np.int64))
            for segment in self.segments
        ]
        return Holdings.concatenated(parts)

    def products(self, places: Sequence[Place]) -> list[Record]:
        """Return all fields of the products at some places, in that order."""
        rows: dict[int, list[int]] = {}
        for place in places:
            rows.setdefault(place.segment, []).append(place.row)
        found = {
            (number, row): product
            for number, wanted in rows.items()
            for row, product in zip(
                wanted, self.segments[number].catalog.products(wanted), strict=True
            )
        }
        names = self.schema.kinds  # with those that a segment lacks
        products = [found[place.segment, place.row] for place in places]
        return [{name: product.get(name) for name in names} for product in products]

    def masks(self, mask: Mask) -> list[Mask]:
        """Cut a mask over all products into one for each segment's rows."""
        cuts = np.cumsum([len(segment) for segment in self.segments])[:-1]
        masks = []
        for segment, part in zip(self.segments, np.split(mask, cuts), strict=True):
            whole = np.zeros(len(segment.catalog), np.bool_)
            whole[segment.rows] = part
            masks.append(whole)
        return masks

    def nearest(
        self,
        region_of: RegionOf,
        k: int,
        masks: Sequence[Mask] | None = None,
        threads: int | None = None,
    ) -> list[Place]:
        """Return the products nearest to a region, best first, ties in the catalog's order.

        Args:
            region_of: the region over each segment.
            k: the most to return.
            masks: which rows of each segment take part; all if None.
            threads: that share the work; as suits it if None.
        """
        found = []
        for number, segment in enumerate(self.segments):
            hard = [segment.alive] if segment.alive is not None else []
            if masks is not None:
                hard.append(Condition("takes part", masks[number]))
            region = region_of(segment)
            if hard:
                region = Intersection([region, *hard])
            nearest = segment.index.nearest(region, k, threads)
            found += [
                Place(number, row, margin)
                for row, margin in zip(nearest.rows.tolist(), nearest.margins.tolist(), strict=True)
            ]
        return sorted(found, key=lambda place: place.margin)[:k]

    def inside(self, region_of: RegionOf) -> Mask:
        """Return which products are inside a region, (products,)."""
        return np.concatenate(
            [segment.index.inside(region_of(segment))[segment.rows] for segment in self.segments]
        )

    def margins(self, region_of: RegionOf) -> npt.NDArray[np.float32]:
        """Return the margins of all products, (products,)."""
        return np.concatenate(
            [segment.index.margins(region_of(segment), segment.rows) for segment in self.segments]
        )

    def find(self, product_id: str) -> Place:
        """Return where a product is.

        Raises:
            CatalogError: If no product has the id.
        """
        ids = _as_array([str(product_id)])
        for number, segment in enumerate(self.segments):
            rows = _rows_of(segment, ids)
            if len(rows):
                return Place(number, int(rows[0]), 0.0)
        first = self.segments[0]
        known = first.catalog.ids_of(first.rows[:1])[0]
        raise CatalogError(
            f"no product of the catalog has the id {product_id!r}: ids are those of a search's "
            f"hits, such as {known!r}"
        )

    def without(self, product_ids: Sequence[str]) -> Collection:
        """Return the collection without some products.

        Raises:
            CatalogError: If an id is not that of a product, or none would be left.
        """
        segments = self._without(list(dict.fromkeys(map(str, product_ids))))
        if not any(map(len, segments)):
            raise CatalogError("an engine needs at least one product: nothing was removed")
        return Collection(_kept(segments))

    def _without(self, wanted: list[str]) -> list[Segment]:
        missing, ids = set(wanted), _as_array(wanted)
        segments = []
        for segment in self.segments:
            rows = _rows_of(segment, ids)
            missing -= set(segment.catalog.ids_of(rows))
            segments.append(segment.without(rows) if len(rows) else segment)
        if missing:
            unknown = next(id_ for id_ in wanted if id_ in missing)
            raise CatalogError(
                f"no product of the catalog has the id {unknown!r}: nothing was changed"
            )
        return segments

    def replacing(self, segment: Segment) -> Collection:
        """Return the collection with a segment at its end in place of the products of its ids.

        Raises:
            CatalogError: If there is no product of one of the ids, or a field does not fit.
        """
        return _joined(self._without(list(segment.catalog.ids)), segment)

    def with_segment(self, segment: Segment) -> Collection:
        """Return the collection with one more segment at its end.

        Raises:
            CatalogError: If one of its products is there already, or a field does not fit.
        """
        for known in self.segments:
            rows = _rows_of(known, segment.catalog.table["id"])
            if len(rows):
                id_ = known.catalog.ids_of(rows[:1])[0]
                raise CatalogError(
                    f"the catalog has a product with the id {id_!r} already: update it instead, or "
                    f"give the new one another id"
                )
        return _joined(list(self.segments), segment)


def _joined(segments: list[Segment], segment: Segment) -> Collection:
    """Return the collection of some segments and one more.

    Fields that do not fit are found before the products are there, not when they are shown.

    Raises:
        CatalogError: If a field is of one kind here and of another there, or a value does not fit.
    """
    kept = _kept([*segments, segment])
    fields = _common_fields(kept)
    for part in kept:
        schema = part.catalog.table.schema
        others = [
            field
            for field in fields
            if field.name in schema.names
            and not field.equals(schema.field(field.name), check_metadata=True)
        ]
        for field in others:
            as_field(part.catalog.table.select([field.name]).take(part.rows), field)
    return Collection(kept)


def _common_fields(segments: Iterable[Segment]) -> list[Any]:
    """Return the pyarrow fields that hold what all segments have, in the catalog's order."""
    return common_fields(segment.catalog.table.schema for segment in segments)


def _kept(segments: list[Segment]) -> tuple[Segment, ...]:
    """Return the segments that have products."""
    return tuple(segment for segment in segments if len(segment))


def _rows_of(segment: Segment, ids: Any) -> npt.NDArray[np.int64]:
    """Return the rows of a segment's products with one of the ids, ascending.

    Args:
        segment: of which removed products do not count.
        ids: a pyarrow array or chunked array of texts.
    """
    column = segment.catalog.table["id"]
    rows = np.flatnonzero(np.asarray(pc.is_in(column, value_set=ids.cast(column.type))))
    return rows if segment.live is None else rows[segment.live[rows]]


def _as_array(ids: Iterable[str]) -> Any:
    """Return ids as a pyarrow array, without what is not valid Unicode: no product has that."""
    return pa.array([id_ for id_ in ids if _is_unicode(id_)], pa.string())


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
