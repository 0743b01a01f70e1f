"""The folder in which an engine is saved: which segment is in which files, and changes to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from hyperquery.anthem.model import Model
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.collection import Collection
from hyperquery.engine.segment import Segment
from hyperquery.engine.tables import check_schema
from hyperquery.errors import HyperqueryError, ModelFileError
from hyperquery.scan import ScanIndex
from hyperquery.storage import Snapshot, Store, Transaction

INDEX: Final = "index.safetensors"
PRODUCTS: Final = "products.parquet"
LIVE: Final = "live.safetensors"
WORDS: Final = "words.json"
"""The files of a segment: the third only where products were removed, the last only where products
hold words that the model does not know."""

_NAME: Final = re.compile(r"segment-[1-9][0-9]{0,17}")

# What reading files that are whole but not what they should be can raise.
_MISFITS = (
    ArithmeticError, AttributeError, HyperqueryError, LookupError, OSError, RecursionError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Folder:
    """Where an engine was loaded from.

    Attributes:
        store: the folder.
        revision: that was loaded, or that the last change made.
        segments: the names of the segments that the folder holds.
        model: the hash of the model.
        writable: whether changes to the engine are saved here.
        verify: whether all bytes are checked when they are read again.
    """

    store: Store
    revision: int
    segments: dict[str, Segment]
    model: str
    writable: bool = False
    verify: bool = True

    def is_at(self, path: Path) -> bool:
        """Return whether this is the folder at a path."""
        return self.store.path.resolve() == path.resolve()

    def holds(self, collection: Collection) -> bool:
        """Return whether a collection is what is saved here, as far as this engine knows."""
        return list(self.segments.values()) == list(collection.segments)

    def commit(self, collection: Collection) -> Folder:
        """Save what another collection has that the folder lacks, all or nothing.

        Raises:
            ModelFileError: If another engine has changed the folder since, or it cannot be written.
        """
        with self.store.writer() as transaction:
            if transaction.revision != self.revision:
                raise ModelFileError(
                    f"another engine has changed {self.store.path} since this one read it: call "
                    f"refresh() and make the change again"
                )
            segments = put_segments(transaction, collection, self.segments)
        return replace(self, revision=transaction.revision, segments=segments)


def put_segments(
    transaction: Transaction, collection: Collection, known: dict[str, Segment]
) -> dict[str, Segment]:
    """Write the segments that are not known, and drop the known ones that are gone.

    Args:
        transaction: that they are part of.
        collection: all segments that there are to be.
        known: the segments that are there, by name.

    Returns:
        All segments by name, in order.
    """
    named: dict[str, Segment] = {}
    names = {id(segment.index): name for name, segment in known.items()}
    number = max((int(name.partition("-")[2]) for name in known), default=0)
    for segment in collection.segments:
        name = names.get(id(segment.index))
        if name is None:
            number += 1
            name = f"segment-{number}"
            _put(transaction, name, segment)
        if segment.live is not None and (name not in known or segment is not known[name]):
            transaction.put_arrays(f"{name}/{LIVE}", {"live": segment.live})
        named[name] = segment
    for gone in known.keys() - named.keys():
        for file in (INDEX, PRODUCTS, LIVE, WORDS):
            if f"{gone}/{file}" in transaction.names:
                transaction.drop(f"{gone}/{file}")
    transaction.meta["segments"] = list(named)
    transaction.meta["products"] = len(collection)
    return named


def _put(transaction: Transaction, name: str, segment: Segment) -> None:
    import pyarrow.parquet as pq

    transaction.put_arrays(f"{name}/{INDEX}", segment.index.arrays())
    write = partial(pq.write_table, segment.catalog.to_table(), compression="zstd")
    transaction.put_file(f"{name}/{PRODUCTS}", write)
    if segment.new_words:
        words = json.dumps(sorted(segment.new_words), ensure_ascii=False)
        transaction.put(f"{name}/{WORDS}", f"{words}\n".encode())


@contextmanager
def fitting(folder: Path, what: str) -> Iterator[None]:
    """Explain whatever is raised by files that are whole but do not fit together.

    Args:
        folder: where they are.
        what: is read.

    Raises:
        ModelFileError: In place of other errors.
    """
    try:
        yield
    except ModelFileError:
        raise  # it names a file already
    except _MISFITS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelFileError(
            f"the files of the engine at {folder} do not fit together ({what}: {reason}): save it "
            f"again"
        ) from error


def get_segments(snapshot: Snapshot, model: Model, folder: Path) -> dict[str, Segment]:
    """Return the segments that a snapshot of a folder holds, by name, in order.

    Arrays are mapped, and products read when they are first asked for.

    Raises:
        ModelFileError: If there are none, or their files do not fit together.
    """
    with fitting(folder, "segments"):
        names = snapshot.meta["segments"]
        if not names or not all(_NAME.fullmatch(name) for name in names):
            raise ValueError(f"{names!r} are none")
    return {name: _get(snapshot, name, model, folder) for name in names}


def _get(snapshot: Snapshot, name: str, model: Model, folder: Path) -> Segment:
    with fitting(folder, f"{name}/{INDEX}"):
        index = ScanIndex.from_arrays(snapshot.arrays(f"{name}/{INDEX}"), model.curvature)
        if index.dimension != model.config.dimension:
            raise ValueError(f"it has {index.dimension} dimensions")
        if index.holdings.trigrams > max(1, len(model.vocabulary)):
            raise ValueError("it has trigrams that the vocabulary lacks")
        if index.holdings.places > model.leanings.places.size:
            raise ValueError("it has places on axes that the model lacks")
    live = None
    if f"{name}/{LIVE}" in snapshot.names:
        with fitting(folder, f"{name}/{LIVE}"):
            live = snapshot.arrays(f"{name}/{LIVE}")["live"]
            _check_live(live, len(index))
    products = snapshot.table(f"{name}/{PRODUCTS}")
    with fitting(folder, f"{name}/{PRODUCTS}"):
        check_schema(products.schema_arrow)
        if products.metadata.num_rows != len(index):
            raise ValueError(f"{products.metadata.num_rows} products of {len(index)}")

    def read() -> Catalog:
        with fitting(folder, f"{name}/{PRODUCTS}"):
            return _catalog(products.read())

    return Segment(read, index, model.vocabulary, live, _words(snapshot, name, folder))


def _words(snapshot: Snapshot, name: str, folder: Path) -> frozenset[str]:
    """Return the words of a segment's products that the model does not know."""
    if f"{name}/{WORDS}" not in snapshot.names:
        return frozenset()
    with fitting(folder, f"{name}/{WORDS}"):
        words = snapshot.json(f"{name}/{WORDS}")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError("it is no list of words")
        return frozenset(words)


def _check_live(live: Any, products: int) -> None:
    if live.dtype != np.bool_ or live.shape != (products,):
        raise ValueError(f"it is not of {products} truth values")
    if live.view(np.uint8).max() != 1:
        raise ValueError("it leaves no product, or has other values than true and false")


def _catalog(table: Any) -> Catalog:
    """Return the catalog of a table that was read.

    Raises:
        ValueError: If texts are no Unicode, or ids or titles are missing.
    """
    table.validate(full=True)
    if table["id"].null_count or table["title"].null_count:
        raise ValueError("a product has no id or no title")
    return Catalog.from_table(table)
