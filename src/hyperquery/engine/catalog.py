"""The catalog: products with an id, a title and any other fields, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.anthem.documents import Document, Facet
from hyperquery.anthem.exclusions import without_exclusions
from hyperquery.engine.kinds import Column, Kind, kind_of, python_values
from hyperquery.engine.reading import Record
from hyperquery.engine.tables import PATH_FIELD, checked_table, read_table, table_of, united
from hyperquery.errors import CatalogError
from hyperquery.query.schema import Schema

FACET_FIELDS = ("brand", "color")
"""The fields that the model reads beside the title and the category."""

Rows = Sequence[int] | npt.NDArray[np.int64]

__all__ = ["FACET_FIELDS", "PATH_FIELD", "Catalog", "Rows"]


@dataclass(frozen=True, eq=False)
class Catalog:
    """Products in the order in which ties break, stored by columns.

    Make one with :meth:`read`, or :meth:`from_table` where a catalog gave the table.

    Attributes:
        table: a pyarrow table with one row for each product, columns ``id`` and ``title`` and any
            other fields. Text, numbers, booleans and lists of them have columns of their types, a
            category is a list of names from the root down, missing values are null, and values of
            several kinds are JSON.
    """

    table: Any

    @classmethod
    def read(cls, source: object, columns: Mapping[str, str] | None = None) -> Catalog:
        """Read a catalog from whatever people have; see :func:`read_records`.

        Args:
            source: a path to CSV, JSON Lines or Parquet; a pandas, polars or pyarrow table; or an
                iterable of dicts.
            columns: the catalog's own names of ``id``, ``title``, ``brand``, ``category`` and
                ``color``, where they are others.

        Raises:
            CatalogError: If it cannot be read, is empty, or lacks an id or a title somewhere.

        Examples:
            >>> catalog = Catalog.read([{"id": 7, "title": "Fire TV", "category": "TV > Sticks"}])
            >>> catalog.ids, catalog.fields
            (('7',), {'category': (('TV', 'Sticks'),)})
        """
        return cls(read_table(source, columns))

    @classmethod
    def from_records(cls, records: list[Record]) -> Catalog:
        """Make a catalog of one dict for each product.

        Raises:
            CatalogError: If there are none, or one lacks an id or a title.
        """
        return cls(table_of(records))

    @classmethod
    def from_table(cls, table: Any) -> Catalog:
        """Make a catalog of a table that :meth:`to_table` gave, be it read back or memory-mapped.

        No row is looked at, whatever their number: that ids are distinct and titles not empty is
        taken on trust. Tables from elsewhere are for :meth:`read`.

        Raises:
            CatalogError: If the table's columns are not those of a catalog, or it has no rows.

        Examples:
            >>> catalog = Catalog.read([{"id": 7, "title": "Fire TV", "price": 40}])
            >>> Catalog.from_table(catalog.to_table()) == catalog
            True
        """
        return cls(checked_table(table))

    @classmethod
    def concatenated(cls, catalogs: Sequence[Catalog]) -> Catalog:
        """Put the products of several catalogs one after the other.

        A field that one of them lacks is missing there.

        Raises:
            CatalogError: If a field is of one kind here and of another there, or an id occurs
                twice.

        Examples:
            >>> one = Catalog.read([{"id": 1, "title": "tea", "price": 2}])
            >>> other = Catalog.read([{"id": 2, "title": "pot", "price": 9.5, "brand": "Acme"}])
            >>> Catalog.concatenated([one, other]).fields
            {'price': (2.0, 9.5), 'brand': (None, 'Acme')}
        """
        return cls.from_table(united([catalog.table for catalog in catalogs]))

    def to_table(self) -> Any:
        """Return the pyarrow table; nothing is copied."""
        return self.table

    def select(self, rows: Rows) -> Catalog:
        """Return the catalog of the products at some positions, in that order.

        Raises:
            CatalogError: If there are none.
        """
        return Catalog.from_table(self.table.take(np.asarray(rows, dtype=np.int64)))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Catalog):
            return NotImplemented
        names = self.table.schema.names
        if len(self) != len(other) or set(names) != set(other.table.schema.names):
            return False
        pairs = ((self.column(name), other.column(name)) for name in names)
        return all(
            a.values.equals(b.values) or python_values(a) == python_values(b) for a, b in pairs
        )

    __hash__ = None  # type: ignore[assignment]

    def column(self, name: str) -> Column:
        """Return a field's column, or that of the ids or the titles.

        Raises:
            KeyError: If there is none of this name.
        """
        return Column(self.table.schema.field(name), self.table.column(name))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The products' ids, as text, distinct."""
        return tuple(self.table["id"].to_pylist())

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The products' titles, not empty."""
        return tuple(self.table["title"].to_pylist())

    @cached_property
    def fields(self) -> dict[str, tuple[Any, ...]]:
        """The other fields by name, each with one value or None for each product.

        A category is a tuple of names from the root down.
        """
        names = [name for name in self.table.schema.names if name not in ("id", "title")]
        return {name: tuple(_values(self.table, name)) for name in names}

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each id."""
        return {id_: position for position, id_ in enumerate(self.ids)}

    @cached_property
    def schema(self) -> Schema:
        """Which fields conditions may use, and which of them hold numbers."""
        return schema_of(self.table.schema)

    def product(self, position: int) -> Record:
        """Return all fields of a product."""
        return _records(self.table.slice(position, 1))[0]

    def products(self, rows: Rows) -> list[Record]:
        """Return all fields of the products at some positions, in that order."""
        return _records(self.table.take(np.asarray(rows, dtype=np.int64)))

    def records(self) -> list[Record]:
        """Return all fields of all products, in order."""
        return _records(self.table)

    def ids_of(self, rows: Rows) -> list[str]:
        """Return the ids of the products at some positions, in that order."""
        ids: list[str] = self.table["id"].take(np.asarray(rows, dtype=np.int64)).to_pylist()
        return ids

    def position(self, product_id: str) -> int:
        """Return the position of a product.

        Raises:
            CatalogError: If no product has the id.
        """
        ids = self.table["id"]
        row = int(pc.index(ids, pa.scalar(str(product_id), ids.type)).as_py())
        if row < 0:
            raise CatalogError(
                f"no product of the catalog has the id {product_id!r}: ids are those of a search's "
                f"hits, such as {ids[0].as_py()!r}"
            )
        return row

    def parts(self, position: int) -> list[tuple[str, str]]:
        """Return what the model reads of a product, in order, each with the field it is from.

        What its title says that it is without is left out.
        """
        product = self.product(position)
        facets = [(name, text) for name in FACET_FIELDS for text in _texts_of(product.get(name))]
        levels = [(PATH_FIELD, level) for level in product.get(PATH_FIELD) or ()]
        return [("title", without_exclusions(product["title"])), *facets, *levels]

    def documents(self) -> list[Document]:
        """Return what the model reads of each product: title, brand, color, category levels.

        What a title says that the product is without is not read, see
        :func:`hyperquery.anthem.exclusions.without_exclusions`.
        """
        known = set(self.table.schema.names)
        fields = [name for name in FACET_FIELDS if name in known]
        facets = [_values(self.table, name) for name in fields]
        nothing: list[Any] = [None] * len(self)
        paths = _values(self.table, PATH_FIELD) if PATH_FIELD in known else nothing
        single = zip(*facets, strict=True) if facets else ((),) * len(self)
        same: dict[Facet, Facet] = {}  # each facet once: a large catalog repeats them

        def shared(values: Iterable[Any], path: Iterable[Any]) -> tuple[Facet, ...]:
            named = [*zip(values, fields, strict=True), (path, PATH_FIELD)]
            found = (Facet(text, kind) for value, kind in named for text in _texts_of(value))
            return tuple(same.setdefault(facet, facet) for facet in found)

        return [
            Document(without_exclusions(title), shared(values, path or ()))
            for title, values, path in zip(_values(self.table, "title"), single, paths, strict=True)
        ]


def schema_of(fields: Iterable[Any]) -> Schema:
    """Return which fields conditions may use, and which hold numbers, by the pyarrow fields."""
    kinds = {field.name: kind_of(field) for field in fields}
    # Nothing at all may be compared by size, and then no product is in the range.
    numeric = (Kind.NUMBER, Kind.NOTHING)
    return Schema({name: float if kind in numeric else str for name, kind in kinds.items()})


def _texts_of(value: Any) -> list[str]:
    """Return what a field's value says: a text, or several where it is a list."""
    if isinstance(value, list | tuple):
        return [str(one) for one in value if one is not None]
    return [] if value is None else [str(value)]


def _values(table: Any, name: str) -> list[Any]:
    values = python_values(Column(table.schema.field(name), table[name]))
    if name == PATH_FIELD:
        return [None if path is None else tuple(path) for path in values]
    return values


def _records(table: Any) -> list[Record]:
    names = table.schema.names
    columns = [_values(table, name) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
