"""The names of files: what a caller calls them, and what they are called on disk.

A name on disk carries a digest of the content, so a file is never overwritten with other content,
and only files with names of this form are ever deleted.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import PurePosixPath

from hyperquery.storage.checksums import content_digest

MANIFEST = "manifest.json"
README = "README.md"
LOCK = "writer.lock"

_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_LOGICAL = re.compile(rf"{_PART}(/{_PART})*")
_LONGEST = 150  # file systems allow 255 bytes, of which the digest takes some
_ON_DISK = re.compile(rf"{_PART}-[0-9a-f]{{32}}(\.[A-Za-z0-9_-]+)?")
_UNFINISHED = re.compile(r"unfinished-[0-9a-f]{16}")


def is_logical_name(name: object) -> bool:
    """Return whether a caller may give a file this name.

    >>> is_logical_name("segment-3/points.safetensors"), is_logical_name("../points")
    (True, False)
    """
    return isinstance(name, str) and len(name) <= _LONGEST and bool(_LOGICAL.fullmatch(name))


def disk_name(name: str, chunks: Sequence[str]) -> str:
    """Return what a file with these checksums is called on disk.

    >>> disk_name("segment-3/points.safetensors", ["0" * 64])
    'segment-3.points-00000000000000000000000000000000.safetensors'
    """
    path = PurePosixPath(name)
    stem = ".".join([*path.parts[:-1], path.stem])
    return f"{stem}-{content_digest(chunks)[:32]}{path.suffix}"


def unfinished_name() -> str:
    """Return a new name for a folder in which a writer prepares files."""
    return f"unfinished-{secrets.token_hex(8)}"


def is_unfinished(name: str) -> bool:
    """Return whether a name on disk is that of a folder in which a writer prepares files."""
    return bool(_UNFINISHED.fullmatch(name))


def is_ours(name: str) -> bool:
    """Return whether a name on disk is one that only this package gives, the manifest apart."""
    return bool(_ON_DISK.fullmatch(name)) or is_unfinished(name)
