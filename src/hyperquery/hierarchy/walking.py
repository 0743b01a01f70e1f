"""Walking a query up and down a hierarchy: wider and narrower queries, with what they match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hyperquery.engine.catalog import PATH_FIELD
from hyperquery.hierarchy.learned import LearnedHierarchy
from hyperquery.query import And, Boost, Everything, FieldEquals, Or, Phrase, Query, Term

Place = tuple[int, ...]
"""Where a leaf is: which operand to take, from the root of the expression down."""


@dataclass(frozen=True)
class Step:
    """A query on the way.

    Attributes:
        query: to search with.
        products: inside its region.
        replaced: the part of the query before that is another one here; None for the query that
            the walk starts from.
        by: what is in its place.
    """

    query: Query
    products: int
    replaced: Query | None = None
    by: Query | None = None

    def __str__(self) -> str:
        return f"{self.products:>6,}  {self.query}"


def generalize(hierarchy: LearnedHierarchy, query: Query) -> tuple[Step, ...]:
    """Return ever wider queries, from the query itself to everything.

    Each step puts a term above in the place of one term, or the category above in the place of one
    category condition; a root gives way to everything, which the query is rid of then. As a parent
    holds most of a term's products, not all, the term above is the nearest, over closest parents,
    with which the query does not match fewer. Of the parts that can be replaced, the one that adds
    the fewest products is. Negated parts, numbers and other fields stay.

    Args:
        hierarchy: whose terms take the place of others.
        query: where to start.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> from hyperquery.hierarchy import learn
        >>> from hyperquery.query import parse
        >>> found = learn(demo_engine())
        >>> for step in generalize(found, parse("streaming stick AND price<40")):
        ...     print(step)
            11  streaming stick AND price<40
            18  Streaming Media Players AND price<40
            75  Electronics AND price<40
           531  price<40
    """
    steps = [Step(query, _count(hierarchy, query))]
    while leaves := _positive_leaves(steps[-1].query):
        wider = [_widened(hierarchy, steps[-1], place, leaf) for place, leaf in leaves]
        steps.append(min(wider, key=lambda step: step.products))
    return tuple(steps)


def specialize(hierarchy: LearnedHierarchy, query: Query) -> tuple[Step, ...]:
    """Return the next narrower queries that something matches, most products first.

    Each puts one child in the place of one term, or one category below in the place of a category
    condition. To go on, specialize one of them.

    Args:
        hierarchy: whose terms take the place of others.
        query: where to start.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> from hyperquery.hierarchy import learn
        >>> from hyperquery.query import parse
        >>> found = learn(demo_engine())
        >>> for step in specialize(found, parse("tablets AND price<100"))[:2]:
        ...     print(step)
             4  Fire Tablets AND price<100
             4  Kids Tablets AND price<100
    """
    found = [
        _step(hierarchy, query, place, leaf, below)
        for place, leaf in _positive_leaves(query)
        for below in _below(hierarchy, leaf)
    ]
    return tuple(sorted((step for step in found if step.products), key=lambda s: -s.products))


def _widened(hierarchy: LearnedHierarchy, before: Step, place: Place, leaf: Query) -> Step:
    for above in _above(hierarchy, leaf):
        step = _step(hierarchy, before.query, place, leaf, above)
        if step.products >= before.products:
            return step
    return _step(hierarchy, before.query, place, leaf, Everything())


def _above(hierarchy: LearnedHierarchy, leaf: Query) -> list[Query]:
    """Return what may take the place of a leaf, nearest first."""
    if isinstance(leaf, FieldEquals):
        path = _category_path(hierarchy, leaf)
        ends = range(len(path) - 1, 0, -1)
        return [FieldEquals(PATH_FIELD, " > ".join(path[:end])) for end in ends]
    assert isinstance(leaf, Term | Phrase)
    return [Term(name) for name in hierarchy.path(leaf.text)[-2::-1]]


def _below(hierarchy: LearnedHierarchy, leaf: Query) -> list[Query]:
    if isinstance(leaf, FieldEquals):
        path = _category_path(hierarchy, leaf)
        values = dict.fromkeys(
            " > ".join(known[: len(path) + 1])
            for known in _category_paths(hierarchy)
            if known[: len(path)] == path and len(known) > len(path)
        )
        return [FieldEquals(PATH_FIELD, value) for value in values]
    assert isinstance(leaf, Term | Phrase)
    return [Term(child) for child in hierarchy.children(leaf.text)]


def _category_path(hierarchy: LearnedHierarchy, condition: FieldEquals) -> tuple[str, ...]:
    """Return the first whole path that ends where the condition's does, or else what it says."""
    wanted = [_folded(name) for name in condition.value.split(">")]
    for path in _category_paths(hierarchy):
        for end in range(len(wanted), len(path) + 1):
            if [_folded(name) for name in path[end - len(wanted) : end]] == wanted:
                return path[:end]
    return tuple(name.strip() for name in condition.value.split(">"))


def _category_paths(hierarchy: LearnedHierarchy) -> Iterator[tuple[str, ...]]:
    found = hierarchy.engine.catalog.fields.get(PATH_FIELD, ())
    return (path for path in dict.fromkeys(found) if path)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _positive_leaves(query: Query) -> list[tuple[Place, Query]]:
    """Return the terms, phrases and category conditions that are not negated, with their places."""
    found: list[tuple[Place, Query]] = []
    stack: list[tuple[Place, Query]] = [((), query)]
    while stack:
        place, node = stack.pop()
        if isinstance(node, Term | Phrase) or (
            isinstance(node, FieldEquals) and node.field == PATH_FIELD
        ):
            found.append((place, node))
        elif isinstance(node, And | Or | Boost):
            stack.extend(((*place, at), child) for at, child in enumerate(node.children))
    return sorted(found, key=lambda pair: pair[0])


def _step(hierarchy: LearnedHierarchy, query: Query, place: Place, leaf: Query, by: Query) -> Step:
    nodes = [query]
    for at in place:
        nodes.append(nodes[-1].children[at])
    new = by
    for node, at in zip(reversed(nodes[:-1]), reversed(place), strict=True):
        children = list(node.children)
        children[at] = new
        new = node.replaced(children)
    if isinstance(by, Everything):
        new = new.simplify()
    return Step(new, _count(hierarchy, new), leaf, by)


def _count(hierarchy: LearnedHierarchy, query: Query) -> int:
    return len(hierarchy.engine.matches(query))
