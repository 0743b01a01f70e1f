"""Hard conditions: for which products an exact phrase or a field condition holds."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.catalog import FACET_FIELDS, PATH_FIELD, Catalog
from hyperquery.engine.distinct import Distinct, Mask, as_mask
from hyperquery.engine.kinds import Column, Kind, kind_of, python_values
from hyperquery.engine.spaced_words import in_a_row, parted, spaced
from hyperquery.query import FieldEquals, FieldRange, Phrase, Query


class Filters:
    """Answers conditions over one catalog, by its columns.

    What a condition needs of a column is made at its first use and kept: the distinct texts, the
    words of the products.

    Args:
        catalog: the products.

    Examples:
        >>> catalog = Catalog.read([{"id": 1, "title": "tea", "brand": "Café A"}])
        >>> Filters(catalog).mask(FieldEquals("brand", "cafe a"))
        array([ True])
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._distinct: dict[str, Distinct] = {}
        self._items: dict[str, _Items] = {}

    def mask(self, condition: Query) -> Mask:
        """Return for which products a phrase or a field condition holds, (products,).

        A condition on a missing value does not hold.
        """
        match condition:
            case Phrase():
                return as_mask(in_a_row(self._texts_read, condition.text))
            case FieldEquals():
                return self._equals(condition)
            case FieldRange():
                return range_mask(self._catalog.column(condition.field), condition)
        raise TypeError(f"{type(condition).__name__} is not a condition")

    def _equals(self, condition: FieldEquals) -> Mask:
        """Return which products have the value in the field, whatever case or accents.

        A category has it if the value is a part of its path, such as one level's name; another
        list, if the value is one of its items.
        """
        name, wanted = condition.field, condition.value
        column = self._catalog.column(name)
        match kind_of(column.field):
            case Kind.TEXT:
                return self._texts(name, column.values).equal(wanted)
            case Kind.TEXTS:
                return self._equal_items(name, column.values, wanted)
            case Kind.NUMBER:
                return number_mask(column.values, wanted)
            case Kind.NUMBERS:
                items = _Items.of(column.values)
                return items.owners(number_mask(items.values, wanted))
            case Kind.BOOLEAN:
                return truth_mask(column.values, wanted)
            case Kind.MIXED:
                encoded = self._texts(name, column.values)
                distinct = python_values(Column(column.field, encoded.texts))
                return encoded.having(pa.array([_has(value, wanted) for value in distinct]))
        return np.zeros(len(self._catalog), dtype=np.bool_)

    def _equal_items(self, name: str, lists: Any, wanted: str) -> Mask:
        if name not in self._items:
            self._items[name] = _Items.of(lists)
        items = self._items[name]
        distinct = self._texts(name, items.values)
        if name != PATH_FIELD:
            return items.owners(distinct.equal(wanted))
        levels = [distinct.having(pc.equal(distinct.spaced, spaced(w))) for w in wanted.split(">")]
        return items.owners_of_runs(levels)

    def _texts(self, name: str, column: Any) -> Distinct:
        if name not in self._distinct:
            self._distinct[name] = Distinct.of(column)
        return self._distinct[name]

    @cached_property
    def _texts_read(self) -> Any:
        """The words of each product's title and facets, to find phrases in."""
        return parted(product_texts(self._catalog))


def range_mask(column: Column, condition: FieldRange) -> Mask:
    """Return which products have a number in the range; one without a number has none."""
    if kind_of(column.field) is not Kind.NUMBER:
        return np.zeros(len(column.values), dtype=np.bool_)
    inside = pc.is_valid(column.values)
    numbers = pc.cast(column.values, pa.float64(), safe=False)
    if condition.low is not None:
        above = pc.greater_equal if condition.include_low else pc.greater
        inside = pc.and_(inside, above(numbers, condition.low))
    if condition.high is not None:
        below = pc.less_equal if condition.include_high else pc.less
        inside = pc.and_(inside, below(numbers, condition.high))
    return as_mask(inside)


def number_mask(numbers: Any, wanted: str) -> Mask:
    """Return which numbers of a pyarrow array are the one that a text writes."""
    number = _as_number(wanted)
    if number is None:
        return np.zeros(len(numbers), dtype=np.bool_)
    return as_mask(pc.equal(pc.cast(numbers, pa.float64(), safe=False), number))


def truth_mask(truths: Any, wanted: str) -> Mask:
    """Return which booleans of a pyarrow array are the one that a text names, true or false."""
    named = {" true ": True, " false ": False}.get(spaced(wanted))
    if named is None:
        return np.zeros(len(truths), dtype=np.bool_)
    return as_mask(pc.equal(truths, named))


def product_texts(catalog: Catalog) -> Any:
    """Return the text of each product, title and facets, as a pyarrow chunked array.

    Examples:
        >>> catalog = Catalog.read([{"id": 1, "title": "tea", "brand": "A", "category": "B > C"}])
        >>> product_texts(catalog).to_pylist()
        ['tea A B C']
    """
    columns = [catalog.column("title").values.cast(pa.large_string())]
    known = catalog.table.schema.names
    columns += [_as_text(catalog.column(name)) for name in FACET_FIELDS if name in known]
    if PATH_FIELD in known and kind_of(catalog.column(PATH_FIELD).field) is Kind.TEXTS:
        paths = pc.binary_join(catalog.column(PATH_FIELD).values, " ")
        columns.append(paths.cast(pa.large_string()))
    space = pa.scalar(" ", pa.large_string())
    return pc.binary_join_element_wise(*columns, space, null_handling="skip")


class _Items:
    """The items of a column of lists, one after the other.

    Args:
        values: (items,) pyarrow chunked array.
        rows: (items,) the product that each belongs to.
        products: how many there are.
    """

    def __init__(self, values: Any, rows: npt.NDArray[np.int64], products: int) -> None:
        self.values = values
        self._rows = rows
        self._products = products

    @classmethod
    def of(cls, lists: Any) -> _Items:
        """Take the lists of a pyarrow chunked array apart; missing ones have no items."""
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
        return cls(pc.list_flatten(lists), np.repeat(np.arange(len(lists)), lengths), len(lists))

    def owners(self, chosen: Mask) -> Mask:
        """Return which products have one of the chosen items, (products,)."""
        return self.owners_of_runs([chosen])

    def owners_of_runs(self, chosen: list[Mask]) -> Mask:
        """Return which products have, in a row, an item chosen first, one chosen second, and so on.

        Args:
            chosen: (items,) each.
        """
        mask = np.zeros(self._products, dtype=np.bool_)
        starts = len(self._rows) - len(chosen) + 1
        if starts > 0:
            ends = self._rows[len(chosen) - 1 :]
            run = self._rows[:starts] == ends  # both ends are of one product
            for place, items in enumerate(chosen):
                run = run & items[place : place + starts]
            mask[ends[run]] = True
        return mask


def _as_text(column: Column) -> Any:
    """Return a column's values as text, null where missing."""
    if kind_of(column.field) is Kind.TEXT:
        return column.values.cast(pa.large_string())
    texts = [None if value is None else str(value) for value in python_values(column)]
    return pa.array(texts, pa.large_string())


def _has(value: Any, wanted: str) -> bool:
    """Whether a value of a field that holds several kinds is one that a text writes."""
    if isinstance(value, list):
        return any(_has(item, wanted) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Not as fractions both: some whole numbers here are too large for that.
        return value == _as_number(wanted) or str(value) == wanted
    if not spaced(wanted).strip():
        return str(value).strip() == wanted.strip()
    return spaced(str(value)) == spaced(wanted)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
