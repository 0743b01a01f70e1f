"""What a reader sees: every file of one revision, opened at once and never changing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hyperquery.errors import ModelFileError
from hyperquery.storage.arrays import Arrays, view_arrays
from hyperquery.storage.checksums import checksums
from hyperquery.storage.disk import MAPPED_FROM, open_bytes
from hyperquery.storage.manifest import Entry, Manifest, copy_meta, read_manifest

Views = dict[str, memoryview]
"""The bytes of each file, by logical name."""


_REMEDY = "see that you may read it and have not too many files open"


class Snapshot:
    """One revision of a store, as it was when the snapshot was taken.

    Its files are open, so later commits, which may delete them, do not matter to it. It needs no
    closing: what it holds is let go with the last array or table that came from it. Any number of
    threads may use it.
    """

    def __init__(self, folder: Path, manifest: Manifest, views: Views, verified: bool) -> None:
        self._folder = folder
        self._manifest = manifest
        self._views = views
        self._verified = verified

    @property
    def revision(self) -> int:
        """How many commits led to this revision."""
        return self._manifest.revision

    @property
    def meta(self) -> dict[str, Any]:
        """What the writer kept in the manifest; a copy."""
        return copy_meta(self._manifest.meta)

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names, in order."""
        return tuple(self._manifest.files)

    def view(self, name: str) -> memoryview:
        """Return a file's bytes without copying; large ones are read from disk as they are used.

        Raises:
            ModelFileError: If there is no such file.
        """
        if name not in self._views:
            raise ModelFileError(
                f"{self._folder} holds no {name!r} in revision {self.revision}: save again"
            )
        return self._views[name]

    def bytes(self, name: str) -> bytes:
        """Return a copy of a file's bytes, always checked.

        Raises:
            ModelFileError: If there is no such file, or it was altered.
        """
        view = self.view(name)
        if not self._verified and len(view) >= MAPPED_FROM:
            verify(self._folder, {name: self._manifest.files[name]}, {name: view})
        return bytes(view)

    def json(self, name: str) -> Any:
        """Return the value that a JSON file holds.

        Raises:
            ModelFileError: If there is no such file, or it is not JSON.
        """
        try:
            return json.loads(self.bytes(name))
        except (RecursionError, ValueError) as error:
            raise self._unreadable(name, "JSON", error) from error

    def arrays(self, name: str) -> Arrays:
        """Return the arrays of a safetensors file: read-only views, read from disk as used.

        Raises:
            ModelFileError: If there is no such file, or it is not a safetensors file.
        """
        try:
            return view_arrays(self.view(name))
        except ValueError as error:
            raise self._unreadable(name, "safetensors", error) from error

    def table(self, name: str) -> Any:
        """Return a Parquet file, opened as ``pyarrow.parquet.ParquetFile``: read what you need.

        Raises:
            ModelFileError: If there is no such file, or it is not a Parquet file.
            ImportError: If pyarrow is missing.
        """
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise ImportError(
                "reading Parquet needs pyarrow: pip install 'hyperquery[tables]'"
            ) from error
        try:
            return pq.ParquetFile(pa.BufferReader(pa.py_buffer(self.view(name))))
        except (OSError, ValueError) as error:
            raise self._unreadable(name, "Parquet", error) from error

    def _unreadable(self, name: str, kind: str, error: Exception) -> ModelFileError:
        path = self._folder / self._manifest.files[name].name
        return ModelFileError(f"{path} cannot be read as {kind} ({error}): save again")

    def __repr__(self) -> str:
        return f"Snapshot({str(self._folder)!r}, revision={self.revision})"


def open_snapshot(folder: Path, format: str, version: int, *, verify_all: bool) -> Snapshot:
    """Open every file of the newest revision.

    Raises:
        ModelFileError: If the folder is not such a store, or a file of it is missing, of the wrong
            size or, where checked, altered.
    """
    manifest = read_manifest(folder, format, version)
    while True:
        try:
            views = {name: _open(folder, entry) for name, entry in manifest.files.items()}
            break
        except FileNotFoundError as error:
            # A commit since the manifest was read may have deleted the file; then all is new.
            newer = read_manifest(folder, format, version)
            if (newer.revision, newer.files) == (manifest.revision, manifest.files):
                raise ModelFileError(
                    f"{error.filename} is missing: copy it again, or save again"
                ) from error
            manifest = newer
    to_check = {
        name: entry
        for name, entry in manifest.files.items()
        if verify_all or entry.size < MAPPED_FROM
    }
    verify(folder, to_check, views)
    return Snapshot(folder, manifest, views, verify_all)


def verify(folder: Path, files: dict[str, Entry], views: Views) -> None:
    """Check the bytes of files against the checksums of their entries.

    Raises:
        ModelFileError: If a file was altered; the first one is named.
    """
    found = checksums([views[name] for name in files])
    for entry, chunks in zip(files.values(), found, strict=True):
        if chunks != entry.chunks:
            raise ModelFileError(
                f"{folder / entry.name} was altered after it was saved (its checksum differs): "
                f"copy it again, or save again"
            )


def _open(folder: Path, entry: Entry) -> memoryview:
    path = folder / entry.name
    try:
        view = open_bytes(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read ({error}): {_REMEDY}") from error
    check_size(path, len(view), entry)
    return view


def check_size(path: Path, size: int, entry: Entry) -> None:
    """Check that a file is as long as its entry says.

    Raises:
        ModelFileError: If it is not.
    """
    if size != entry.size:
        raise ModelFileError(
            f"{path} is incomplete or was altered: it has {size} bytes, and {entry.size} were "
            f"saved; copy it again, or save again"
        )
