"""Questions to a learned hierarchy, about its own terms and about any other text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import networkx as nx
import numpy as np

from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.containment import By, ByBoxes, Containment, containment
from hyperquery.hierarchy.placements import Placement
from hyperquery.hierarchy.placing import Placer
from hyperquery.hierarchy.terms import term_key
from hyperquery.query import Term


class Neighbourhood(NamedTuple):
    """What is around a text in the hierarchy; each nearest first.

    Attributes:
        parents: directly above.
        children: directly below.
        ancestors: all above.
        descendants: all below.
    """

    parents: tuple[str, ...]
    children: tuple[str, ...]
    ancestors: tuple[str, ...]
    descendants: tuple[str, ...]


class LearnedHierarchy:
    """Terms as a graph by containment of their regions, and questions to it.

    Make one with :func:`hyperquery.hierarchy.learn`. Texts are asked about as any search term; one
    that is not in the graph is put between those that contain it and those that it contains.

    Args:
        engine: that has the regions, as it was when the hierarchy was learned.
        graph: parent to child, nodes in the measure's order.
        measure: of containment between the nodes.
        least_degree: of a child in its parent.

    Attributes:
        engine: likewise.
        graph: the terms; see :func:`hyperquery.hierarchy.learning.containment_graph`.
        measure: likewise.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> from hyperquery.hierarchy import learn
        >>> found = learn(demo_engine())
        >>> found.closest_parent("Tablets")
        'Electronics'
        >>> found.path("kids tablet")[0]
        'Kids'
    """

    def __init__(
        self, engine: Engine, graph: nx.DiGraph, measure: Containment, least_degree: float
    ) -> None:
        self.engine = engine
        self.graph = graph
        self.measure = measure
        self._least_degree = least_degree
        self._nodes = list(graph)
        self._position = {node: at for at, node in enumerate(self._nodes)}
        self._by_key = {term_key(node): node for node in reversed(self._nodes)}
        self._unseen: dict[str, Neighbourhood] = {}

    def __repr__(self) -> str:
        edges = self.graph.number_of_edges()
        return f"LearnedHierarchy({len(self._nodes):,} terms, {edges:,} edges)"

    def node(self, text: str) -> str | None:
        """Return the graph's node for a text, by its words; None if there is none."""
        return text if text in self.graph else self._by_key.get(term_key(text))

    def parents(self, text: str) -> list[str]:
        """Return the terms directly above a text, nearest first.

        Raises:
            QueryError: If the text is not a term of the graph and none of its trigrams is known.
        """
        return list(self.around(text).parents)

    def children(self, text: str) -> list[str]:
        """Return the terms directly below a text, nearest first; see :meth:`parents`."""
        return list(self.around(text).children)

    def ancestors(self, text: str) -> list[str]:
        """Return all terms above a text, nearest first; see :meth:`parents`."""
        return list(self.around(text).ancestors)

    def descendants(self, text: str) -> list[str]:
        """Return all terms below a text, nearest first; see :meth:`parents`."""
        return list(self.around(text).descendants)

    def closest_parent(self, text: str) -> str | None:
        """Return the parent that is nearest to the text, None for a root."""
        return next(iter(self.around(text).parents), None)

    def path(self, text: str) -> list[str]:
        """Return the way from a root down to the text, over closest parents."""
        found = [self.node(text) or text]
        while (above := self.closest_parent(found[-1])) is not None:
            found.append(above)
        return found[::-1]

    def siblings(self, text: str) -> list[str]:
        """Return the other children of the closest parent, nearest to it first; none of a root."""
        parent = self.closest_parent(text)
        known = self.node(text)
        return [] if parent is None else [n for n in self.children(parent) if n != known]

    def lowest_common_ancestor(self, first: str, second: str) -> str | None:
        """Return the smallest term that is each of two texts or above it; None if there is none."""
        of_second = {self.node(second), *self.ancestors(second)}
        shared = [n for n in (self.node(first), *self.ancestors(first)) if n and n in of_second]
        return min(shared, key=self._size, default=None)

    def degree(self, child: str, parent: str) -> float:
        """Return how much of one text's region is in another's, from 0 to 1."""
        known = self.node(parent)
        if known is not None:
            return float(self._compared(child)[0][self._position[known]])
        known = self.node(child)
        if known is not None:
            return float(self._compared(parent)[1][self._position[known]])
        by: By = "boxes" if isinstance(self.measure, ByBoxes) else "products"
        return float(containment(self.engine, [child, parent], by=by).degrees[0, 1])

    def specificity(self, text: str) -> float:
        """Return how special a text is: 0 if its region holds all products, 1 if one or none.

        It is the logarithm of the share of products inside, over that of a single product.
        """
        products = len(self.engine)
        inside = max(len(self.engine.matches(Term(text))), 1)
        return math.log(products / inside) / math.log(products) if products > 1 else 1.0

    def place(self, title: str) -> Placement:
        """Return the category path for a new product; see :meth:`Placer.place`.

        Raises:
            TaxonomyError: If no product of the catalog has a category.
        """
        return self.placer.place(title)

    @cached_property
    def placer(self) -> Placer:
        """What places products, calibrated on the catalog's own at the first use."""
        return Placer(self.engine)

    def around(self, text: str) -> Neighbourhood:
        """Return what is around a text; see :meth:`parents`."""
        known = self.node(text)
        if known is None:
            key = " ".join(text.split())
            if key not in self._unseen:
                self._unseen[key] = self._around_unseen(key)
            return self._unseen[key]
        graph = self.graph
        return self._neighbourhood(
            known,
            graph.predecessors(known),
            graph.successors(known),
            nx.ancestors(graph, known),
            nx.descendants(graph, known),
        )

    def _around_unseen(self, text: str) -> Neighbourhood:
        inside, around, size = self.measure.compare(text)
        sizes = self.measure.sizes
        # Where both contain each other alike, the text that was not asked for is above.
        larger = sizes >= size
        above = {self._nodes[at] for at in np.flatnonzero((inside >= self._least_degree) & larger)}
        below = {self._nodes[at] for at in np.flatnonzero((around >= self._least_degree) & ~larger)}
        above |= {node for found in above for node in nx.ancestors(self.graph, found)}
        below |= {node for found in below for node in nx.descendants(self.graph, found)}
        below -= above
        parents = (n for n in above if above.isdisjoint(nx.descendants(self.graph, n)))
        children = (n for n in below if below.isdisjoint(nx.ancestors(self.graph, n)))
        return self._neighbourhood(text, parents, children, above, below)

    def _neighbourhood(
        self,
        text: str,
        parents: Iterable[str],
        children: Iterable[str],
        ancestors: Iterable[str],
        descendants: Iterable[str],
    ) -> Neighbourhood:
        inside, _, size = self._compared(text)
        # The share of what either holds that both do: parents that are far too wide come last.
        shared = inside * size
        whole = size + self.measure.sizes - shared
        alike = np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)

        def nearest_first(found: Iterable[str]) -> tuple[str, ...]:
            places = sorted(self._position[node] for node in found)
            return tuple(self._nodes[at] for at in sorted(places, key=lambda at: -alike[at]))

        return Neighbourhood(*map(nearest_first, (parents, children, ancestors, descendants)))

    def _compared(self, text: str) -> tuple[np.ndarray, np.ndarray, float]:
        known = self.node(text)
        if known is None:
            return self.measure.compare(text)
        at, degrees = self._position[known], self.measure.degrees
        return degrees[at], degrees[:, at], float(self.measure.sizes[at])

    def _size(self, node: str) -> float:
        return float(self.measure.sizes[self._position[node]])
