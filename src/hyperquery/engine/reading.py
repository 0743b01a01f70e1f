"""Reading tables as people have them: files, data frames, iterables of dicts."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, cast

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from hyperquery.engine.csv_table import read_csv
from hyperquery.errors import CatalogError

Record = dict[str, Any]

_TEXT_COLUMNS = {"id", "title", "query", "product_id"}
_FORMATS = ".csv, .tsv, .jsonl, .ndjson (each also .gz) or .parquet"


def read_records(source: object, what: str) -> list[Record]:
    """Read a table as one dict for each row; missing values are None.

    Args:
        source: a path to CSV, TSV, JSON Lines or Parquet; a pandas, polars or pyarrow table; or an
            iterable of dicts.
        what: what the table is, for messages: "catalog" or "judgments".

    Raises:
        CatalogError: If it cannot be read.

    Examples:
        >>> read_records([{"id": 1, "price": float("nan")}], "catalog")
        [{'id': 1, 'price': None}]
    """
    found = opened(source, what)
    rows = found.to_pylist() if isinstance(found, pa.Table) else found
    return [_clean(row, number, what) for number, row in enumerate(rows, start=1)]


def opened(source: object, what: str, texts: Collection[str] = ()) -> Any:
    """Return a source as a pyarrow table, where it is columns, or else as an iterable of its rows.

    Args:
        source: as for :func:`read_records`; a pandas data frame gives rows.
        what: what the table is, for messages.
        texts: columns of a CSV file that stay text, beside ids, titles and queries.

    Raises:
        CatalogError: If it cannot be read.
    """
    if isinstance(source, str | os.PathLike):
        return _from_file(Path(source), what, {*texts, *_TEXT_COLUMNS})
    if is_data_frame(source):
        return cast(Any, source).to_dict(orient="records")
    if isinstance(source, pa.Table):
        return source
    if hasattr(source, "__arrow_c_stream__") or isinstance(source, pa.RecordBatch):
        try:
            return pa.table(source)
        except (pa.ArrowException, TypeError, ValueError) as error:
            kind = type(source).__name__
            raise CatalogError(f"cannot read a {what} from this {kind}: {error}") from error
    if isinstance(source, Iterable) and not isinstance(source, Mapping):
        return source
    raise CatalogError(
        f"cannot read a {what} from {type(source).__name__}: give a path ({_FORMATS}), a "
        f"pandas, polars or pyarrow table, or an iterable of dicts"
    )


def is_data_frame(source: object) -> bool:
    """Whether a source is a pandas data frame, without importing pandas."""
    return hasattr(source, "iloc") and hasattr(source, "columns")


def _clean(row: object, number: int, what: str) -> Record:
    if not isinstance(row, Mapping):
        raise CatalogError(f"row {number} of the {what} is {type(row).__name__}, not a dict")
    return {str(name): plain(value) for name, value in row.items()}


def plain(value: object) -> object:
    """Return a value as text, a number, a truth value, a list, a dict or None; others as they are.

    Examples:
        >>> plain([np.int64(3), float("nan"), date(2026, 1, 2)])
        [3, None, '2026-01-02']
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return value


def _from_file(path: Path, what: str, texts: Collection[str]) -> Any:
    if not path.is_file():
        raise CatalogError(f"there is no {what} file {path}")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else path.suffix.lower()
    try:
        if kind == ".parquet":
            return _from_parquet(path)
        if kind not in {".csv", ".tsv", ".jsonl", ".ndjson"}:
            raise CatalogError(
                f"cannot tell what {path.name} is: expected a name ending {_FORMATS}"
            )
        with _open(path) as file:
            if kind in {".csv", ".tsv"}:
                return read_csv(file, path.name, texts, "\t" if kind == ".tsv" else None)
            return list(_from_json_lines(file, path))
    except CatalogError:
        raise
    except UnicodeDecodeError as error:
        raise CatalogError(
            f"{path.name} is not UTF-8 text: {error.reason}; convert it (spreadsheets: save as CSV "
            f"UTF-8)"
        ) from error
    except (OSError, EOFError, ValueError, RecursionError, csv.Error, zlib.error) as error:
        raise CatalogError(f"cannot read {path}: {error}") from error


def _open(path: Path) -> TextIO:
    # newline="" keeps csv's own line rules, and splits JSON Lines on \n alone.
    if path.suffix.lower() == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")


def _from_json_lines(file: TextIO, path: Path) -> Iterator[object]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            raise CatalogError(f"line {number} of {path.name} is not JSON: {error.msg}") from error


def _from_parquet(path: Path) -> Any:
    try:
        return parquet.read_table(path)
    except pa.ArrowInvalid as error:
        raise CatalogError(f"{path.name} is not a Parquet file: {error}") from error
