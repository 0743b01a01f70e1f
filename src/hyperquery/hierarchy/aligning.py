"""Aligning two taxonomies: the nodes of one are placed in a space that the other's are in.

A node of the other taxonomy is read twice: its name as a term, whose region has a margin at every
node's point, and its name with its path as a product, which has a point at a distance from theirs.
The sum of the margin and a share of the distance ranks the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.anthem.config import Config
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.engine import Engine
from hyperquery.engine.segment import Segment
from hyperquery.errors import ConfigError, QueryError
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.paths import all_paths
from hyperquery.hierarchy.terms import term_key
from hyperquery.query import Term

_CHILDREN_READ = 8  # of a node whose own name is hidden
_DISTANCE_WEIGHT = 0.3  # chosen on every second name that Best Buy and Shopify share


@dataclass(frozen=True)
class Alignment:
    """Where a node of one taxonomy belongs in another.

    Attributes:
        node: of the source.
        targets: nodes of the target, the nearest first.
        scores: of each, smaller is nearer.
    """

    node: str
    targets: tuple[str, ...]
    scores: tuple[float, ...]

    def __str__(self) -> str:
        pairs = zip(self.targets, self.scores, strict=True)
        return "\n".join([self.node, *(f"  {score:+.3f}  {target}" for target, score in pairs)])


class Aligner:
    """Places nodes of other taxonomies among those of one.

    Args:
        target: the taxonomy whose nodes are found.
        engine: fitted on :func:`records` of it.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> shop = from_paths(["TV > Stands", "TV > Mounts", "Garden > Chairs", "Garden > Tables"])
        >>> config = Config(dimension=8, steps=60, checks=6, batch_size=16)
        >>> aligner = Aligner.fit(shop, config=config, progress=False)
        >>> other = from_paths(["Video > TV stands"])
        >>> aligner.align(other, ["Video > TV stands"], k=1)[0].targets
        ('TV > Stands',)
    """

    def __init__(self, target: nx.DiGraph, engine: Engine) -> None:
        if list(engine.catalog.ids) != list(map(str, target)):
            raise TaxonomyError(
                "the engine is not over this taxonomy's nodes: fit it on records(target)"
            )
        self.engine = engine
        self._nodes = list(target)
        self._points = engine.points.astype(np.float64)

    @classmethod
    def fit(
        cls, target: nx.DiGraph, *, config: Config | None = None, progress: bool = True
    ) -> Aligner:
        """Train an engine on a taxonomy's nodes: each name is a title, each path a category."""
        engine = Engine.fit(records(target), config=config, progress=progress)
        return cls(target, engine)

    def align(
        self,
        source: nx.DiGraph,
        nodes: Iterable[str] | None = None,
        k: int = 5,
        *,
        hide_names: bool = False,
    ) -> list[Alignment]:
        """Return the nearest nodes for each node of another taxonomy.

        Args:
            source: the other taxonomy.
            nodes: of it; all if None.
            k: the most to return for each, at least 1.
            hide_names: whether a node is read without its own name, by its path above and the
                names of its children: what is to be found cannot be read off equal names then.

        Raises:
            ConfigError: If k is not positive.
        """
        if k < 1:
            raise ConfigError(f"k is how many nodes to return, at least 1, not {k}")
        wanted = list(source) if nodes is None else list(nodes)
        read = described(source, wanted, hide_names=hide_names)
        found = []
        for node, product, point in zip(wanted, read, self._placed(read), strict=True):
            scores = self._margins(product["title"]) + _DISTANCE_WEIGHT * self._distances(point)
            nearest = np.argsort(scores, kind="stable")[:k]
            targets = tuple(self._nodes[at] for at in nearest)
            found.append(Alignment(node, targets, tuple(scores[nearest].tolist())))
        return found

    def _margins(self, term: str) -> npt.NDArray[np.float64]:
        """Return the margin of every node in a term's region, all alike where it is unknown."""
        try:
            region = self.engine.region(Term(term))
        except QueryError:
            return np.zeros(len(self._nodes))
        return np.asarray(region.margin(self.engine.points), np.float64)

    def _placed(self, products: Sequence[dict[str, Any]]) -> npt.NDArray[np.float64]:
        segment = Segment.build(Catalog.from_records(list(products)), self.engine.model)
        return np.asarray(segment.index.points(segment.rows), np.float64)

    def _distances(self, point: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the geodesic distance to every node, (nodes,)."""
        curvature = self.engine.model.curvature
        chord = ((self._points - point) ** 2).sum(axis=1)
        if not curvature:
            return np.asarray(np.sqrt(chord))
        times = np.sqrt(1.0 / curvature + (self._points**2).sum(axis=1))
        time = np.sqrt(1.0 / curvature + (point**2).sum())
        # The Lorentz length of x - y: between near points arccosh would lose what arcsinh keeps.
        squared = np.maximum(chord - (times - time) ** 2, 0.0)
        return np.asarray(2.0 * np.arcsinh(np.sqrt(curvature * squared) / 2.0) / np.sqrt(curvature))


def records(graph: nx.DiGraph) -> list[dict[str, Any]]:
    """Return a taxonomy's nodes as products: the name is the title, the path the category.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> records(from_paths(["TV > Stands"]))[1]
        {'id': 'TV > Stands', 'title': 'Stands', 'category': ['TV', 'Stands']}
    """
    return [
        {"id": str(node), "title": path[-1], "category": list(path)}
        for node, path in all_paths(graph).items()
    ]


def described(
    graph: nx.DiGraph, nodes: Sequence[str], *, hide_names: bool = False
) -> list[dict[str, Any]]:
    """Return some nodes as products, with or without their own names.

    Without, the title is the names of some children, or of the parent where there are none, and
    the category is the path above.
    """
    paths = all_paths(graph)
    found: list[dict[str, Any]] = []
    for node in nodes:
        path = paths[node]
        title = path[-1]
        if hide_names:
            below = [paths[child][-1] for child in graph.successors(node)][:_CHILDREN_READ]
            path = path[:-1]
            title = ", ".join(below) or (path[-1] if path else "nothing known")
        found.append({"id": str(len(found)), "title": title, "category": list(path) or None})
    return found


def shared_names(source: nx.DiGraph, target: nx.DiGraph) -> dict[str, str]:
    """Return the nodes of two taxonomies whose name, by its words, each has exactly once.

    Returns:
        The target's node by the source's, in the source's order.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> shared_names(from_paths(["TV > Stands"]), from_paths(["Video > stands"]))
        {'TV > Stands': 'Video > stands'}
    """
    of_source, of_target = _unique_names(source), _unique_names(target)
    return {node: of_target[key] for key, node in of_source.items() if key in of_target}


def _unique_names(graph: nx.DiGraph) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for node, name in graph.nodes(data="name"):
        found.setdefault(term_key(str(name or node)), []).append(node)
    return {key: nodes[0] for key, nodes in found.items() if key and len(nodes) == 1}
