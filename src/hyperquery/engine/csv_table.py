"""CSV as people have it, read by columns: other delimiters, decimal commas, cells too many."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from itertools import chain, islice
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.errors import CatalogError

# Codes such as 007 and very long digits are text: as numbers they would lose what they say.
_WHOLE = r"^-?(0|[1-9][0-9]{0,14})$"
_NUMBER = r"^-?((0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?|\.[0-9]{1,12})$"
# Where the comma is the decimal sign, spreadsheets write CSV with semicolons.
_COMMA_NUMBER = (
    r"^-?((0|[1-9][0-9]{0,14})(,[0-9]{1,12})?|[1-9][0-9]{0,2}(\.[0-9]{3}){1,4},[0-9]{1,12})$"
)
_OTHER_DELIMITERS = (";", "\t", "|")
_DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # the first line of some of Excel's files
_ROWS = 50_000  # turned into columns at a time: as Python objects they take ten times the memory


def read_csv(file: TextIO, name: str, texts: Collection[str], delimiter: str | None = None) -> Any:
    r"""Read CSV as a pyarrow table: columns of nothing but numbers are numbers, others text.

    Empty cells are null. Columns without a name and without a value are left out.

    Args:
        file: opened with ``newline=""``.
        name: of the file, for messages.
        texts: the columns that stay text.
        delimiter: between cells; found out if None.

    Raises:
        CatalogError: If the header is empty or names a column twice, or a row is too long.
        csv.Error: If it is no CSV.

    Examples:
        >>> from io import StringIO
        >>> read_csv(StringIO("id;price\n1;9,50\n"), "c.csv", {"id"}).to_pylist()
        [{'id': '1', 'price': 9.5}]
    """
    header, line = file.readline(), 1
    declared = _DECLARED.fullmatch(header.rstrip("\r\n"))
    if declared:
        delimiter, header, line = declared[1], file.readline(), 2
    if header and not header.strip():
        raise CatalogError(f"line {line} of {name} is empty: it must hold the names of the columns")
    delimiter = delimiter or _delimiter(header)
    reader = csv.reader(chain([header], file), delimiter=delimiter, strict=True)
    names = [cell.strip() for cell in next(reader, ())]
    columns: list[list[Any]] = [[] for _ in names]
    rows = _rows(reader, len(names), name, line - 1, delimiter)
    while block := list(islice(rows, _ROWS)):
        for parts, cells in zip(columns, zip(*block, strict=True), strict=True):
            parts.append(pa.array([cell or None for cell in cells], pa.string()))
    found = [
        (column, pa.chunked_array(parts, pa.string()))
        for column, parts in zip(names, columns, strict=True)
    ]
    named = [(column, cells) for column, cells in found if column or cells.null_count < len(cells)]
    kept = [column for column, _ in named]
    for column in kept:
        if kept.count(column) > 1:
            raise CatalogError(f"{name} has two columns {column!r}: rename one of them")
    comma = delimiter == ";"
    arrays = [cells if column in texts else _typed(cells, comma) for column, cells in named]
    return pa.table(arrays, names=kept).combine_chunks()


def _delimiter(header: str) -> str:
    """Return what separates the names of a CSV header: a comma, unless it has none.

    Examples:
        >>> _delimiter("id,title;subtitle"), _delimiter("id;title")
        (',', ';')
    """
    if "," in header:
        return ","
    return next((other for other in _OTHER_DELIMITERS if other in header), ",")


def _rows(
    reader: Any, width: int, name: str, lines_before: int, delimiter: str
) -> Iterator[list[str]]:
    """Yield the cells of each row that has any, as many as the header has."""
    for cells in reader:
        if len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                raise CatalogError(
                    f"line {lines_before + reader.line_num} of {name} has more cells than the "
                    f"header has names: quote cells that contain {delimiter!r}"
                )
            yield cells[:width]
        elif cells:
            yield cells + [""] * (width - len(cells))


def _typed(cells: Any, comma: bool) -> Any:
    """Return a column as numbers if it holds nothing else.

    Args:
        cells: chunked array of texts.
        comma: whether decimal commas are numbers as well.
    """
    if cells.null_count == len(cells):
        return pa.nulls(len(cells))
    bare = pc.utf8_trim_whitespace(cells)
    bare = pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)
    if bare.null_count == len(bare):
        return cells
    if not _all(bare, _NUMBER):
        if not (comma and _all(bare, _COMMA_NUMBER)):
            return cells
        bare = pc.replace_substring(pc.replace_substring(bare, ".", ""), ",", ".")
    return bare.cast(pa.int64() if _all(bare, _WHOLE) else pa.float64())


def _all(texts: Any, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())
