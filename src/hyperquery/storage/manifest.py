"""The manifest: what a store holds at one revision.

Reading it trusts nothing: the format and version come first, then the shape of every entry, then
the checksum of the whole. A file's name on disk follows from its logical name and checksums, so a
manifest cannot point outside its folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperquery.errors import ModelFileError
from hyperquery.storage.checksums import count_chunks
from hyperquery.storage.naming import MANIFEST, disk_name, is_logical_name

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A file of a store.

    Attributes:
        name: what it is called on disk.
        size: its length in bytes.
        chunks: the SHA-256 of each 16 MiB of it, in hexadecimal.
    """

    name: str
    size: int
    chunks: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a store holds at one revision.

    Attributes:
        format: what kind of thing the store is.
        version: the version of that format, and of the manifest.
        revision: how many commits led here.
        meta: what the caller keeps in the manifest, as JSON.
        files: the files, by logical name, in the order of the names.
    """

    format: str
    version: int
    revision: int
    meta: dict[str, Any]
    files: dict[str, Entry]


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as it is written.

    Raises:
        TypeError, ValueError: If ``meta`` holds what JSON cannot.
    """
    content = {
        "format": manifest.format,
        "version": manifest.version,
        "revision": manifest.revision,
        "meta": manifest.meta,
        "files": {
            name: {"name": entry.name, "bytes": entry.size, "sha256": list(entry.chunks)}
            for name, entry in manifest.files.items()
        },
    }
    sealed = content | {"sha256": seal(content)}
    return (json.dumps(sealed, indent=1, allow_nan=False) + "\n").encode()


def copy_meta(meta: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of what a manifest keeps for the caller, all the way down."""
    copied: dict[str, Any] = json.loads(json.dumps(meta))
    return copied


def seal(content: dict[str, Any]) -> str:
    """Return the checksum of a manifest's other fields: of their JSON, with sorted keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path, format: str, version: int) -> Manifest:
    """Read the manifest of a store.

    Args:
        folder: where the store is.
        format: what it should be.
        version: the version of the format that the caller understands.

    Raises:
        ModelFileError: If there is none, it is damaged or altered, or of another format or version.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if not folder.is_dir():
            raise ModelFileError(f"there is no {format} at {folder}: check the path") from error
        raise ModelFileError(
            f"{folder} is not a {format}: it has no {MANIFEST}; check the path"
        ) from error
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read ({error}): see that you may read it"
        ) from error
    content = _parsed(path, data)
    _check_kind(path, content, format, version)
    try:
        manifest = _manifest(content)
    except (LookupError, RecursionError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error
    return manifest


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (RecursionError, ValueError) as error:
        raise _damaged(path, error) from error
    if not isinstance(content, dict) or not {"format", "version"} <= content.keys():
        raise _damaged(path, "it does not say what it describes")
    return content


def _damaged(path: Path, reason: object) -> ModelFileError:
    return ModelFileError(
        f"{path} is damaged or was altered ({reason}): copy the folder again, or save again"
    )


def _check_kind(path: Path, content: dict[str, Any], format: str, version: int) -> None:
    found, its_version = content["format"], content["version"]
    if not isinstance(found, str) or type(its_version) is not int:
        raise _damaged(path, "its format should be text and its version a number")
    if found != format:
        raise ModelFileError(f"{path} describes {found!r}, not {format!r}: check the path")
    if its_version > version:
        raise ModelFileError(
            f"{path} has format version {its_version}, and this hyperquery knows versions up to "
            f"{version}: use a newer hyperquery"
        )
    if its_version < version:
        raise ModelFileError(
            f"{path} has format version {its_version}, and this hyperquery reads version "
            f"{version}: use the older hyperquery that saved it, or make it anew and save again"
        )


def _manifest(content: dict[str, Any]) -> Manifest:
    """Return the manifest that parsed JSON describes; the format and version are already known.

    Raises:
        LookupError, RecursionError, TypeError, ValueError: If it describes none.
    """
    unsealed = dict(content)
    if unsealed.pop("sha256") != seal(unsealed):
        raise ValueError("its checksum differs")
    revision, meta, files = content["revision"], content["meta"], content["files"]
    if type(revision) is not int or revision < 1:
        raise ValueError(f"{revision!r} is no revision")
    if not isinstance(meta, dict) or not isinstance(files, dict):
        raise ValueError("its meta and its files should be objects")
    entries = {name: _entry(name, files[name]) for name in sorted(files)}
    return Manifest(content["format"], content["version"], revision, meta, entries)


def _entry(name: str, entry: dict[str, Any]) -> Entry:
    on_disk, size, chunks = entry["name"], entry["bytes"], entry["sha256"]
    if type(size) is not int or size < 0:
        raise ValueError(f"{size!r} is not the size of {name!r}")
    if not isinstance(chunks, list) or len(chunks) != count_chunks(size):
        raise ValueError(f"the checksums of {name!r} do not fit its size")
    if not all(isinstance(chunk, str) and _SHA256.fullmatch(chunk) for chunk in chunks):
        raise ValueError(f"the checksums of {name!r} are none")
    if not is_logical_name(name) or on_disk != disk_name(name, chunks):
        raise ValueError(f"{name!r} cannot be stored as {on_disk!r}")
    return Entry(on_disk, size, tuple(chunks))
