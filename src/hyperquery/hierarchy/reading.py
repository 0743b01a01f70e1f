"""The front door: a taxonomy from whatever people have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.building import Cycles, Parents
from hyperquery.hierarchy.catalogs import from_catalog
from hyperquery.hierarchy.edge_lists import from_edges, from_graph
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.files import lines_of, read_text
from hyperquery.hierarchy.json_trees import from_json_tree
from hyperquery.hierarchy.text_formats import (
    from_indented_text,
    from_path_text,
    from_paths,
    split_id,
)
from hyperquery.hierarchy.wordnet import from_wordnet

_KINDS = (
    "a DiGraph, a catalog or an engine, a list of paths or of (parent, child) edges, a JSON tree, "
    "or a path to a file of one of these or of WordNet's nouns"
)
_SYNSET = re.compile(r"\d{8} \d\d n [0-9a-f]{2} ")


def read_taxonomy(
    source: object, *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    r"""Read a taxonomy, recognizing what it is.

    Args:
        source: a networkx DiGraph (parent to child); a catalog or an engine; an iterable of paths;
            a dict or a list of dicts (a JSON tree, or a catalog if they have titles); a text; or a
            path to a file, also .gz: JSON, CSV or TSV edges, lines of paths, indented lines, or
            WordNet's ``data.noun`` or its folder. A pair of two texts in an iterable is a path of
            two names; for edges use :func:`hyperquery.hierarchy.from_edges`, or give 2-tuples in a
            list that holds nothing else.
        cycles: what to do about cycles, "raise" or "drop"; see
            :func:`hyperquery.hierarchy.building.build`.
        parents: "keep" all parents, or the "first".

    Returns:
        The graph, with ``graph.graph["report"]`` on what was found and done.

    Raises:
        TaxonomyError: If it is none of these, or cannot be used.

    Examples:
        >>> list(read_taxonomy("TV\n  Stands\n").edges)
        [('TV', 'TV > Stands')]
        >>> list(read_taxonomy([("pet", "dog"), ("animal", "dog")]).edges)
        [('pet', 'dog'), ('animal', 'dog')]
    """
    policies: dict[str, Any] = {"cycles": cycles, "parents": parents}
    if isinstance(source, nx.Graph):
        return from_graph(source, **policies)
    if isinstance(source, Catalog | Engine) or hasattr(source, "columns"):
        return from_catalog(source)
    if isinstance(source, str | os.PathLike):
        return _from_text_or_file(source, policies)
    if isinstance(source, Mapping):
        return from_json_tree(source, **policies)
    if isinstance(source, Iterable):
        return _from_items(list(source), policies)
    raise TaxonomyError(f"cannot read a taxonomy from {type(source).__name__}: give {_KINDS}")


def _from_items(items: list[Any], policies: dict[str, Any]) -> nx.DiGraph:
    if items and all(isinstance(item, Mapping) for item in items):
        if all("title" in item for item in items):
            return from_catalog(items)
        return from_json_tree(items, **policies)
    if items and all(isinstance(item, tuple) and len(item) == 2 for item in items):
        return from_edges(items, **policies)
    if all(isinstance(item, str | list | tuple) for item in items):
        return from_paths(items, **policies)
    odd = next(item for item in items if not isinstance(item, str | list | tuple))
    raise TaxonomyError(f"cannot read a taxonomy from {type(odd).__name__} items: give {_KINDS}")


def _from_text_or_file(source: str | os.PathLike[str], policies: dict[str, Any]) -> nx.DiGraph:
    if isinstance(source, str) and "\n" in source:
        return _from_text(source, policies)
    if not str(source).strip():
        raise TaxonomyError("the taxonomy has no node: its text is empty")
    path = Path(source)
    if path.is_dir() or path.name == "data.noun":
        return from_wordnet(path, **policies)
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if kind in {"jsonl", "ndjson", "parquet"}:
        return from_catalog(path)
    text = read_text(path)
    if _SYNSET.match(next((line for line in text.split("\n") if line[:2].strip()), "")):
        return from_wordnet(path, **policies)
    if kind in {"csv", "tsv"}:
        if "title" in text.partition("\n")[0].lower():
            return from_catalog(path)
        return from_edges(text + "\n", **policies)
    return _from_text(text + "\n", policies)


def _from_text(text: str, policies: dict[str, Any]) -> nx.DiGraph:
    if text.lstrip()[:1] in {"{", "["}:
        return from_json_tree(text, **policies)
    lines = [line for _, line in lines_of(text)]
    if any(line[:1].isspace() for line in lines):
        return from_indented_text(text, **policies)
    if lines and all(line.count("\t") == 1 for line in lines):
        return from_edges(text, **policies)
    has_path = any(" > " in line for line in lines)
    with_id = all(split_id(line)[0] for line in lines)
    if lines and (has_path or with_id):
        return from_path_text(text, **policies)
    return from_indented_text(text, **policies)
