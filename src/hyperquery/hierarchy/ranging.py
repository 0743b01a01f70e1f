"""Queries that range over a hierarchy: what is under a category, its children, its siblings.

Each is a query expression, so that it combines with all others. Categories are asked for by the
catalog's field, by the term's region, or by either: ``category:Tablets OR Tablets``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

import networkx as nx

from hyperquery.engine.catalog import PATH_FIELD
from hyperquery.errors import ConfigError
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.learned import LearnedHierarchy
from hyperquery.hierarchy.paths import all_paths
from hyperquery.query import FieldEquals, Query, Term
from hyperquery.query.expressions import any_of

Asking = Literal["field", "term", "either"]

Hierarchy: TypeAlias = "nx.DiGraph | LearnedHierarchy"
"""A taxonomy, parent to child, or what an engine has learned."""


def under(name: str, hierarchy: Hierarchy | None = None, *, by: Asking = "field") -> Query:
    """Return the query for what is in a category or anywhere below it.

    A field condition on a category holds for all below it in the catalog's own tree. With a
    hierarchy all its categories below are asked for as well, which matters where it knows of
    others: a learned one, or another shop's.

    Args:
        name: a category's name or path; with a hierarchy one of its nodes, or their name.
        hierarchy: where to look for what is below; the catalog's own tree if None.
        by: the category "field", the "term", or "either".

    Raises:
        TaxonomyError: If the hierarchy has no such node, or several of the name.
        ConfigError: If ``by`` is something else.

    Examples:
        >>> print(under("Tablets", by="either") & Term("kids"))
        (category:Tablets OR Tablets) AND kids
        >>> graph = nx.DiGraph([("Electronics", "Tablets"), ("Electronics", "Audio")])
        >>> print(under("Electronics", graph, by="term"))
        Electronics OR Tablets OR Audio
    """
    if hierarchy is None:
        return _asked([(name, name.rpartition(">")[2].strip())], by)
    if isinstance(hierarchy, LearnedHierarchy):
        return _asked([(n, n) for n in [name, *hierarchy.descendants(name)]], by)
    node = node_named(hierarchy, name)
    below = nx.descendants(hierarchy, node)
    return _of_nodes(hierarchy, [node, *(n for n in hierarchy if n in below)], by)


def children_of(name: str, hierarchy: Hierarchy, *, by: Asking = "field") -> Query:
    """Return the query for what is in one of the categories directly below; see :func:`under`.

    Examples:
        >>> graph = nx.DiGraph([("Electronics", "Tablets"), ("Electronics", "Audio")])
        >>> print(children_of("Electronics", graph))
        category:Tablets OR category:Audio
    """
    if isinstance(hierarchy, LearnedHierarchy):
        return _asked([(n, n) for n in hierarchy.children(name)], by)
    node = node_named(hierarchy, name)
    return _of_nodes(hierarchy, list(hierarchy.successors(node)), by)


def siblings_of(name: str, hierarchy: Hierarchy, *, by: Asking = "field") -> Query:
    """Return the query for what is in another child of the same parents; see :func:`under`.

    Examples:
        >>> graph = nx.DiGraph([("Electronics", "Tablets"), ("Electronics", "Audio")])
        >>> print(siblings_of("Tablets", graph))
        category:Audio
    """
    if isinstance(hierarchy, LearnedHierarchy):
        return _asked([(n, n) for n in hierarchy.siblings(name)], by)
    node = node_named(hierarchy, name)
    found = (n for above in hierarchy.predecessors(node) for n in hierarchy.successors(above))
    return _of_nodes(hierarchy, [n for n in dict.fromkeys(found) if n != node], by)


def node_named(graph: nx.DiGraph, name: str) -> str:
    """Return the node of a taxonomy that is called so, by its key or its name.

    Raises:
        TaxonomyError: If there is none, or several of the name.
    """
    if name in graph:
        return name
    found = [node for node, called in graph.nodes(data="name") if called == name]
    if not found:
        raise TaxonomyError(f"the hierarchy has no node called {name!r}")
    if len(found) > 1:
        shown = ", ".join(map(repr, found[:3]))
        raise TaxonomyError(
            f"the hierarchy has {len(found)} nodes called {name!r}: give one of their keys, such "
            f"as {shown}"
        )
    return str(found[0])


def _of_nodes(graph: nx.DiGraph, nodes: Sequence[str], by: Asking) -> Query:
    known = all_paths(graph)
    paths = [known[node] for node in nodes]
    # A name that only one node has needs no path; a path says which of several is meant.
    times = Counter(path[-1] for path in known.values())
    return _asked(
        [(" > ".join(path) if times[path[-1]] > 1 else path[-1], path[-1]) for path in paths], by
    )


def _asked(named: Sequence[tuple[str, str]], by: Asking) -> Query:
    """Return the query for any of some categories, each a value of the field and a term."""
    if by not in {"field", "term", "either"}:
        raise ConfigError(f'categories are asked for by "field", "term" or "either", not {by!r}')
    asked: dict[Query, None] = {}
    for value, term in named:
        if by != "term":
            asked[FieldEquals(PATH_FIELD, value)] = None
        if by != "field":
            asked[Term(term)] = None
    return any_of(list(asked))
