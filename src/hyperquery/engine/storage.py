"""Saving an engine as a folder and loading it: checked, versioned, all or nothing.

See docs/storage.md for the folder, and :mod:`hyperquery.storage` for how it is changed. Nothing in
it is executed on loading.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.numpy import save as save_arrays
from safetensors.torch import save as save_tensors

from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Words
from hyperquery.anthem.encoder import Anthem, Shift
from hyperquery.anthem.leanings import Leanings
from hyperquery.anthem.model import Model
from hyperquery.anthem.places import Places
from hyperquery.anthem.text import Vocabulary
from hyperquery.engine.collection import Collection
from hyperquery.engine.engine import Engine
from hyperquery.engine.folder import Folder, fitting, get_segments, put_segments
from hyperquery.engine.model_card import model_card
from hyperquery.errors import ModelFileError
from hyperquery.storage import Snapshot, Store

FORMAT: Final = "hyperquery engine"
FORMAT_VERSION: Final = 12
_CONFIG: Final = "model/config.json"
_VOCABULARY: Final = "model/vocabulary.json"
_WEIGHTS: Final = "model/weights.safetensors"
_LEANINGS: Final = "model/leanings.safetensors"
_FARTHEST: Final = 1e3  # an edge; far below what a product without words adds


def save_engine(engine: Engine, path: str | os.PathLike[str]) -> Folder:
    """Save an engine as a folder; what was there stays whole until the new one is complete.

    Args:
        engine: what to save.
        path: the folder; an engine already there is replaced, other files in it are left alone.

    Returns:
        What the folder holds now.

    Raises:
        ModelFileError: If something else is there, or it cannot be written.
    """
    collection = engine.collection
    files = _model_files(engine.model)
    store = Store(path, FORMAT, FORMAT_VERSION)
    with store.writer() as transaction:
        for name in transaction.names:
            transaction.drop(name)
        for name, data in files.items():
            transaction.put(name, data)
        segments = put_segments(transaction, collection, {})
        transaction.meta["model"] = _hash(files)
        transaction.readme = model_card(engine)
    return Folder(store, transaction.revision, segments, transaction.meta["model"])


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
    if folder.is_file():
        raise ModelFileError(
            f"{folder} is a file, and engines are saved as folders: train one on a catalog with "
            f"Engine.fit, or hyperquery fit on the command line"
        )
    if not folder.is_dir():
        raise ModelFileError(f"there is no saved engine at {folder}")
    store = Store(folder, FORMAT, FORMAT_VERSION)
    snapshot = store.snapshot(verify=verify)
    with fitting(folder, "model"):
        model, name = _model(snapshot), str(snapshot.meta["model"])
    segments = get_segments(snapshot, model, folder)
    home = Folder(store, snapshot.revision, segments, name, writable, verify)
    return Engine.of(Collection(tuple(segments.values())), model, home)


def newer_collection(
    collection: Collection, model: Model, folder: Folder | None
) -> tuple[Collection, Folder] | None:
    """Return what a folder holds now, if it was changed since; see :meth:`Engine.refresh`.

    Args:
        collection: what the engine has.
        model: that all of it belongs to.
        folder: where the engine was loaded from.

    Raises:
        ModelFileError: If there is no folder, it cannot be read, its model is another, or the
            engine has changes of its own.
    """
    if folder is None:
        raise ModelFileError("this engine was not loaded from a folder: save it, and load it")
    path = folder.store.path
    if not folder.holds(collection):
        raise ModelFileError(
            f"this engine has changes that are not saved in {path}, which would be lost: save it "
            f"elsewhere, and load {path} again"
        )
    snapshot = folder.store.snapshot(verify=folder.verify)
    if snapshot.revision == folder.revision:
        return None
    if snapshot.meta.get("model") != folder.model:
        raise ModelFileError(f"an engine with another model was saved to {path}: load it")
    segments = get_segments(snapshot, model, path)
    found = replace(folder, revision=snapshot.revision, segments=segments)
    return Collection(tuple(segments.values())), found


def _model(snapshot: Snapshot) -> Model:
    config = Config.from_dict(snapshot.json(_CONFIG))
    words = snapshot.json(_VOCABULARY)
    vocabulary = Vocabulary(words["frequencies"], words["texts"], words["pieces"], words["words"])
    if not all(type(count) is int and count > 0 for count in vocabulary.words.values()):
        raise ValueError("the vocabulary has impossible frequencies")
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
    shifts = encoder.edge_shifts
    if not (shifts.abs() < _FARTHEST).all() or shifts[Shift.FARTHER] < 0:
        raise ValueError("the shifts of edges are out of range")
    if not isinstance(words["facets"], list):
        raise ValueError("the facets are no list")
    facets = frozenset(map(_facet, words["facets"]))
    places = Places(_kinds(words["learned_facets"]), _kinds(words["rare_facets"]))
    if not facets >= places.learned.keys() | places.rare.keys():
        raise ValueError("facets have axes that were not taught")
    leanings = Leanings(places, **snapshot.arrays(_LEANINGS))
    leanings.check(vocabulary)
    return Model(vocabulary, encoder.eval(), facets, leanings)


def _facet(text: Any) -> Words:
    if not isinstance(text, str) or not all(text.split(" ")):
        raise ValueError(f"{text!r} is no facet")
    return tuple(text.split(" "))


def _kinds(pairs: Any) -> dict[Words, str]:
    """Return the kinds of facets, which were stored as pairs, as their order counts."""
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise ValueError("facets with axes are no pairs")
    kinds = {_facet(facet): kind for facet, kind in pairs}
    if len(kinds) < len(pairs) or not all(isinstance(k, str) and k for k in kinds.values()):
        raise ValueError("facets with axes are there twice, or of no kind")
    return kinds


def _pairs(kinds: Mapping[Words, str]) -> list[tuple[str, str]]:
    return [(" ".join(facet), kind) for facet, kind in kinds.items()]


def _model_files(model: Model) -> dict[str, bytes]:
    known, places = model.vocabulary, model.leanings.places
    words = {
        "texts": known.texts,
        "frequencies": known.frequencies,
        "pieces": known.pieces,
        "words": known.words,
        "facets": sorted(" ".join(facet) for facet in model.facets),
        "learned_facets": _pairs(places.learned),
        "rare_facets": _pairs(places.rare),
    }
    weights = {name: tensor.contiguous() for name, tensor in model.encoder.state_dict().items()}
    return {
        _CONFIG: _json(model.config.to_dict()),
        _VOCABULARY: _json(words),
        _WEIGHTS: save_tensors(weights),
        _LEANINGS: save_arrays(model.leanings.arrays()),
    }


def _hash(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
