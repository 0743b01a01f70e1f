"""Saving an engine as a folder and loading it: checked, versioned, all or nothing.

A folder holds ``manifest.json`` (format version, and the name, size and SHA-256 of every other
file) and files named after their content: config, vocabulary, model, points, catalog. A save
writes the new files beside the old ones and then replaces the manifest, in one step of the file
system, so at any moment the folder holds one whole engine. Nothing in it is executed on loading.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
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
from hyperquery.errors import CatalogError, HyperqueryError, ModelFileError

FORMAT = "hyperquery engine"
FORMAT_VERSION = 2
_MANIFEST = "manifest.json"
_PARTS = {
    "config": ".json",
    "vocabulary": ".json",
    "model": ".safetensors",
    "points": ".safetensors",
    "catalog": ".jsonl.gz",
}
"""The parts of an engine and how their files' names end."""

Contents = dict[str, bytes]
"""The bytes of each part of an engine."""

# What reading bytes that are not what they should be can raise.
_DAMAGE = (
    ArithmeticError, AttributeError, EOFError, HyperqueryError, LookupError, OSError,
    RecursionError, RuntimeError, SafetensorError, TypeError, ValueError, zlib.error,
)  # fmt: skip


def save_engine(engine: Engine, path: str | os.PathLike[str]) -> None:
    """Save an engine as a folder; what was there stays whole until the new one is complete.

    Args:
        engine: what to save.
        path: the folder; an engine already there is replaced, other files in it are left alone.

    Raises:
        ModelFileError: If something else is there, or it cannot be written.
        CatalogError: If a field of the catalog cannot be saved.
    """
    folder = Path(path)
    contents = _contents(engine)
    try:
        old = _replaceable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        files = {part: _save_part(folder, part, data) for part, data in contents.items()}
        manifest = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "products": len(engine),
            "files": files,
        }
        _write(folder / _MANIFEST, _json(manifest))
        for name in old - {str(entry["name"]) for entry in files.values()}:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise ModelFileError(f"cannot save the engine to {folder}: {error}") from error


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
    files = _files(folder)
    contents = {part: _checked(folder, files[part]) for part in _PARTS}
    try:
        return _engine(contents)
    except _DAMAGE as error:
        raise ModelFileError(
            f"the files of the engine at {folder} do not fit together ({error}): save it again"
        ) from error


def _engine(contents: Contents) -> Engine:
    config = Config.from_dict(json.loads(contents["config"]))
    words = json.loads(contents["vocabulary"])
    vocabulary = Vocabulary(words["frequencies"], words["texts"], words["pieces"])
    rarities = np.concatenate([vocabulary.rarity, vocabulary.piece_rarity])
    if not (np.isfinite(rarities).all() and (rarities > 0).all()):
        raise ValueError("the vocabulary has impossible frequencies")
    encoder = Anthem(vocabulary, config)
    tensors = load_tensors(contents["model"])
    for name, tensor in tensors.items():
        # The curvature 0 of a Euclidean model is stored as the logarithm of 0.
        finite = name == "raw_curvature" or tensor.isfinite().all()
        if tensor.dtype != torch.float32 or not finite:
            raise ValueError(f"the weights {name} are not finite float32 numbers")
    encoder.load_state_dict(tensors)
    lines = gzip.decompress(contents["catalog"]).decode().split("\n")
    catalog = Catalog.from_records([json.loads(line) for line in lines if line])
    points = load_arrays(contents["points"])["points"]
    if points.shape != (len(catalog), config.dimension) or points.dtype != np.float32:
        raise ValueError(f"the points have shape {points.shape} and type {points.dtype}")
    if not np.isfinite(points).all():
        raise ValueError("the points are not finite")
    facets = frozenset(tuple(facet.split(" ")) for facet in words["facets"])
    return Engine(catalog, Model(vocabulary, encoder.eval(), facets), points)


def _contents(engine: Engine) -> Contents:
    model = engine.model
    known = model.vocabulary
    words = {
        "texts": known.texts,
        "frequencies": known.frequencies,
        "pieces": known.pieces,
        "facets": sorted(" ".join(facet) for facet in model.facets),
    }
    try:
        lines = [json.dumps(row, ensure_ascii=False) for row in engine.catalog.records()]
        catalog = "\n".join(lines).encode()
    except (TypeError, ValueError) as error:
        raise CatalogError(
            f"a field of the catalog cannot be saved: {error}; turn it into text or a number"
        ) from error
    weights = {name: tensor.contiguous() for name, tensor in model.encoder.state_dict().items()}
    return {
        "config": _json(model.config.to_dict()),
        "vocabulary": _json(words),
        "model": save_tensors(weights),
        "points": save_arrays({"points": np.ascontiguousarray(engine.points)}),
        "catalog": gzip.compress(catalog, mtime=0),
    }


def _replaceable(folder: Path) -> set[str]:
    """Return the files of the engine that a save may replace, none if there is no engine yet.

    Raises:
        ModelFileError: If something else is there.
    """
    if not folder.exists():
        return set()
    refusal = f"{folder} exists and is not a saved engine: choose another folder, or move it away"
    if not folder.is_dir():
        raise ModelFileError(refusal)
    names = {path.name for path in folder.iterdir()}
    if _MANIFEST in names:
        try:
            return {str(entry["name"]) for entry in _files(folder).values()} & names
        except ModelFileError as error:
            raise ModelFileError(f"{refusal} ({error})") from error
    # Files of a first save that was cut off have names of ours; all else is not to be touched.
    if not all(_is_part_name(name) for name in names):
        raise ModelFileError(refusal)
    return names


def _is_part_name(name: str) -> bool:
    part, _, rest = name.removesuffix(".writing").partition("-")
    return (part in _PARTS and rest.endswith(_PARTS[part])) or name == f"{_MANIFEST}.writing"


def _save_part(folder: Path, part: str, data: bytes) -> dict[str, Any]:
    """Write a part under the name of its content and return its entry in the manifest."""
    digest = hashlib.sha256(data).hexdigest()
    name = f"{part}-{digest[:12]}{_PARTS[part]}"
    _write(folder / name, data)
    return {"name": name, "bytes": len(data), "sha256": digest}


def _write(path: Path, data: bytes) -> None:
    """Replace a file in one step, after its bytes have reached the disk."""
    unfinished = path.with_name(f"{path.name}.writing")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the manifest's entry of each part.

    Raises:
        ModelFileError: If there is no manifest, or not one that this version can read.
    """
    path = folder / _MANIFEST
    if not path.is_file():
        raise ModelFileError(f"{folder} is not a saved engine: it has no {_MANIFEST}")
    try:
        manifest = json.loads(path.read_bytes())
        kind, version = manifest["format"], manifest["version"]
    except _DAMAGE as error:
        raise ModelFileError(f"{path} is damaged: save the engine again") from error
    if kind != FORMAT:
        raise ModelFileError(f"{path} describes {kind!r}, not {FORMAT!r}")
    if version != FORMAT_VERSION:
        raise ModelFileError(
            f"{folder} has format version {version}, and this version of hyperquery reads "
            f"{FORMAT_VERSION}: use the version that saved it, or fit and save again"
        )
    files = manifest.get("files")
    for part in _PARTS:
        entry = files.get(part) if isinstance(files, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not _is_part_name(name) or Path(name).name != name:
            raise ModelFileError(f"{path} is damaged, it does not name {part}: save again")
    return dict(files)


def _checked(folder: Path, entry: dict[str, Any]) -> bytes:
    path = folder / str(entry["name"])
    size, digest = entry.get("bytes"), entry.get("sha256")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} is missing or cannot be read: {error}") from error
    if len(data) != size:
        raise ModelFileError(
            f"{path} is incomplete: it has {len(data)} bytes, and {size} were saved; copy it "
            f"again, or save the engine again"
        )
    if hashlib.sha256(data).hexdigest() != digest:
        raise ModelFileError(
            f"{path} was altered after it was saved (its checksum differs): copy it again, or save "
            f"the engine again"
        )
    return data
