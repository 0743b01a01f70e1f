"""From what people have to the catalog's table: columns of known kinds, every product named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.anthem.documents import PATH_KIND
from hyperquery.engine.column_names import new_names, renamed
from hyperquery.engine.kinds import Column, Kind, kind_of, mixed, normal, python_values, typed
from hyperquery.engine.reading import Record, is_data_frame, opened, read_records
from hyperquery.errors import CatalogError

PATH_FIELD = PATH_KIND
_REQUIRED = ("id", "title")
_SEPARATORS = (">", "›", "/", "|")
_EMPTY = "the catalog is empty: it needs at least one product"


def read_table(source: object, columns: Mapping[str, str] | None = None) -> Any:
    """Read a catalog's table from whatever people have; see :func:`read_records`.

    CSV and Parquet files and the tables of pyarrow, polars and pandas are read column by column.

    Args:
        source: a path, a table, or an iterable of dicts.
        columns: see :func:`hyperquery.engine.column_names.new_names`.

    Raises:
        CatalogError: If it cannot be read, is empty, or lacks an id or a title somewhere.
    """
    names = new_names(columns)
    found = _columns(source, [own for own, name in names.items() if name in _REQUIRED])
    if not found or not len(found[0].values):
        raise CatalogError(_EMPTY)
    return made_table(renamed(found, names))


def _columns(source: object, texts: Collection[str]) -> list[Column]:
    if is_data_frame(source):
        return [_from_pandas(str(name), s) for name, s in cast(Any, source).items()]
    found = opened(source, "catalog", texts)
    if not isinstance(found, pa.Table):
        return _columns_of(read_records(found, "catalog"))
    return [normal(field, found[i]) for i, field in enumerate(found.schema)]


def table_of(records: Sequence[Record]) -> Any:
    """Make a catalog's table of one dict for each product.

    Raises:
        CatalogError: If there are none, or one lacks an id or a title.
    """
    return made_table(_columns_of(records))


def _columns_of(records: Sequence[Record]) -> list[Column]:
    names = dict.fromkeys(name for record in records for name in record)
    return [typed(name, [record.get(name) for record in records]) for name in names]


def made_table(columns: Sequence[Column]) -> Any:
    """Make a catalog's table of its columns: named, id and title whole, the category a path.

    Raises:
        CatalogError: If a column is missing or there twice, or a product has no id or title, or
            the id of another.
    """
    by_name = {column.field.name: column for column in columns}
    if not columns or not len(columns[0].values):
        raise CatalogError(_EMPTY)
    _check_names([column.field.name for column in columns])
    _check_required(list(by_name))
    ids, titles = (_filled(by_name.pop(name)) for name in _REQUIRED)
    check_distinct(ids.values)
    if PATH_FIELD in by_name:
        by_name[PATH_FIELD] = _paths(by_name[PATH_FIELD])
    return joined([ids, titles, *by_name.values()])


def joined(columns: Sequence[Column]) -> Any:
    """Make a table of columns of the same length."""
    schema = pa.schema([column.field for column in columns])
    return pa.table([column.values for column in columns], schema=schema)


def checked_table(table: Any) -> Any:
    """Return a table as it is if its schema is that of a catalog; its rows are not looked at.

    Raises:
        CatalogError: If a column is missing or of a type that no catalog has, or it is empty.
    """
    check_schema(table.schema)
    if not table.num_rows:
        raise CatalogError(_EMPTY)
    return table


def check_schema(schema: Any) -> None:
    """Check that a schema is that of a catalog's table.

    Raises:
        CatalogError: If a column is missing, there twice, or of a type that no catalog has.
    """
    names = schema.names
    _check_required(names)
    _check_names(names)
    kinds = {field.name: kind_of(field) for field in schema}
    wanted: dict[str, tuple[Kind, ...]] = dict.fromkeys(_REQUIRED, (Kind.TEXT,))
    wanted[PATH_FIELD] = (Kind.TEXTS, Kind.NOTHING)
    for name, kind in kinds.items():
        if kind is None or kind not in wanted.get(name, (kind,)):
            raise CatalogError(
                f"the column {name!r} of the table has the type {schema.field(name).type}, which "
                f"a catalog's own table does not: make the catalog with Catalog.read"
            )


def united(tables: Sequence[Any]) -> Any:
    """Put the products of several catalogs' tables one after the other.

    A field that a table lacks is missing for its products; whole numbers become fractions beside
    fractions.

    Raises:
        CatalogError: If a field is of one kind here and of another there, or an id occurs twice.
    """
    fields = common_fields([table.schema for table in tables])
    parts = [joined([as_field(table, field) for field in fields]) for table in tables]
    table = pa.concat_tables(parts)
    check_distinct(table["id"])
    return table


def common_fields(schemas: Iterable[Any]) -> list[Any]:
    """Return the fields that hold the values of several catalogs' tables, in order.

    Raises:
        CatalogError: If a field is of one kind here and of another there.
    """
    fields: dict[str, Any] = {}
    for schema in schemas:
        for field in schema:
            fields[field.name] = _common(fields.get(field.name), field)
    return list(fields.values())


def check_distinct(ids: Any) -> None:
    """Raise CatalogError if two products have the same id."""
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    first: dict[str, int] = {}
    for number, id_ in enumerate(ids.to_pylist(), start=1):
        if id_ in first:
            raise CatalogError(
                f"rows {first[id_]} and {number} of the catalog have the same id {id_!r}: ids must "
                f"be distinct"
            )
        first[id_] = number


def _check_required(names: Sequence[str]) -> None:
    for required in _REQUIRED:
        if required not in names:
            raise CatalogError(
                f"the catalog has no field {required!r}, only {', '.join(names)}: name the one "
                f"that holds it with columns={{{required!r}: ...}}, or --{required}-column on the "
                f"command line"
            )


def _check_names(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CatalogError(f"the catalog has two columns {twice!r}: rename one of them")


def _filled(column: Column) -> Column:
    """Return a column as text that every product has."""
    name = column.field.name
    if kind_of(column.field) is Kind.TEXT:
        texts = pc.utf8_trim_whitespace(column.values)
    else:
        values = ["" if v is None else str(v).strip() for v in python_values(column)]
        try:
            texts = pa.array(values, pa.string())
        except UnicodeEncodeError as error:
            raise CatalogError(
                f"the catalog has the {name} {error.object!a}, which is not valid Unicode: "
                f"correct it"
            ) from error
    empty = pc.fill_null(pc.equal(pc.utf8_length(texts), 0), True)
    if pc.any(empty).as_py():
        raise CatalogError(
            f"row {pc.index(empty, True).as_py() + 1} of the catalog has no {name}: give it one, "
            f"or drop it"
        )
    return Column(pa.field(name, texts.type), texts)


def _paths(column: Column) -> Column:
    """Return a column of category paths, each a list of names from the root down."""
    if kind_of(column.field) is Kind.TEXTS and _are_paths(column.values):
        return column
    type_ = pa.list_(pa.string())
    if kind_of(column.field) is Kind.TEXT:
        encoded = pc.dictionary_encode(column.values)
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        paths = pa.array([_path(text) for text in encoded.dictionary.to_pylist()], type_)
        return Column(pa.field(PATH_FIELD, type_), paths.take(encoded.indices))
    paths = pa.array([_path(value) for value in python_values(column)], type_)
    return Column(pa.field(PATH_FIELD, type_), paths)


def _are_paths(values: Any) -> bool:
    """Whether lists of texts are paths already: no empty list, no empty or untrimmed name."""
    names = pc.list_flatten(values)
    trimmed = pc.equal(names, pc.utf8_trim_whitespace(names))
    good = pc.fill_null(pc.and_(trimmed, pc.not_equal(names, "")), False)
    lengths = pc.fill_null(pc.greater(pc.list_value_length(values), 0), True)
    return bool(pc.all(good, min_count=0).as_py() and pc.all(lengths, min_count=0).as_py())


def _path(value: object) -> list[str] | None:
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
    return [part.strip() for part in parts if part.strip()] or None


def _from_pandas(name: str, series: Any) -> Column:
    if series.dtype != np.dtype(object):
        try:
            values = pa.array(series, from_pandas=True)
        except pa.ArrowException:  # complex numbers, sparse columns
            return typed(name, series.tolist())
        if not isinstance(values.type, pa.BaseExtensionType):  # periods, intervals
            return normal(pa.field(name, values.type), values)
    return typed(name, series.tolist())


def _common(one: Any, other: Any) -> Any:
    """Return the field that holds the values of both, which have the same name."""
    if one is None or kind_of(one) is Kind.NOTHING:
        return other
    kinds = {kind_of(one), kind_of(other)}
    # Encoded texts of two tables have two sets of codes, which not every file can hold.
    encoded = any(pa.types.is_dictionary(field.type) for field in (one, other))
    if Kind.NOTHING in kinds or (one.equals(other, check_metadata=True) and not encoded):
        return one
    if Kind.MIXED in kinds:
        return one if kind_of(one) is Kind.MIXED else other
    if len(kinds) > 1:
        raise CatalogError(
            f"the field {one.name!r} holds {cast(Kind, kind_of(one)).value} in one catalog and "
            f"{cast(Kind, kind_of(other)).value} in another: make them the same, or rename one"
        )
    kind = kinds.pop()
    if kind is Kind.TEXT:
        large = any(pa.types.is_large_string(field.type) for field in (one, other))
        return pa.field(one.name, pa.large_string() if large else pa.string())
    if kind is Kind.TEXTS:
        return pa.field(one.name, pa.list_(pa.string()))
    number = pa.float64() if any(_has_fractions(field.type) for field in (one, other)) else None
    number = number or pa.int64()
    return pa.field(one.name, pa.list_(number) if kind is Kind.NUMBERS else number)


def _has_fractions(type_: Any) -> bool:
    return bool(pa.types.is_floating(type_.value_type if pa.types.is_list(type_) else type_))


def as_field(table: Any, field: Any) -> Column:
    """Return a table's column as one of a common schema, missing everywhere if it has none.

    Raises:
        CatalogError: If a value would be rounded.
    """
    position = table.schema.get_field_index(field.name)
    if position < 0:
        return Column(field, pa.nulls(table.num_rows, field.type))
    own = Column(table.schema.field(position), table[position])
    if kind_of(field) is Kind.MIXED and kind_of(own.field) is not Kind.MIXED:
        return Column(field, mixed(field.name, python_values(own)).values)
    try:
        return Column(field, own.values.cast(field.type))
    except pa.ArrowInvalid as error:
        raise CatalogError(
            f"the field {field.name!r} of one catalog cannot become {field.type} as it is in "
            f"another ({error}): turn it into text in both"
        ) from error
