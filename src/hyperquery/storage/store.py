"""A store: a folder that one writer at a time changes and any number of readers read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from hyperquery.errors import ModelFileError
from hyperquery.storage.disk import make_folder
from hyperquery.storage.manifest import Manifest, read_manifest
from hyperquery.storage.naming import LOCK, MANIFEST, is_ours, is_unfinished
from hyperquery.storage.snapshot import Snapshot, open_snapshot
from hyperquery.storage.transaction import Transaction


class Store:
    """A folder of files that changes all at once.

    Args:
        path: the folder; the first commit makes it.
        format: what kind of thing it holds, such as ``"hyperquery engine"``.
        version: the version of that format, which covers the manifest as well.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = Store(Path(folder) / "teas", "tea list", 1)
    ...     with store.writer() as transaction:
    ...         transaction.put("green.txt", b"sencha")
    ...     before = store.snapshot()
    ...     with store.writer() as transaction:
    ...         transaction.put("green.txt", b"matcha")
    ...     before.bytes("green.txt"), store.snapshot().bytes("green.txt")
    (b'sencha', b'matcha')
    """

    def __init__(self, path: str | os.PathLike[str], format: str, version: int) -> None:
        self.path = Path(path)
        self.format = format
        self.version = version

    def exists(self) -> bool:
        """Return whether anything was ever committed here, in whatever format."""
        return (self.path / MANIFEST).is_file()

    def snapshot(self, *, verify: bool = True) -> Snapshot:
        """Open what was committed last; later commits do not change it.

        Args:
            verify: whether to check every byte now. If not, sizes and files under 256 KiB are
                checked, and larger ones only where ``Snapshot.bytes`` or ``json`` reads them.

        Raises:
            ModelFileError: If the folder is not such a store, or a file is missing, truncated,
                altered, or of another version. The message names the file.
        """
        return open_snapshot(self.path, self.format, self.version, verify_all=verify)

    @contextmanager
    def writer(self, *, timeout: float = 30.0) -> Iterator[Transaction]:
        """Change the store: all changes are committed on leaving, or none on an exception.

        Only one writer, of any thread and process, has a store at a time. Readers neither wait for
        it nor notice it before they take their next snapshot; a snapshot taken inside shows what
        the changes start from.

        Args:
            timeout: seconds to wait for another writer.

        Raises:
            ModelFileError: If something else is at the path, another writer does not finish in
                time, or the files cannot be written.
        """
        self._base()  # look before making anything
        lock = self._lock(max(timeout, 0.0))
        try:
            transaction = Transaction(self.path, self._base())
            self._tidy()
            try:
                yield transaction
                transaction.commit()
            finally:
                transaction.end()
                self._tidy()
        finally:
            lock.release()

    def _lock(self, timeout: float) -> FileLock:
        try:
            make_folder(self.path)
            lock = FileLock(self.path / LOCK)
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise ModelFileError(
                f"another writer has {self.path} open, and did not finish within {timeout:g} "
                f"seconds: try again, or wait longer"
            ) from error
        except OSError as error:
            raise ModelFileError(
                f"cannot write to {self.path} ({error}): choose a folder that can be written"
            ) from error
        return lock

    def _base(self) -> Manifest:
        """Return what is committed, or an empty revision 0 where a first commit may be made.

        Raises:
            ModelFileError: If something else is at the path.
        """
        refusal = f"{self.path} exists and is not a {self.format} that can be changed"
        remedy = "choose another folder, or move it away"
        try:
            names = sorted(path.name for path in self.path.iterdir())
        except FileNotFoundError:
            names = []
        except OSError as error:
            raise ModelFileError(f"{refusal} ({error}): {remedy}") from error
        if MANIFEST in names:
            try:
                return read_manifest(self.path, self.format, self.version)
            except ModelFileError as error:
                raise ModelFileError(f"{refusal}: {remedy} ({error})") from error
        # What a first commit that was cut off leaves has names of ours; all else stays untouched.
        foreign = [name for name in names if not is_ours(name) and name != LOCK]
        if foreign:
            raise ModelFileError(f"{refusal} (it holds {foreign[0]!r}): {remedy}")
        return Manifest(self.format, self.version, 0, {}, {})

    def _tidy(self) -> None:
        """Delete files of ours that the committed manifest does not name.

        They come from writers that were stopped, or from before the last commit. The manifest is
        read anew, so that whatever interrupted a commit, what counts is what the disk holds.
        """
        # What cannot be deleted now, the next writer deletes.
        with suppress(ModelFileError, OSError):
            kept = {entry.name for entry in self._base().files.values()}
            for path in list(self.path.iterdir()):
                if is_unfinished(path.name):
                    shutil.rmtree(path, ignore_errors=True)
                elif is_ours(path.name) and path.name not in kept:
                    with suppress(OSError):
                        path.unlink()
