"""The catalog: products with an id, a title and any other fields, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hyperquery.anthem.documents import Document
from hyperquery.anthem.text import words
from hyperquery.engine.reading import Record, read_records
from hyperquery.errors import CatalogError
from hyperquery.query.schema import Schema

PATH_FIELD = "category"
_FACETS = ("brand", "color")
_REQUIRED = ("id", "title")
_SEPARATORS = (">", "›", "/", "|")


@dataclass(frozen=True)
class Catalog:
    """Products in the order in which ties break.

    Attributes:
        ids: of the products, as text, distinct.
        titles: of the products, not empty.
        fields: the other fields by name, each with one value or None for each product; a category
            is a tuple of names from the root down.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    fields: dict[str, tuple[Any, ...]]

    @classmethod
    def read(cls, source: object) -> Catalog:
        """Read a catalog from whatever people have; see :func:`read_records`.

        Raises:
            CatalogError: If it cannot be read, is empty, or lacks an id or a title somewhere.

        Examples:
            >>> catalog = Catalog.read([{"id": 7, "title": "Fire TV", "category": "TV > Sticks"}])
            >>> catalog.ids, catalog.fields
            (('7',), {'category': (('TV', 'Sticks'),)})
        """
        return cls.from_records(read_records(source, "catalog"))

    @classmethod
    def from_records(cls, records: list[Record]) -> Catalog:
        """Make a catalog of one dict for each product.

        Raises:
            CatalogError: If there are none, or one lacks an id or a title.
        """
        if not records:
            raise CatalogError("the catalog is empty: it needs at least one product")
        names = list(dict.fromkeys(name for record in records for name in record))
        for required in _REQUIRED:
            if required not in names:
                raise CatalogError(
                    f"the catalog has no field {required!r}, only {', '.join(names)}: rename the "
                    f"one that holds it"
                )
        columns = {name: [record.get(name) for record in records] for name in names}
        ids = _filled(columns.pop("id"), "id")
        _check_distinct(ids)
        titles = _filled(columns.pop("title"), "title")
        if PATH_FIELD in columns:
            columns[PATH_FIELD] = [_path(value) for value in columns[PATH_FIELD]]
        fields = {name: tuple(values) for name, values in columns.items()}
        return cls(tuple(ids), tuple(titles), fields)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each id."""
        return {id_: position for position, id_ in enumerate(self.ids)}

    @cached_property
    def schema(self) -> Schema:
        """Which fields conditions may use, and which of them hold numbers."""
        kinds: dict[str, type] = {"id": str, "title": str}
        for name, values in self.fields.items():
            known = [value for value in values if value is not None]
            kinds[name] = float if all(map(is_number, known)) else str
        return Schema(kinds)

    def product(self, position: int) -> Record:
        """Return all fields of a product."""
        fields = {name: values[position] for name, values in self.fields.items()}
        return {"id": self.ids[position], "title": self.titles[position], **fields}

    def records(self) -> list[Record]:
        """Return all fields of all products, in order."""
        return [self.product(position) for position in range(len(self))]

    def position(self, product_id: str) -> int:
        """Return the position of a product.

        Raises:
            CatalogError: If no product has the id.
        """
        row = self.positions.get(str(product_id))
        if row is None:
            raise CatalogError(
                f"no product of the catalog has the id {product_id!r}: ids are those of a search's "
                f"hits, such as {self.ids[0]!r}"
            )
        return row

    def parts(self, position: int) -> list[tuple[str, str]]:
        """Return what the model reads of a product, in order, each with the field it is from."""
        return [("title", self.titles[position]), *self._facets(position)]

    def documents(self) -> list[Document]:
        """Return what the model reads of each product: title, brand, color, category levels."""
        return [
            Document(title, tuple(text for _, text in self._facets(position)))
            for position, title in enumerate(self.titles)
        ]

    def _facets(self, position: int) -> Iterable[tuple[str, str]]:
        for name in _FACETS:
            value = self.fields[name][position] if name in self.fields else None
            if value is not None:
                yield name, str(value)
        for level in (self.fields.get(PATH_FIELD) or {position: None})[position] or ():
            yield PATH_FIELD, level

    @cached_property
    def word_texts(self) -> tuple[str, ...]:
        """The words of each product's title and facets between spaces, to find phrases in."""
        return tuple(" ".join(("", *words(document.text), "")) for document in self.documents())


def is_number(value: object) -> bool:
    """Whether a field's value is a number; True and False are not."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _filled(values: list[Any], name: str) -> list[str]:
    texts = ["" if value is None else str(value).strip() for value in values]
    for number, text in enumerate(texts, start=1):
        if not text:
            raise CatalogError(
                f"row {number} of the catalog has no {name}: give it one, or drop it"
            )
    return texts


def _check_distinct(ids: list[str]) -> None:
    first: dict[str, int] = {}
    for number, id_ in enumerate(ids, start=1):
        if id_ in first:
            raise CatalogError(
                f"rows {first[id_]} and {number} of the catalog have the same id {id_!r}: ids must "
                f"be distinct"
            )
        first[id_] = number


def _path(value: object) -> tuple[str, ...] | None:
    """Read a category path from a list of names, or from one text with separators."""
    if value is None:
        return None
    if isinstance(value, str):
        separator = next((s for s in _SEPARATORS if s in value), None)
        parts = value.split(separator) if separator else [value]
    elif isinstance(value, Iterable):
        parts = [str(part) for part in value if part is not None]
    else:
        parts = [str(value)]
    return tuple(part.strip() for part in parts if part.strip()) or None
