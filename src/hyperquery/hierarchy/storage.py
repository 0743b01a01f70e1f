"""Saving an embedding as one safetensors file: arrays, and the taxonomy as JSON in its header.

The file is written beside the old one and then takes its place in one step. Nothing in it is
executed on loading.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as save_arrays

from hyperquery.errors import HyperqueryError, ModelFileError
from hyperquery.hierarchy.boxes import Boxes
from hyperquery.hierarchy.edge_lists import from_graph
from hyperquery.hierarchy.embedding import TaxonomyEmbedding
from hyperquery.hierarchy.errors import TaxonomyError

FORMAT = "hyperquery taxonomy embedding"
FORMAT_VERSION = "1"

_ARRAYS = ("points", "lower", "upper")
_DAMAGE = (HyperqueryError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


def save_embedding(embedding: TaxonomyEmbedding, path: str | os.PathLike[str]) -> None:
    """Save an embedding; a file that is there stays whole until the new one is complete.

    Raises:
        TaxonomyError: If an attribute of a node is not text, a number, a truth value or a list.
        ModelFileError: If the file cannot be written.
    """
    graph = embedding.graph
    try:
        taxonomy = json.dumps(
            {"nodes": list(graph.nodes(data=True)), "edges": list(graph.edges(data=True))}
        )
    except (TypeError, ValueError) as error:
        raise TaxonomyError(f"an attribute of the taxonomy cannot be saved: {error}") from error
    header = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "curvature": repr(embedding.curvature),
        "taxonomy": taxonomy,
    }
    boxes = embedding.boxes
    arrays = {name: np.ascontiguousarray(getattr(boxes, name)) for name in _ARRAYS}
    file = Path(path)
    unfinished = file.with_name(f"{file.name}.writing")
    try:
        with unfinished.open("wb") as out:
            out.write(save_arrays(arrays, header))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise ModelFileError(f"cannot save the embedding to {file}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def load_embedding(path: str | os.PathLike[str]) -> TaxonomyEmbedding:
    """Load an embedding that was saved.

    Raises:
        ModelFileError: If the file is missing, damaged, or of a format that is not known.
    """
    file = Path(path)
    if not file.is_file():
        raise ModelFileError(f"there is no saved embedding {file}")
    try:
        with safe_open(file, framework="numpy") as opened:
            header = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{file} is no saved embedding, or damaged: {error}") from error
    if header.get("format") != FORMAT:
        raise ModelFileError(f"{file} is {header.get('format')!r}, not {FORMAT!r}")
    if header.get("version") != FORMAT_VERSION:
        raise ModelFileError(
            f"{file} has format version {header.get('version')}, and this version of hyperquery "
            f"reads {FORMAT_VERSION}: use the version that saved it, or embed and save again"
        )
    try:
        return _embedding(header, arrays)
    except _DAMAGE as error:
        raise ModelFileError(f"the parts of {file} do not fit ({error}): save it again") from error


def _embedding(header: dict[str, str], arrays: dict[str, Any]) -> TaxonomyEmbedding:
    taxonomy = json.loads(header["taxonomy"])
    graph = nx.DiGraph()
    graph.add_nodes_from((node, attributes) for node, attributes in taxonomy["nodes"])
    graph.add_edges_from((parent, child, data) for parent, child, data in taxonomy["edges"])
    shapes = {name: arrays[name].shape for name in _ARRAYS}
    if len(set(shapes.values())) > 1 or len(graph) != len(arrays["points"]):
        raise ValueError(f"{len(graph)} nodes and arrays of shapes {shapes}")
    if not all(
        arrays[name].dtype == np.float64 and np.isfinite(arrays[name]).all() for name in _ARRAYS
    ):
        raise ValueError("the arrays are not finite float64 numbers")
    points, lower, upper = (arrays[name] for name in _ARRAYS)
    boxes = Boxes(points, lower, upper, float(header["curvature"]))
    return TaxonomyEmbedding(from_graph(graph), boxes)
