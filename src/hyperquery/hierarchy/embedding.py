"""A taxonomy as boxes: a category is below another where its box is inside the other's."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.errors import ConfigError
from hyperquery.hierarchy.boxes import Boxes, Floats, nested_boxes
from hyperquery.hierarchy.edge_lists import from_graph
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.nesting import nest
from hyperquery.hierarchy.ranking import Ints, Questions
from hyperquery.hierarchy.training import FROM_NESTED, FROM_SCRATCH, random_boxes, train

Start = Literal["nested", "random"]


@dataclass(frozen=True, eq=False)
class TaxonomyEmbedding:
    """Every node of a taxonomy as a point and a box of hyperbolic space.

    Attributes:
        graph: the taxonomy, parent to child.
        boxes: of its nodes, in the graph's order.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> embedding = embed(from_paths(["TV > Stands", "TV > Mounts", "Garden"]), 2)
        >>> embedding.contains("TV", "TV > Stands"), embedding.contains("Garden", "TV > Stands")
        (True, False)
        >>> embedding.parents_of("TV > Stands")
        ['TV']
        >>> embedding.lower.shape
        (4, 2)
    """

    graph: nx.DiGraph
    boxes: Boxes

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in the order of all arrays."""
        return tuple(self.graph)

    @property
    def points(self) -> Floats:
        """(nodes, d) space coordinates on the Lorentz sheet, each inside its box."""
        return self.boxes.points

    @property
    def lower(self) -> Floats:
        """(nodes, d) axial coordinates of the lower faces."""
        return self.boxes.lower

    @property
    def upper(self) -> Floats:
        """(nodes, d) axial coordinates of the upper faces."""
        return self.boxes.upper

    @property
    def dimension(self) -> int:
        """The number of axes."""
        return int(self.lower.shape[1])

    @property
    def curvature(self) -> float:
        """The positive kappa of a space of curvature -kappa, or 0."""
        return self.boxes.curvature

    def contains(self, parent: str, child: str) -> bool:
        """Whether the child's box is inside the parent's; a box is inside itself.

        Raises:
            TaxonomyError: If a node is unknown.
        """
        return self.score(child, parent) == 0.0

    def score(self, child: str, parent: str) -> float:
        """Return by how much the child's box is not inside the parent's; 0 is inside.

        It is the sum of squares of face coordinates; see :mod:`hyperquery.hierarchy.boxes`.

        Raises:
            TaxonomyError: If a node is unknown.
        """
        pair = np.array([[self._position(child)], [self._position(parent)]])
        return float(self.boxes.violations(pair[0], pair[1])[0])

    def rank(self, child: str, k: int | None = None) -> list[tuple[str, float]]:
        """Return the other nodes as candidates to be above a node, likeliest first.

        Boxes that contain the node's come first, the narrowest, which is the nearest, at the top;
        then those that it is least outside of.

        Args:
            child: a node.
            k: how many at most; all where None.

        Raises:
            TaxonomyError: If the node is unknown.
        """
        place = self._position(child)
        scores = self._scores(place)
        order = np.lexsort((self._widths, scores))
        order = order[order != place][:k]
        return [(self.nodes[at], float(scores[at])) for at in order.tolist()]

    def parents_of(self, child: str) -> list[str]:
        """Return the lowest nodes whose boxes contain a node's, in the graph's order.

        Raises:
            TaxonomyError: If the node is unknown.
        """
        place = self._position(child)
        above = np.flatnonzero(self._scores(place) == 0.0)
        above = above[above != place]
        inside = self.boxes.violations(np.repeat(above, len(above)), np.tile(above, len(above)))
        contained = (inside == 0.0).reshape(len(above), len(above))
        np.fill_diagonal(contained, False)
        # Equal boxes contain each other, and neither is lower.
        lowest = ~(contained & ~contained.T).any(axis=0)
        return [self.nodes[at] for at in above[lowest].tolist()]

    def strangers_ahead(self, questions: Questions) -> Ints:
        """Count for :func:`hyperquery.hierarchy.reconstruction`; see there."""
        return self.boxes.strangers_ahead(questions)

    def to_networkx(self) -> nx.DiGraph:
        """Return the taxonomy with ``point``, ``lower`` and ``upper`` of each node, as lists."""
        graph = self.graph.copy()
        for place, node in enumerate(self.nodes):
            graph.nodes[node].update(
                point=self.points[place].tolist(),
                lower=self.lower[place].tolist(),
                upper=self.upper[place].tolist(),
            )
        return graph

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to one file; see :mod:`hyperquery.hierarchy.storage`.

        Raises:
            TaxonomyError: If an attribute of a node cannot be saved.
            ModelFileError: If the file cannot be written.
        """
        from hyperquery.hierarchy.storage import save_embedding

        save_embedding(self, path)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {node: at for at, node in enumerate(self.nodes)}

    @cached_property
    def _widths(self) -> npt.NDArray[np.float64]:
        return np.asarray((self.upper - self.lower).sum(axis=1), np.float64)

    def _scores(self, place: int) -> Floats:
        everything = np.arange(len(self.nodes))
        return self.boxes.violations(np.full_like(everything, place), everything)

    def _position(self, node: str) -> int:
        place = self._positions.get(node)
        if place is None:
            close = get_close_matches(str(node), self.nodes, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise TaxonomyError(f"the taxonomy has no node {node!r}{hint}")
        return place


def embed(
    graph: nx.DiGraph,
    dimension: int = 5,
    *,
    curvature: float = 1.0,
    start: Start = "nested",
    epochs: int | None = None,
    seed: int = 0,
    progress: bool = True,
) -> TaxonomyEmbedding:
    """Embed a taxonomy as boxes, a child's box inside its parent's.

    The closed form (:mod:`hyperquery.hierarchy.nesting`) is exact for every tree, and for a graph
    with as many axes as it needs; then there is nothing to learn. Otherwise, or from a random
    start, boxes are trained on the transitive closure (:mod:`hyperquery.hierarchy.training`).

    Args:
        graph: acyclic, parent to child, as from :func:`hyperquery.hierarchy.read_taxonomy`.
        dimension: the number of axes, at least 1.
        curvature: the positive kappa of a space of curvature -kappa, or 0 for Euclidean boxes.
        start: "nested", the closed form, or "random".
        epochs: of training; by default none for an exact start, 100 for another nested one and
            200 for a random one.
        seed: of everything random; the same seed gives the same bits.
        progress: whether to show a progress bar on a terminal.

    Raises:
        TaxonomyError: If the graph has a cycle or no node.
        ConfigError: If a setting is out of range.

    Examples:
        >>> graph = nx.DiGraph([("animal", "dog"), ("pet", "dog"), ("animal", "cow")])
        >>> embed(graph, 2).parents_of("dog")
        ['animal', 'pet']
    """
    if dimension < 1 or not 0.0 <= curvature < np.inf or (epochs is not None and epochs < 0):
        raise ConfigError(
            f"an embedding needs a dimension of at least 1, a finite curvature of at least 0 and "
            f"epochs of at least 0, not {dimension!r}, {curvature!r} and {epochs!r}"
        )
    graph = from_graph(graph)
    if start == "nested":
        nesting = nest(graph, dimension, seed=seed)
        boxes = nested_boxes(nesting, curvature)
        settings = FROM_NESTED if nesting.inexact else replace(FROM_NESTED, epochs=0)
    elif start == "random":
        boxes = random_boxes(len(graph), dimension, curvature, seed=seed)
        settings = FROM_SCRATCH
    else:
        raise ConfigError(f'start is "nested" or "random", not {start!r}')
    if epochs is not None:
        settings = replace(settings, epochs=epochs)
    return TaxonomyEmbedding(graph, train(boxes, graph, settings, seed=seed, progress=progress))
