"""Taxonomies as JSON: nested objects, and Best Buy's list of categories."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx

from hyperquery.hierarchy.building import Cycles, Draft, Parents, build, path_key
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.text_formats import text_of

_CHILDREN = ("children", "subCategories", "subcategories")


def from_json_tree(
    source: object, *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    """Read a taxonomy from JSON, in one of two shapes.

    *Nested*: an object, or a list of them, each with ``name`` and optionally ``id`` and
    ``children``. A node is its path of names, as in :func:`hyperquery.hierarchy.from_paths`;
    siblings of one name and different ids are kept apart by the id in their keys.

    *Best Buy's*: a list of categories, each with ``id``, ``name``, ``path`` (from the root to the
    category) and ``subCategories``. A node is its id, for a category may be listed below several
    others: all are its parents, the one on its path first. Categories that are only named, in a
    path or among subcategories, are added; one without a name gets its id for a name.

    Args:
        source: a path, also to a .gz file; JSON text with a line break; or the parsed object.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph; nodes have ``name``, ``depth``, and ``id`` where given.

    Raises:
        TaxonomyError: If it is not JSON, or an object lacks what its shape needs.

    Examples:
        >>> tree = {"name": "TV", "children": [{"name": "Stands", "id": 7}]}
        >>> dict(from_json_tree(tree).nodes(data=True))
        {'TV': {'name': 'TV', 'depth': 1}, 'TV > Stands': {'name': 'Stands', 'id': '7', 'depth': 2}}
    """
    data = _parsed(source) if isinstance(source, str | os.PathLike) else source
    items = [data] if isinstance(data, Mapping) else data
    if not isinstance(items, Sequence) or not all(isinstance(item, Mapping) for item in items):
        raise TaxonomyError("a JSON taxonomy is an object or a list of objects")
    draft = Draft()
    if items and all("path" in item and "id" in item for item in items):
        _add_categories(draft, items)
    else:
        _add_nested(draft, items)
    return build(draft, cycles=cycles, parents=parents)


def _parsed(source: str | os.PathLike[str]) -> Any:
    try:
        return json.loads(text_of(source))
    except (ValueError, RecursionError) as error:
        if isinstance(error, TaxonomyError):
            raise
        raise TaxonomyError(f"the taxonomy is not JSON: {error}") from error


def _add_nested(draft: Draft, items: Sequence[Mapping[str, Any]]) -> None:
    stack: list[tuple[Mapping[str, Any], tuple[str, ...], str | None]] = [
        (item, (), None) for item in reversed(items)
    ]
    while stack:
        item, above, parent = stack.pop()
        name, id_ = _name(item, path_key(above)), item.get("id")
        path = (*above, name)
        key = path_key(path)
        if key in draft.nodes and id_ is not None and draft.nodes[key].get("id") != str(id_):
            key = f"{key} ({id_})"
        if key in draft.nodes:
            draft.repeated += 1
        else:
            draft.nodes[key] = {"name": name} | ({} if id_ is None else {"id": str(id_)})
            if parent is not None:
                draft.add_edge(parent, key)
        children = next((item[field] for field in _CHILDREN if item.get(field)), ())
        stack.extend((child, path, key) for child in reversed(children))


def _add_categories(draft: Draft, items: Sequence[Mapping[str, Any]]) -> None:
    for item in items:
        key = str(item["id"])
        draft.repeated += key in draft.nodes
        draft.nodes[key] = _named_by_id(draft, item, key)
    defined = len(draft.nodes)
    for item in items:  # paths before lists of subcategories, so that the path's parent is first
        path = [_named(draft, step) for step in item["path"] or ()]
        for parent, child in itertools.pairwise(path):
            draft.edges[parent, child] = None
    for item in items:
        for child in item.get("subCategories") or ():
            draft.edges[str(item["id"]), _named(draft, child)] = None
    draft.added = len(draft.nodes) - defined


def _named(draft: Draft, item: object) -> str:
    """Return the key of a category that another one names, adding it if it is new."""
    if not isinstance(item, Mapping) or "id" not in item:
        raise TaxonomyError(f"a category of a path or of subCategories has no id: {item!r}")
    key = str(item["id"])
    if key not in draft.nodes:
        draft.nodes[key] = _named_by_id(draft, item, key)
    return key


def _named_by_id(draft: Draft, item: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a category's attributes; one without a name, as Best Buy has some, is its id."""
    name = str(item.get("name") or "").strip()
    draft.unnamed += not name
    return {"name": name or key, "id": key}


def _name(item: object, where: str) -> str:
    name = item.get("name") if isinstance(item, Mapping) else None
    if not str(name or "").strip():
        place = f" below {where!r}" if where else ""
        raise TaxonomyError(f"an object of the taxonomy{place} has no name")
    return str(name).strip()
