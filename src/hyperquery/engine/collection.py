"""All products of an engine at one moment: segments, one after the other, searched as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.distinct import Mask
from hyperquery.engine.segment import Segment
from hyperquery.errors import CatalogError
from hyperquery.geometry import Condition, Intersection, Region
from hyperquery.query.schema import Schema

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
        segments: one or more, each with a product.
    """

    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(map(len, self.segments))

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of all products, in order."""
        if len(self.segments) == 1 and self.segments[0].live is None:
            return self.segments[0].catalog
        parts = (segment for segment in self.segments if len(segment))
        return Catalog.concatenated([segment.catalog.select(segment.rows) for segment in parts])

    @cached_property
    def schema(self) -> Schema:
        """The fields that conditions may use."""
        kinds = [segment.catalog.schema.kinds for segment in self.segments]
        return Schema({name: kind for known in reversed(kinds) for name, kind in known.items()})

    @cached_property
    def points(self) -> npt.NDArray[np.float32]:
        """The points of all products, (products, d), in the catalog's order."""
        return np.concatenate([segment.index.points(segment.rows) for segment in self.segments])

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
        for number, segment in enumerate(self.segments):
            rows = _rows_of(segment, [str(product_id)])
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
        missing = set(wanted)
        segments = []
        for segment in self.segments:
            rows = _rows_of(segment, wanted)
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
    """
    kept = _kept([*segments, segment])
    Catalog.concatenated([part.catalog.select(part.rows[:1]) for part in kept])
    return Collection(kept)


def _kept(segments: list[Segment]) -> tuple[Segment, ...]:
    """Return the segments that have products."""
    return tuple(segment for segment in segments if len(segment))


def _rows_of(segment: Segment, ids: object) -> npt.NDArray[np.int64]:
    """Return the rows of a segment's products with one of the ids, ascending."""
    column = segment.catalog.table["id"]
    wanted = ids if isinstance(ids, pa.ChunkedArray) else pa.array(ids, pa.string())
    found = np.asarray(pc.is_in(column, value_set=wanted.cast(column.type)))
    rows = np.flatnonzero(found)
    return rows if segment.live is None else rows[segment.live[rows]]
