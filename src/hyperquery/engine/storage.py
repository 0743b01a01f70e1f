"""Saving an engine as a folder and loading it: checked, versioned, all or nothing.

A folder holds ``manifest.json`` (format version, and the size and SHA-256 of every other file),
``config.json``, ``vocabulary.json``, ``model.safetensors``, ``points.safetensors`` and
``catalog.jsonl.gz``. Nothing in it is executed on loading.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from hyperquery.anthem.config import Config
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.engine import Engine
from hyperquery.errors import CatalogError, ConfigError, ModelFileError

FORMAT = "hyperquery engine"
FORMAT_VERSION = 1
_MANIFEST = "manifest.json"
_CONFIG = "config.json"
_VOCABULARY = "vocabulary.json"
_MODEL = "model.safetensors"
_POINTS = "points.safetensors"
_CATALOG = "catalog.jsonl.gz"
_FILES = (_CONFIG, _VOCABULARY, _MODEL, _POINTS, _CATALOG)

Contents = dict[str, bytes]
"""The bytes of each file of a saved engine."""


def save_engine(engine: Engine, path: str | os.PathLike[str]) -> None:
    """Save an engine as a folder; what was there stays whole until the new one is complete.

    Args:
        engine: what to save.
        path: the folder; an engine already there is replaced.

    Raises:
        ModelFileError: If something else is there, or it cannot be written.
    """
    target = Path(path)
    if target.exists() and not _may_replace(target):
        raise ModelFileError(
            f"{target} exists and is not a saved engine: choose another folder, or move it away"
        )
    contents = _contents(engine)
    contents[_MANIFEST] = _json(
        {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "products": len(engine),
            "files": {name: _fingerprint(contents[name]) for name in _FILES},
        }
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            for name, data in contents.items():
                _write(staging / name, data)
            _replace(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise ModelFileError(f"cannot save the engine to {target}: {error}") from error


def load_engine(path: str | os.PathLike[str]) -> Engine:
    """Load an engine that was saved.

    Args:
        path: the folder.

    Raises:
        ModelFileError: If the folder or a file is missing, incomplete, altered, or of a format
            that this version does not know. The message names the file.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ModelFileError(f"there is no saved engine at {folder}")
    manifest = _manifest(folder)
    contents = {name: _checked(folder / name, manifest["files"][name]) for name in _FILES}
    try:
        config = Config.from_dict(json.loads(contents[_CONFIG]))
        words = json.loads(contents[_VOCABULARY])
        vocabulary = Vocabulary(words["frequencies"], words["texts"])
        encoder = Anthem(vocabulary, config)
        encoder.load_state_dict(load_tensors(contents[_MODEL]))
        points = load_arrays(contents[_POINTS])["points"]
        lines = gzip.decompress(contents[_CATALOG]).decode().split("\n")
        catalog = Catalog.from_records([json.loads(line) for line in lines if line])
    except (KeyError, ValueError, RuntimeError, SafetensorError, ConfigError) as error:
        raise ModelFileError(f"the engine at {folder} does not fit together: {error}") from error
    if points.shape != (len(catalog), config.dimension):
        raise ModelFileError(f"the engine at {folder} has points of shape {points.shape}")
    return Engine(catalog, Model(vocabulary, encoder.eval()), points)


def _contents(engine: Engine) -> Contents:
    model = engine.model
    words = {"texts": model.vocabulary.texts, "frequencies": model.vocabulary.frequencies}
    try:
        lines = [json.dumps(row, ensure_ascii=False) for row in engine.catalog.records()]
    except TypeError as error:
        raise CatalogError(
            f"a field of the catalog cannot be saved: {error}; turn it into text or a number"
        ) from error
    catalog = gzip.compress("\n".join(lines).encode(), mtime=0)
    weights = {name: tensor.contiguous() for name, tensor in model.encoder.state_dict().items()}
    return {
        _CONFIG: _json(model.config.to_dict()),
        _VOCABULARY: _json(words),
        _MODEL: save_tensors(weights),
        _POINTS: save_arrays({"points": np.ascontiguousarray(engine.points)}),
        _CATALOG: catalog,
    }


def _may_replace(target: Path) -> bool:
    """Whether the path is a saved engine or an empty folder."""
    if not target.is_dir():
        return False
    return (target / _MANIFEST).is_file() or not any(target.iterdir())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _fingerprint(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(staging: Path, target: Path) -> None:
    """Move the finished folder into place; an old one is moved aside first, then deleted."""
    staging.chmod(0o755)
    if not target.exists():
        staging.rename(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    old = target.rename(aside / target.name)
    try:
        staging.rename(target)
    except OSError:
        old.rename(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        kind, version, files = manifest["format"], manifest["version"], dict(manifest["files"])
    except FileNotFoundError as error:
        raise ModelFileError(f"{folder} is not a saved engine: it has no {_MANIFEST}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path} is damaged: save the engine again") from error
    if kind != FORMAT:
        raise ModelFileError(f"{path} describes {kind!r}, not {FORMAT!r}")
    if version != FORMAT_VERSION:
        raise ModelFileError(
            f"{folder} has format version {version}, and this version of hyperquery reads "
            f"{FORMAT_VERSION}: use the version that saved it, or fit and save again"
        )
    missing = [name for name in _FILES if name not in files]
    if missing:
        raise ModelFileError(f"{path} does not list {missing[0]}: save the engine again")
    return dict(manifest)


def _checked(path: Path, expected: dict[str, Any]) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} is missing or cannot be read: {error}") from error
    if len(data) != expected.get("bytes"):
        raise ModelFileError(
            f"{path} is incomplete: it has {len(data):,} bytes, and {expected.get('bytes'):,} were "
            f"saved; copy it again, or save the engine again"
        )
    if hashlib.sha256(data).hexdigest() != expected.get("sha256"):
        raise ModelFileError(
            f"{path} was altered after it was saved (its checksum differs): copy it again, or save "
            f"the engine again"
        )
    return data
