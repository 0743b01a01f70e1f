"""The hierarchy that a fitted engine holds: terms as a graph, by containment of their regions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np

from hyperquery.engine.engine import Engine
from hyperquery.errors import ConfigError
from hyperquery.hierarchy.building import set_depths
from hyperquery.hierarchy.containment import By, ByProducts, Containment, containment
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.learned import LearnedHierarchy
from hyperquery.hierarchy.relations import transitive_reduction
from hyperquery.hierarchy.terms import Kind, MinedTerm, chosen_terms, mined_terms
from hyperquery.query import Term

DEFAULT_LEAST_DEGREE = 0.8


def learn(
    engine: Engine,
    terms: Iterable[str] | None = None,
    *,
    kinds: Sequence[Kind] = ("category", "brand"),
    least_products: int = 5,
    by: By = "products",
    least_degree: float = DEFAULT_LEAST_DEGREE,
    smoothing: float = 0.0,
) -> LearnedHierarchy:
    """Learn which terms are above which from their regions.

    A term is above another if it is larger and the other is inside it at least to the least
    degree; of terms of equal size the earlier is above. What other edges imply is left out.

    Args:
        engine: over the catalog. Hierarchy is never given to it in training.
        terms: chosen ones; those of the catalog if None.
        kinds: of the catalog's terms, see :func:`hyperquery.hierarchy.terms.mined_terms`.
        least_products: how many products must have such a term.
        by: containment by the "products" inside the regions, or by the "boxes" alone.
        least_degree: above 0, at most 1.
        smoothing: the margin over which a product counts in part; 0 for in or out.

    Raises:
        TaxonomyError: If there is no term.
        ConfigError: If a setting is out of range.
        QueryError: If a chosen term is unknown.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> found = learn(demo_engine(), ["Electronics", "Tablets", "Fire TV", "Roku"])
        >>> list(found.graph.edges)
        [('Electronics', 'Tablets'), ('Electronics', 'Fire TV'), ('Electronics', 'Roku')]
    """
    if not 0.0 < least_degree <= 1.0:
        raise ConfigError(f"least_degree is above 0 and at most 1, not {least_degree}")
    if terms is None:
        entries = mined_terms(engine.catalog, kinds=kinds, least_products=least_products)
    else:
        entries = chosen_terms(terms)
    if not entries:
        raise TaxonomyError(
            "there is no term to make a hierarchy of: lower least_products, choose other kinds, "
            "or give terms"
        )
    measure = containment(engine, [term.text for term in entries], by=by, smoothing=smoothing)
    graph = containment_graph(entries, measure, least_degree)
    _set_geometry(graph, engine, measure)
    return LearnedHierarchy(engine, graph, measure, least_degree)


def containment_graph(
    entries: Sequence[MinedTerm], measure: Containment, least_degree: float
) -> nx.DiGraph:
    """Return the graph of terms by containment, parent to child, without implied edges.

    Args:
        entries: the terms.
        measure: over them, in the same order.
        least_degree: of a child in its parent.

    Returns:
        Nodes have ``name``, ``kind``, ``extent`` (their size in the measure), ``depth`` and, where
        the catalog says so, ``members``; edges have ``degree`` and ``reverse``, of the parent in
        the child.
    """
    sizes, degrees = measure.sizes, measure.degrees
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    above = (degrees >= least_degree) & (rank[None, :] < rank[:, None])
    graph = nx.DiGraph()
    for at, entry in enumerate(entries):
        graph.add_node(entry.text, name=entry.text, kind=entry.kind, extent=float(sizes[at]))
        if entry.members is not None:
            graph.nodes[entry.text]["members"] = entry.members
    for parent in order.tolist():
        for child in np.flatnonzero(above[:, parent]).tolist():
            graph.add_edge(
                entries[parent].text,
                entries[child].text,
                degree=float(degrees[child, parent]),
                reverse=float(degrees[parent, child]),
            )
    reduced = transitive_reduction(graph)
    set_depths(reduced)
    return reduced


def _set_geometry(graph: nx.DiGraph, engine: Engine, measure: Containment) -> None:
    """Give every node its box's ``radius`` and ``size``, and the number of ``products`` inside."""
    counted = isinstance(measure, ByProducts)
    for text, attributes in graph.nodes(data=True):
        box = engine.hyperboloid(text)
        attributes["radius"] = float(box.limit.mean())
        attributes["size"] = box.size
        attributes["products"] = (
            int(attributes["extent"]) if counted else len(engine.matches(Term(text)))
        )
