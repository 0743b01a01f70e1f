"""What a writer does: prepare new files beside the old ones, then replace the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from numpy.typing import NDArray

from hyperquery.errors import ModelFileError
from hyperquery.storage.arrays import write_arrays
from hyperquery.storage.checksums import checksums
from hyperquery.storage.disk import open_bytes, sync_file, sync_folder, write_durably
from hyperquery.storage.manifest import Entry, Manifest, copy_meta, manifest_bytes
from hyperquery.storage.naming import (
    MANIFEST,
    README,
    disk_name,
    is_logical_name,
    unfinished_name,
)
from hyperquery.storage.snapshot import check_size

README_MARK = "<!-- Written by hyperquery. Delete this line to keep a text of your own here. -->"
"""The last line of a README that commits may replace."""


class Transaction:
    """Changes to a store that happen all together, or not at all; files not named are kept.

    ``Store.writer`` makes it and commits it. It is for one thread.

    Attributes:
        meta: what the manifest keeps for the caller, as JSON; change it freely.
        readme: a text for people to place in the folder, or none to leave what is there.
    """

    def __init__(self, folder: Path, base: Manifest) -> None:
        self._folder = folder
        self._base = base
        self._files = dict(base.files)
        self._open = True
        self._workspace = folder / unfinished_name()
        self.meta: dict[str, Any] = copy_meta(base.meta)
        self.readme: str | None = None

    @property
    def revision(self) -> int:
        """The revision that the changes start from, 0 if nothing was ever committed.

        After the commit, the one that it left.
        """
        return self._base.revision

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files that the commit will leave, in order."""
        return tuple(sorted(self._files))

    def put(self, name: str, data: bytes) -> None:
        """Add or replace a file.

        Raises:
            ModelFileError: If the name is not allowed, or the file cannot be written.
        """
        self.put_file(name, lambda path: path.write_bytes(data))

    def put_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Add or replace a safetensors file.

        Raises:
            ModelFileError: If the name is not allowed, or the file cannot be written.
            ValueError: If an array is not of numbers or truth values.
        """
        self.put_file(name, lambda path: write_arrays(path, arrays))

    def put_file(self, name: str, write: Callable[[Path], object]) -> None:
        """Add or replace a file that a function writes.

        Args:
            name: the file's logical name: letters, digits, ``_``, ``.`` and ``-`` in parts divided
                by ``/``. The file on disk ends as it does.
            write: is given the path to write to.

        Raises:
            ModelFileError: If the name is not allowed, or the file cannot be written.
        """
        self._require_open()
        if not is_logical_name(name):
            raise ModelFileError(f"{name!r} cannot name a file in {self._folder}: rename it")
        try:
            unfinished = self._unfinished(PurePosixPath(name).name)
            write(unfinished)
            sync_file(unfinished)
            content = open_bytes(unfinished)
            [chunks] = checksums([content])
            entry = Entry(disk_name(name, chunks), len(content), chunks)
            del content  # some systems rename no file that is mapped
            # A file of that name holds the same bytes, unless it was damaged: then this mends it.
            unfinished.replace(self._folder / entry.name)
        except OSError as error:
            raise self._unwritten(name, error) from error
        self._files[name] = entry

    def drop(self, name: str) -> None:
        """Leave a file out.

        Raises:
            ModelFileError: If there is no such file.
        """
        self._require_open()
        if name not in self._files:
            raise ModelFileError(f"{self._folder} holds no {name!r} to drop: see the names it has")
        del self._files[name]

    def commit(self) -> None:
        """Replace the manifest, if anything changed.

        Raises:
            ModelFileError: If that fails; then the old revision stays.
        """
        self._require_open()
        self._open = False
        try:
            readme = self._prepare_readme()
            if self._is_changed():
                self._replace_manifest()
        except OSError as error:
            raise self._unwritten(MANIFEST, error) from error
        if readme is not None:
            with suppress(OSError):  # the commit has happened; this is for people only
                readme.replace(self._folder / README)

    def end(self) -> None:
        """Refuse all further changes."""
        self._open = False

    def _require_open(self) -> None:
        if not self._open:
            raise ModelFileError(
                f"this transaction on {self._folder} has ended: open another with Store.writer"
            )

    def _unfinished(self, name: str) -> Path:
        """Return where to prepare a file.

        It is a folder of its own, because libraries may put files of their own beside what they
        write; the store deletes it with all that is in it.
        """
        self._workspace.mkdir(exist_ok=True)
        return self._workspace / name

    def _is_changed(self) -> bool:
        base = self._base
        return (
            base.revision == 0 or self._files != base.files or _json(self.meta) != _json(base.meta)
        )

    def _replace_manifest(self) -> None:
        for entry in self._files.values():
            self._check_kept(entry)
        base = self._base
        files = {name: self._files[name] for name in self.names}
        meta = json.loads(_json(self.meta))
        manifest = Manifest(base.format, base.version, base.revision + 1, meta, files)
        unfinished = self._unfinished(MANIFEST)
        write_durably(unfinished, manifest_bytes(manifest))
        sync_folder(self._folder)  # the new files' names reach the disk before what refers to them
        unfinished.replace(self._folder / MANIFEST)
        self._base = manifest
        sync_folder(self._folder)

    def _check_kept(self, entry: Entry) -> None:
        path = self._folder / entry.name
        try:
            size = path.stat().st_size
        except FileNotFoundError as error:
            raise ModelFileError(f"{path} is missing: copy it again, or save again") from error
        check_size(path, size, entry)

    def _prepare_readme(self) -> Path | None:
        """Write the text for people beside its place, unless what is there is not ours."""
        place = self._folder / README
        if self.readme is None or not _may_replace(place):
            return None
        unfinished = self._unfinished(README)
        write_durably(unfinished, f"{self.readme.rstrip()}\n\n{README_MARK}\n".encode())
        return unfinished

    def _unwritten(self, name: str, error: OSError) -> ModelFileError:
        return ModelFileError(
            f"cannot write {name} in {self._folder} ({error}): what was saved there is as it was; "
            f"see that the disk has room and the folder can be written"
        )


def _may_replace(readme: Path) -> bool:
    return not readme.exists() or readme.read_bytes().rstrip().endswith(README_MARK.encode())


def _json(meta: dict[str, Any]) -> str:
    try:
        return json.dumps(meta, sort_keys=True, allow_nan=False)
    except (RecursionError, TypeError, ValueError) as error:
        raise ModelFileError(f"the manifest's meta is not JSON: {error}; change it") from error
