"""Taxonomies as files for other programs: GraphML, GEXF, JSON and Graphviz DOT.

Nodes keep their order and attributes. GraphML, GEXF and DOT know text, numbers and truth values
only, so lists, tuples and the like are written there as JSON text; attributes that are None are
left out. GEXF has an ``id``, ``label`` and so on of its own, so attributes with such names get an
underscore at their end there. JSON is networkx's node-link form, which has them as they are; the
node itself is its ``key`` there, since taxonomies have an ``id`` of their own. Read it with
``networkx.node_link_graph(data, name="key", edges="edges")``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from hyperquery.errors import ConfigError
from hyperquery.hierarchy.errors import TaxonomyError

FORMATS = (".graphml", ".gexf", ".json", ".dot")

_KEY = "key"  # of a node in JSON
_GEXF_OWN = frozenset(
    ("id", "label", "pid", "start", "end", "slices", "spells", "parents", "viz", "type", "weight")
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML


def write_graph(graph: nx.DiGraph, path: str | os.PathLike[str]) -> None:
    """Write a taxonomy to a file, in the format that the file's name ends with.

    The file takes its place in one step; one that was there stays whole until then. A report in
    ``graph.graph`` is not written.

    Args:
        graph: as from :func:`hyperquery.hierarchy.read_taxonomy`, or an embedding's
            ``to_networkx()``, with points and faces.
        path: ends in .graphml, .gexf, .json or .dot.

    Raises:
        ConfigError: If the ending is none of these.
        TaxonomyError: If an attribute cannot be written, or the file cannot.

    Examples:
        >>> import tempfile
        >>> from hyperquery.hierarchy import from_paths
        >>> file = Path(tempfile.mkdtemp()) / "taxonomy.graphml"
        >>> write_graph(from_paths(["TV > Stands"]), file)
        >>> nx.read_graphml(file).nodes["TV > Stands"]
        {'name': 'Stands', 'depth': 2}
    """
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in FORMATS:
        raise ConfigError(f"{file.name} ends in none of {', '.join(FORMATS)}: name one of these")
    text = _TEXTS[ending](graph)
    unfinished = file.with_name(f"{file.name}.writing")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    except (OSError, UnicodeEncodeError) as error:
        raise TaxonomyError(f"cannot write the taxonomy to {file}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def to_dot(graph: nx.DiGraph) -> str:
    """Return a taxonomy as Graphviz DOT; nodes are labelled with their names.

    Examples:
        >>> print(to_dot(nx.DiGraph([("TV", "Stands")])), end="")
        digraph taxonomy {
            "TV" [label="TV"];
            "Stands" [label="Stands"];
            "TV" -> "Stands";
        }
    """
    lines = ["digraph taxonomy {"]
    for node, data in graph.nodes(data=True):
        attributes = {"label": data.get("name", node), **_plain(data)}
        lines.append(f"    {_quoted(node)} [{_dot_attributes(attributes)}];")
    for parent, child, data in graph.edges(data=True):
        attributes = _plain(data)
        written = f" [{_dot_attributes(attributes)}]" if attributes else ""
        lines.append(f"    {_quoted(parent)} -> {_quoted(child)}{written};")
    return "\n".join([*lines, "}\n"])


def _dot_attributes(attributes: Mapping[str, Any]) -> str:
    return ", ".join(f"{_dot_name(name)}={_quoted(value)}" for name, value in attributes.items())


def _dot_name(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else _quoted(name)


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _graphml(graph: nx.DiGraph) -> str:
    return "\n".join(nx.generate_graphml(_simplified(graph), named_key_ids=True)) + "\n"


def _gexf(graph: nx.DiGraph) -> str:
    simple = _simplified(graph)
    for data in (*simple.nodes.values(), *simple.edges.values()):
        for name in [name for name in data if name in _GEXF_OWN]:
            data[f"{name}_"] = data.pop(name)
    for node, data in simple.nodes(data=True):
        # what Gephi and others show
        data["label"] = str(data.get("name", node))
    lines = "\n".join(nx.generate_gexf(simple))
    # networkx writes the day, which would make every file another
    return re.sub(r' lastmodifieddate="[^"]*"', "", lines) + "\n"


def _json(graph: nx.DiGraph) -> str:
    bare = nx.DiGraph()
    bare.add_nodes_from((node, _listed(data)) for node, data in graph.nodes(data=True))
    bare.add_edges_from((a, b, _listed(data)) for a, b, data in graph.edges(data=True))
    _check_free([_KEY], bare.nodes)
    _check_free(["source", "target"], bare.edges)
    try:
        data = nx.node_link_data(bare, name=_KEY, edges="edges")
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    except (TypeError, ValueError) as error:
        raise TaxonomyError(f"an attribute of the taxonomy cannot be written: {error}") from error


def _check_free(names: Sequence[str], elements: Any) -> None:
    """Check that no attribute has a name that the format has for something else."""
    for element, data in elements.items():
        for name in names:
            if name in data:
                raise TaxonomyError(
                    f"the attribute {name!r} of {element!r} cannot be written to JSON, which has "
                    f"that name for something else: rename it"
                )


def _simplified(graph: nx.DiGraph) -> nx.DiGraph:
    """Return a graph whose attributes are text, numbers and truth values."""
    simple = nx.DiGraph()
    for node, data in graph.nodes(data=True):
        attributes = _plain(data)
        for value in (node, *attributes.values()):
            if isinstance(value, str) and _UNWRITABLE.search(value):
                raise TaxonomyError(
                    f"{value!r} has a character that XML does not allow: write .json instead"
                )
        simple.add_node(node, **attributes)
    simple.add_edges_from((a, b, _plain(data)) for a, b, data in graph.edges(data=True))
    return simple


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes without None, lists and the like as JSON text."""
    plain: dict[str, Any] = {}
    for name, value in _listed(data).items():
        if value is None:
            continue
        if not isinstance(value, str | int | float | bool):
            try:
                value = json.dumps(value, ensure_ascii=False)
            except (TypeError, ValueError) as error:
                raise TaxonomyError(f"{name}={value!r} cannot be written: {error}") from error
        plain[str(name)] = value
    return plain


def _listed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes with numpy's arrays and numbers, and tuples, as Python's own."""
    return {name: _own(value) for name, value in data.items()}


def _own(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_own(part) for part in value]
    return value


_TEXTS = {".graphml": _graphml, ".gexf": _gexf, ".json": _json, ".dot": to_dot}
