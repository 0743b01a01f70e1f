"""The few operations of the file system that the guarantees rest on."""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from pathlib import Path

MAPPED_FROM = 256 * 1024
"""Files of this many bytes and more are mapped; smaller ones are read whole, which costs less than
a map and leaves no handle open."""


def open_bytes(path: Path) -> memoryview:
    """Return a file's bytes, read-only; they stay as they are when the file is deleted.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < MAPPED_FROM:
            return memoryview(file.read())
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there, and wait until the disk has them."""
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in made:
        sync_folder(folder.parent)


def write_durably(path: Path, data: bytes) -> None:
    """Write a new file and wait until its bytes have reached the disk."""
    path.write_bytes(data)
    sync_file(path)


def sync_file(path: Path) -> None:
    """Wait until a file's bytes have reached the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder have reached the disk, where the system can do that."""
    # Windows opens no folders and some network file systems cannot sync them.
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
