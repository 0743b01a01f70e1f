"""Walking expressions without recursion, however deep and however shared they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hyperquery.query.query import Query

Result = TypeVar("Result")


def postorder(query: Query) -> Iterator[Query]:
    """Yield every distinct node object once, operands before the node that holds them.

    An object that occurs in several places is yielded at the first of them only, so the cost
    is linear in the number of objects even where the written-out tree would be far larger.

    >>> from hyperquery.query import parse
    >>> [str(node) for node in postorder(parse("fire AND NOT stick"))]
    ['fire', 'stick', 'NOT stick', 'fire AND NOT stick']
    """
    seen: set[int] = set()
    stack = [(query, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.children))


def fold(query: Query, combine: Callable[[Query, list[Result]], Result]) -> Result:
    """Compute a value bottom-up: `combine` gets a node and the values of its operands.

    Each distinct node object is combined once. This is the loop that compiles, prints and
    rewrites expressions; it works at any depth.

    >>> from hyperquery.query import parse
    >>> fold(parse("a AND (b OR c)"), lambda node, depths: 1 + max(depths, default=0))
    3
    """
    values: dict[int, Result] = {}
    for node in postorder(query):
        values[id(node)] = combine(node, [values[id(child)] for child in node.children])
    return values[id(query)]


def leaves(query: Query) -> Iterator[Query]:
    """Yield the distinct leaf objects from left to right."""
    return (node for node in postorder(query) if not node.children)


def same(left: Query, right: Query) -> bool:
    """Whether two expressions are the same tree."""
    seen: set[tuple[int, int]] = set()
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        if type(a) is not type(b) or hash(a) != hash(b) or a.data != b.data:
            return False
        if len(a.children) != len(b.children):
            return False
        seen.add((id(a), id(b)))
        stack.extend(zip(a.children, b.children, strict=True))
    return True
