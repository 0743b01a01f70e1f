"""The folder in which an engine is saved: which segment is in which files, and changes to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.collection import Collection
from hyperquery.engine.segment import Segment
from hyperquery.errors import ModelFileError
from hyperquery.scan import ScanIndex
from hyperquery.storage import Snapshot, Store, Transaction

INDEX: Final = "index.safetensors"
PRODUCTS: Final = "products.parquet"
LIVE: Final = "live.safetensors"
"""The files of a segment; the last only where products were removed."""


@dataclass(frozen=True)
class Folder:
    """Where an engine was loaded from.

    Attributes:
        store: the folder.
        revision: that was loaded, or that the last change made.
        segments: the names of the segments that the folder holds.
        model: the hash of the model.
        writable: whether changes to the engine are saved here.
    """

    store: Store
    revision: int
    segments: dict[str, Segment]
    model: str
    writable: bool

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
            transaction.meta["products"] = len(collection)
            changed = list(segments.values()) != list(self.segments.values())
        revision = self.revision + changed
        return Folder(self.store, revision, segments, self.model, self.writable)


def put_segments(
    transaction: Transaction, collection: Collection, known: dict[str, Segment]
) -> dict[str, Segment]:
    """Write the segments that are not known, and drop the known ones that are gone.

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
        for file in (INDEX, PRODUCTS, LIVE):
            if f"{gone}/{file}" in transaction.names:
                transaction.drop(f"{gone}/{file}")
    transaction.meta["segments"] = list(named)
    return named


def _put(transaction: Transaction, name: str, segment: Segment) -> None:
    import pyarrow.parquet as pq

    transaction.put_arrays(f"{name}/{INDEX}", segment.index.arrays())
    write = partial(pq.write_table, segment.catalog.to_table(), compression="zstd")
    transaction.put_file(f"{name}/{PRODUCTS}", write)


def get_segments(snapshot: Snapshot, model: Any) -> dict[str, Segment]:
    """Return the segments that a snapshot holds, by name, in order.

    Arrays are mapped, and products read when they are first asked for.

    Raises:
        ValueError: If files of a segment do not fit together.
    """
    return {name: _get(snapshot, name, model) for name in snapshot.meta["segments"]}


def _get(snapshot: Snapshot, name: str, model: Any) -> Segment:
    index = ScanIndex.from_arrays(snapshot.arrays(f"{name}/{INDEX}"), model.curvature)
    if index.dimension != model.config.dimension:
        raise ValueError(f"{name} has {index.dimension} dimensions")
    products = snapshot.table(f"{name}/{PRODUCTS}")
    live = None
    if f"{name}/{LIVE}" in snapshot.names:
        live = snapshot.arrays(f"{name}/{LIVE}")["live"]
        if live.dtype != np.bool_ or live.shape != (len(index),):
            raise ValueError(f"{name} has {len(index)} products, {LIVE} has shape {live.shape}")
    if products.metadata.num_rows != len(index):
        raise ValueError(
            f"{name} has {len(index)} products, {PRODUCTS} has {products.metadata.num_rows}"
        )
    return Segment(lambda: Catalog.from_table(products.read()), index, model.vocabulary, live)
