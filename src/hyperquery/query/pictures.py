"""Expressions as pictures: a text tree, Mermaid, Graphviz DOT, and a networkx graph.

All of them show the expression as it is written: a part that occurs twice is shown twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from hyperquery.query.expressions import And, AtLeast, Boost, Not, Or, number_text
from hyperquery.query.query import Query

MAX_DRAWN_DEPTH = 60
"""Deeper parts of a text tree are written on one line."""


class Occurrence(NamedTuple):
    """A node at its place in the written-out tree.

    Attributes:
        number: Counts the places from 0, each node before its operands.
        parent: The number of the place above, or None for the root.
        position: Which operand of that place it is, counted from 0.
        node: The node.
    """

    number: int
    parent: int | None
    position: int
    node: Query


def occurrences(query: Query) -> Iterator[Occurrence]:
    """Yield the places of the tree from top to bottom and left to right."""
    todo: list[tuple[int | None, int, Query]] = [(None, 0, query)]
    number = 0
    while todo:
        parent, position, node = todo.pop()
        yield Occurrence(number, parent, position, node)
        children = list(enumerate(node.children))
        todo.extend((number, place, child) for place, child in reversed(children))
        number += 1


def label(node: Query) -> str:
    """What a node says beside its operands.

    >>> from hyperquery.query import parse
    >>> label(parse("a AND b")), label(parse('"a b"')), label(parse("2 of (a, b, c)"))
    ('AND', '"a b"', '2 of')
    """
    match node:
        case And():
            return "AND"
        case Or():
            return "OR"
        case Not():
            return "NOT"
        case Boost(_, weight):
            return f"^{number_text(weight)}"
        case AtLeast(count, _):
            return f"{count} of"
    return str(node)


def tree(query: Query) -> str:
    """The expression as an indented tree; see `Query.tree`."""
    lines: list[str] = []
    # The node, its depth, what leads its line and what leads those of its operands.
    todo = [(query, 0, "", "")]
    while todo:
        node, depth, lead, below = todo.pop()
        if depth == MAX_DRAWN_DEPTH:
            lines.append(lead + str(node))
            continue
        lines.append(lead + label(node))
        branch, gap = "└── ", "    "
        for child in reversed(node.children):
            todo.append((child, depth + 1, below + branch, below + gap))
            branch, gap = "├── ", "│   "
    return "\n".join(lines)


def to_networkx(query: Query) -> Any:
    """The expression as a `networkx.DiGraph`, edges from each node to its operands.

    Nodes are numbers, 0 for the root, with the attributes `query` (the expression), `kind` (its
    class name) and `label`; edges have the attribute `position`, counted from 0.

    >>> from hyperquery.query import parse
    >>> graph = to_networkx(parse("fire AND NOT case"))
    >>> [graph.nodes[number]["label"] for number in graph.successors(0)]
    ['fire', 'NOT']
    """
    import networkx

    graph = networkx.DiGraph()
    for number, parent, position, node in occurrences(query):
        graph.add_node(number, query=node, kind=type(node).__name__, label=label(node))
        if parent is not None:
            graph.add_edge(parent, number, position=position)
    return graph


def to_mermaid(query: Query) -> str:
    """The expression as a Mermaid flowchart, for Markdown pages.

    >>> from hyperquery.query import parse
    >>> print(to_mermaid(parse("fire AND NOT case")))
    flowchart TD
        n0["AND"]
        n1["fire"]
        n0 --> n1
        n2["NOT"]
        n0 --> n2
        n3["case"]
        n2 --> n3
    """
    lines = ["flowchart TD"]
    for number, parent, _, node in occurrences(query):
        lines.append(f'    n{number}["{_mermaid(label(node))}"]')
        if parent is not None:
            lines.append(f"    n{parent} --> n{number}")
    return "\n".join(lines)


def to_dot(query: Query) -> str:
    """The expression as a Graphviz DOT graph.

    >>> from hyperquery.query import parse
    >>> print(to_dot(parse("fire AND NOT case")))
    digraph query {
        n0 [label="AND"];
        n1 [label="fire"];
        n0 -> n1;
        n2 [label="NOT"];
        n0 -> n2;
        n3 [label="case"];
        n2 -> n3;
    }
    """
    lines = ["digraph query {"]
    for number, parent, _, node in occurrences(query):
        text = label(node).replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'    n{number} [label="{text}"];')
        if parent is not None:
            lines.append(f"    n{parent} -> n{number};")
    return "\n".join([*lines, "}"])


def _mermaid(text: str) -> str:
    """A label with the characters that Mermaid or HTML would read written as entities."""
    return "".join(
        char if char.isalnum() or char in " .,:;-_+*/()^'{}=" else f"#{ord(char)};" for char in text
    )
