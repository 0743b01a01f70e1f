"""Saving an engine as a folder and loading it: checked, versioned, all or nothing.

See docs/storage.md for the folder, and :mod:`hyperquery.storage` for how it is changed. Nothing in
it is executed on loading.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save as save_tensors

from hyperquery.anthem.config import Config
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary
from hyperquery.engine.collection import Collection
from hyperquery.engine.engine import Engine
from hyperquery.engine.folder import Folder, get_segments, put_segments
from hyperquery.engine.model_card import model_card
from hyperquery.errors import HyperqueryError, ModelFileError
from hyperquery.storage import Snapshot, Store

FORMAT: Final = "hyperquery engine"
FORMAT_VERSION: Final = 3
_CONFIG: Final = "model/config.json"
_VOCABULARY: Final = "model/vocabulary.json"
_WEIGHTS: Final = "model/weights.safetensors"

# What reading files that are whole but not what they should be can raise.
_MISFITS = (
    ArithmeticError, AttributeError, HyperqueryError, LookupError, RecursionError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip


def save_engine(engine: Engine, path: str | os.PathLike[str]) -> None:
    """Save an engine as a folder; what was there stays whole until the new one is complete.

    Args:
        engine: what to save.
        path: the folder; an engine already there is replaced, other files in it are left alone.

    Raises:
        ModelFileError: If something else is there, or it cannot be written.
    """
    collection = engine.collection
    files = _model_files(engine.model)
    with Store(path, FORMAT, FORMAT_VERSION).writer() as transaction:
        for name in transaction.names:
            transaction.drop(name)
        for name, data in files.items():
            transaction.put(name, data)
        put_segments(transaction, collection, {})
        transaction.meta["products"] = len(collection)
        transaction.meta["model"] = _hash(files)
        transaction.readme = model_card(engine)


def load_engine(
    path: str | os.PathLike[str], *, writable: bool = False, verify: bool = True
) -> Engine:
    """Load an engine that was saved.

    Its arrays are mapped from the files, and its products are read when first needed.

    Args:
        path: the folder.
        writable: whether products that are added, updated or removed are saved there at once,
            before a search sees them.
        verify: whether to compare every file with its checksum now; if not, only sizes and small
            files are checked, which takes no time for large ones.

    Raises:
        ModelFileError: If the folder or a file is missing, incomplete, altered, or of a format
            that this version does not know. The message names the file.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ModelFileError(f"there is no saved engine at {folder}")
    store = Store(folder, FORMAT, FORMAT_VERSION)
    snapshot = store.snapshot(verify=verify)
    try:
        model = _model(snapshot)
        segments = get_segments(snapshot, model)
    except _MISFITS as error:
        raise _misfit(folder, error) from error
    home = Folder(store, snapshot.revision, segments, str(snapshot.meta["model"]), writable)
    return Engine.of(Collection(tuple(segments.values())), model, home)


def newer_collection(engine: Engine, folder: Folder | None) -> tuple[Collection, Folder] | None:
    """Return what a folder holds now, if it was changed since; see :meth:`Engine.refresh`.

    Raises:
        ModelFileError: If there is no folder, it cannot be read, or its model is another.
    """
    if folder is None:
        raise ModelFileError("this engine was not loaded from a folder: save it, and load it")
    snapshot = folder.store.snapshot()
    if snapshot.revision == folder.revision:
        return None
    path = folder.store.path
    if snapshot.meta.get("model") != folder.model:
        raise ModelFileError(f"an engine with another model was saved to {path}: load it")
    try:
        segments = get_segments(snapshot, engine.model)
    except _MISFITS as error:
        raise _misfit(path, error) from error
    found = Folder(folder.store, snapshot.revision, segments, folder.model, folder.writable)
    return Collection(tuple(segments.values())), found


def _misfit(folder: Path, error: Exception) -> ModelFileError:
    return ModelFileError(
        f"the files of the engine at {folder} do not fit together ({error}): save it again"
    )


def _model(snapshot: Snapshot) -> Model:
    config = Config.from_dict(snapshot.json(_CONFIG))
    words = snapshot.json(_VOCABULARY)
    vocabulary = Vocabulary(words["frequencies"], words["texts"], words["pieces"])
    rarities = np.concatenate([vocabulary.rarity, vocabulary.piece_rarity])
    if not (np.isfinite(rarities).all() and (rarities > 0).all()):
        raise ValueError("the vocabulary has impossible frequencies")
    encoder = Anthem(vocabulary, config)
    arrays = snapshot.arrays(_WEIGHTS)
    for name, array in arrays.items():
        # The curvature 0 of a Euclidean model is stored as the logarithm of 0.
        finite = name == "raw_curvature" or np.isfinite(array).all()
        if array.dtype != np.float32 or not finite:
            raise ValueError(f"the weights {name} are not finite float32 numbers")
    encoder.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    facets = frozenset(tuple(facet.split(" ")) for facet in words["facets"])
    return Model(vocabulary, encoder.eval(), facets)


def _model_files(model: Model) -> dict[str, bytes]:
    known = model.vocabulary
    words = {
        "texts": known.texts,
        "frequencies": known.frequencies,
        "pieces": known.pieces,
        "facets": sorted(" ".join(facet) for facet in model.facets),
    }
    weights = {name: tensor.contiguous() for name, tensor in model.encoder.state_dict().items()}
    return {
        _CONFIG: _json(model.config.to_dict()),
        _VOCABULARY: _json(words),
        _WEIGHTS: save_tensors(weights),
    }


def _hash(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
