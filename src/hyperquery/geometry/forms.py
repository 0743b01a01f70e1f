"""Regions as text, JSON and networkx graphs."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hyperquery.geometry.attested import Attested
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.hyperboloid import Hyperboloid
from hyperquery.geometry.leaves import Condition, Everything, Nothing
from hyperquery.geometry.region import Boosted, Complement, Intersection, Region, Union
from hyperquery.geometry.traversal import distinct_nodes, shown_key

if TYPE_CHECKING:
    import networkx

FORMAT = "hyperquery.region"
VERSION = 1

_KINDS: dict[type[Region], str] = {
    Hyperboloid: "hyperboloid",
    Attested: "attested",
    Condition: "condition",
    Everything: "everything",
    Nothing: "nothing",
    Intersection: "intersection",
    Union: "union",
    Complement: "complement",
    Boosted: "boosted",
}

_UNION, _INTERSECTION, _PRODUCT, _PREFIX = (
    1,
    2,
    3,
    4,
)  # how tightly an operation binds, as in Python


def to_text(region: Region, limit: int | None = None) -> str:
    """Return a region written with Python's operators, leaves by name.

    Args:
        region: The region.
        limit: The most characters to return; a longer text ends in "...".

    >>> from hyperquery.geometry import Condition
    >>> fire, red = Hyperboloid([0.0], 1.0, name="fire tv"), Condition("red", [True])
    >>> to_text((fire | red) & ~fire)
    "('fire tv' | red) & ~'fire tv'"
    """
    parts: list[str] = []
    length = 0
    for part in _tokens(region):
        parts.append(part)
        length += len(part)
        if limit is not None and length > limit:
            return "".join(parts)[: max(0, limit - 3)] + "..."
    return "".join(parts)


def _tokens(region: Region) -> Iterator[str]:
    pending: list[str | tuple[Region, int]] = [(region, 0)]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
            continue
        node, outer = item
        inner: list[str | tuple[Region, int]]
        if isinstance(node, Complement):
            inner, binding = ["~", (node.operands[0], _PREFIX)], _PREFIX
        elif isinstance(node, Boosted):
            inner, binding = [f"{node.weight!r} * ", (node.operands[0], _PREFIX)], _PRODUCT
        elif len(node.operands) == 1:
            inner, binding = [(node.operands[0], outer)], outer
        elif isinstance(node, Union | Intersection):
            sign, binding = (" | ", _UNION) if isinstance(node, Union) else (" & ", _INTERSECTION)
            inner = [(node.operands[0], binding)]
            for operand in node.operands[1:]:
                inner += [sign, (operand, binding + 1)]
        else:
            yield _leaf_text(node)
            continue
        if binding < outer:
            inner = ["(", *inner, ")"]
        pending.extend(reversed(inner))


def _leaf_text(leaf: Region) -> str:
    if isinstance(leaf, Everything | Nothing):
        return _KINDS[type(leaf)]
    name = getattr(leaf, "name", None)
    if name is None:
        return repr(leaf)
    return name if name.isidentifier() else repr(name)


def to_json(region: Region) -> str:
    """Return a region as JSON text: a list of distinct nodes, operands before their users.

    Numbers keep every digit, infinite faces are the texts "inf" and "-inf", and what is said of
    rows is packed in base 64: bits for a condition, little-endian float32 for evidence.

    >>> print(to_json(~Hyperboloid([0.0], 1.0, edge=0.5)))  # doctest: +ELLIPSIS
    {"format": "hyperquery.region", "version": 1, "nodes": [{"kind": "hyperboloid", "name": null...
    """
    index: dict[object, int] = {}
    nodes: list[dict[str, Any]] = []
    for node in distinct_nodes(region):
        index[shown_key(node)] = len(nodes)
        nodes.append(_record(node, index))
    return json.dumps({"format": FORMAT, "version": VERSION, "nodes": nodes}, allow_nan=False)


def _record(node: Region, index: Mapping[object, int]) -> dict[str, Any]:
    record: dict[str, Any] = {"kind": _KINDS[type(node)]}
    if isinstance(node, Hyperboloid):
        record |= {
            "name": node.name,
            "dtype": node.lower.dtype.name,
            "curvature": node.curvature,
            "edge": node.edge,
            "softness": node.softness,
            "lower": [_number(value) for value in node.lower.tolist()],
            "upper": [_number(value) for value in node.upper.tolist()],
        }
    elif isinstance(node, Attested):
        record |= {
            "rows": len(node.source),
            "evidence": _packed(node.evidence.astype("<f4")),
            "hyperboloid": _record(node.hyperboloid, index),
        }
    elif isinstance(node, Condition):
        holds = _packed(np.packbits(node.holds))
        record |= {"name": node.name, "rows": len(node.holds), "holds": holds}
    elif isinstance(node, Boosted):
        record["weight"] = node.weight
    if node.operands:
        record["operands"] = [index[shown_key(operand)] for operand in node.operands]
    return record


def _packed(array: NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _unpacked(text: str, dtype: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype)


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def from_json(text: str) -> Region:
    """Return the region that `to_json` wrote, equal to the one it was given.

    Raises:
        GeometryError: If the text is not such a region.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise GeometryError(
                f"expected {FORMAT} version {VERSION}, "
                f"got {document['format']} version {document['version']}"
            )
        nodes: list[Region] = []
        for record in document["nodes"]:
            nodes.append(_node(record, nodes))
        return nodes[-1]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, GeometryError):
            raise
        raise GeometryError(f"not a region in JSON: {type(error).__name__}: {error}") from error


def _node(record: Mapping[str, Any], before: list[Region]) -> Region:
    kind = record["kind"]
    if kind == "hyperboloid":
        dtype = {"float32": np.float32, "float64": np.float64}[record["dtype"]]
        return Hyperboloid.from_faces(
            np.array([float(value) for value in record["lower"]], dtype),
            np.array([float(value) for value in record["upper"]], dtype),
            record["curvature"],
            edge=record["edge"],
            softness=record["softness"],
            name=record["name"],
        )
    if kind == "attested":
        hyperboloid = _node(record["hyperboloid"], before)
        evidence = _unpacked(record["evidence"], "<f4")
        if len(evidence) != record["rows"] or not isinstance(hyperboloid, Hyperboloid):
            raise GeometryError("an attested region is a hyperboloid with evidence for each row")
        return Attested(hyperboloid, evidence)
    if kind == "condition":
        packed = _unpacked(record["holds"], "u1")
        rows = record["rows"]
        if len(packed) != (rows + 7) // 8:
            raise GeometryError(f"condition {record['name']!r} has {len(packed)} bytes of rows")
        return Condition(record["name"], np.unpackbits(packed, count=rows).astype(np.bool_))
    if kind in ("everything", "nothing"):
        return Everything() if kind == "everything" else Nothing()
    operands = [_earlier(before, position) for position in record["operands"]]
    if kind == "intersection":
        return Intersection(operands)
    if kind == "union":
        return Union(operands)
    (operand,) = operands
    if kind == "complement":
        return Complement(operand)
    if kind == "boosted":
        return Boosted(operand, record["weight"])
    raise GeometryError(f"unknown kind of region: {kind!r}")


def _earlier(before: list[Region], position: int) -> Region:
    if not 0 <= position < len(before):
        raise GeometryError(f"a node refers to node {position}, which does not come before it")
    return before[position]


def to_networkx(region: Region) -> networkx.DiGraph:
    """Return a region as a directed graph from each node to its operands.

    Nodes are numbered from 0, operands first; ``graph.graph["root"]`` is the region itself. They
    carry ``kind``, ``label`` and ``region``. An edge carries ``positions``, the places that the
    operand has under its node. Equal leaves of one name are one node.

    >>> fire = Hyperboloid([0.0], 1.0, name="fire")
    >>> graph = to_networkx(fire & ~fire)
    >>> sorted(graph.edges), graph.nodes[graph.graph["root"]]["kind"]
    ([(1, 0), (2, 0), (2, 1)], 'intersection')
    """
    import networkx

    graph = networkx.DiGraph(root=None)
    index: dict[object, int] = {}
    for number, node in enumerate(distinct_nodes(region)):
        index[shown_key(node)] = number
        kind = _KINDS[type(node)]
        label = to_text(node) if node.is_leaf else kind
        graph.add_node(number, kind=kind, label=label, region=node)
        for position, operand in enumerate(node.operands):
            below = index[shown_key(operand)]
            if graph.has_edge(number, below):
                graph.edges[number, below]["positions"].append(position)
            else:
                graph.add_edge(number, below, positions=[position])
        graph.graph["root"] = number
    return graph
