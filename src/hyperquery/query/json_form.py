"""Expressions as JSON: a stable format with a version.

The format is flat, so that no reader or writer has to recurse: a list of nodes, each before the
one that holds it, the root last. Operands are indices into the list.

    {"hyperquery": 1, "nodes": [{"term": "fire"}, {"term": "case"}, {"not": 1}, {"and": [0, 2]}]}
"""

from __future__ import annotations

import json
from typing import Any

from hyperquery.query.errors import QueryError, QueryTypeError
from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Term,
)
from hyperquery.query.query import Query
from hyperquery.query.traversal import postorder

VERSION = 1


def to_json(query: Query) -> str:
    """The expression as JSON text; `from_json` reads it.

    >>> from hyperquery.query import parse
    >>> print(to_json(parse("fire price<100")))
    {"hyperquery": 1, "nodes": [{"term": "fire"},
    {"field": "price", "low": null, "high": 100.0, "include_low": true, "include_high": false},
    {"and": [0, 1]}]}
    """
    index: dict[int, int] = {}
    nodes: list[dict[str, Any]] = []
    for node in postorder(query):
        index[id(node)] = len(nodes)
        nodes.append(_written(node, [index[id(child)] for child in node.children]))
    return json.dumps({"hyperquery": VERSION, "nodes": nodes}, ensure_ascii=False)


def _written(node: Query, children: list[int]) -> dict[str, Any]:
    match node:
        case Term(text):
            return {"term": text}
        case Phrase(text):
            return {"phrase": text}
        case And():
            return {"and": children}
        case Or():
            return {"or": children}
        case Not():
            return {"not": children[0]}
        case Boost(_, weight):
            return {"boost": children[0], "weight": weight}
        case AtLeast(count, _):
            return {"at_least": count, "of": children}
        case FieldEquals(field, value):
            return {"field": field, "equals": value}
        case FieldRange():
            return dict(zip(FieldRange.__match_args__, node.data, strict=True))
        case Everything():
            return {"everything": True}
        case Nothing():
            return {"nothing": True}
    raise QueryTypeError(f"{type(node).__name__} has no JSON form")


def from_json(text: str) -> Query:
    """The expression that `to_json` wrote.

    Raises:
        QueryError: If the text is not of that format.

    >>> from_json('{"hyperquery": 1, "nodes": [{"term": "fire"}, {"not": 0}]}')
    Not(Term('fire'))
    """
    try:
        document = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise QueryError(f"this is no JSON text: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("nodes"), list):
        raise QueryError('a query in JSON is {"hyperquery": 1, "nodes": [...]}')
    version = document.get("hyperquery")
    if version != VERSION:
        raise QueryError(
            f"this query has format version {version!r}, and this hyperquery reads {VERSION}"
        )
    nodes: list[Query] = []
    for number, written in enumerate(document["nodes"]):
        try:
            nodes.append(_read(written, nodes))
        except (KeyError, IndexError, TypeError, QueryError) as error:
            raise QueryError(f"node {number} of the query in JSON, {written!r}: {error}") from None
    if not nodes:
        raise QueryError("the query in JSON has no nodes")
    return nodes[-1]


def _read(written: Any, nodes: list[Query]) -> Query:
    def earlier(index: object) -> Query:
        if type(index) is not int or not 0 <= index < len(nodes):
            raise QueryError(f"{index!r} is not the index of an earlier node")
        return nodes[index]

    match written:
        case {"term": text, **rest} if not rest:
            return Term(text)
        case {"phrase": text, **rest} if not rest:
            return Phrase(text)
        case {"and": [*operands], **rest} if not rest:
            return And(*map(earlier, operands))
        case {"or": [*operands], **rest} if not rest:
            return Or(*map(earlier, operands))
        case {"not": operand, **rest} if not rest:
            return Not(earlier(operand))
        case {"boost": operand, "weight": weight, **rest} if not rest:
            return Boost(earlier(operand), weight)
        case {"at_least": count, "of": [*operands], **rest} if not rest:
            return AtLeast(count, *map(earlier, operands))
        case {"field": field, "equals": value, **rest} if not rest:
            return FieldEquals(field, value)
        case {"field": _, "low": _, "high": _, "include_low": _, "include_high": _}:
            return FieldRange(**written)
        case {"everything": True, **rest} if not rest:
            return Everything()
        case {"nothing": True, **rest} if not rest:
            return Nothing()
    raise QueryError("no such node")
