"""Placing products in a catalog's category tree by regions of names and by the products around.

How likely each path of the catalog is for a product is the softmax of a score that is linear in six
things: the margins of its names' regions at the product's point (of the last name, the mean of
those above it, the first), the logarithm of how many products have the path, the logarithm of the
share that the path has of the nearest products' votes, and the mean share of its categories. The
six weights are fitted to products whose paths are known. A category's confidence is the sum over
the paths through it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from hyperquery.anthem.model import TermCode
from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.engine.engine import Engine
from hyperquery.engine.segment import Segment
from hyperquery.errors import QueryError
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.path_tree import PathTree
from hyperquery.hierarchy.placements import Path, Placement, voted

Floats = npt.NDArray[np.float64]

_CALIBRATED_ON = 500  # of the catalog's products, evenly spread, unless others are given
_START = (3.0, 1.0, 1.0, 0.2, 0.5, 1.0)  # where the weights start, of the order of what is found
_PULL = 1e-3  # by which they are drawn there, so that few products do not send them far
_BLOCK = 1000  # products scored at a time; each takes a score for every path
_VOTERS = 20  # products around a new one that vote for their paths
_NO_VOTE = 0.01  # the share that a path without a vote counts as having


class Placer:
    """Places products that are known by their titles.

    Args:
        engine: over products with categories.
        held_out: a catalog, or any kind of table, with ``title`` and ``category`` of products that
            the engine was not trained on, to calibrate confidences. Products of the catalog if
            None, read by their titles alone: confidences then are too high for new products.

    Raises:
        TaxonomyError: If no product of the catalog has a category, or none held out has a path
            that the catalog knows.
    """

    def __init__(self, engine: Engine, held_out: object = None) -> None:
        self._model = engine.model
        catalog = engine.catalog
        counts = Counter(path for path in paths_of(catalog) if path)
        if not counts:
            raise TaxonomyError(f"no product has a {PATH_FIELD}: there is no tree to place into")
        self.paths: tuple[Path, ...] = tuple(counts)
        self.names: tuple[str, ...] = tuple(dict.fromkeys(n for path in counts for n in path))
        self._codes = [_code(engine, name) for name in self.names]
        self._prior = np.log(np.array(list(counts.values()), np.float64))
        self._tree = PathTree(self.paths, self.names)
        self._neighbours = titles_of(engine)
        self._neighbour_paths = paths_of(catalog)
        self._rows = catalog.positions
        if held_out is None:
            held_out = _spread(catalog)
        known = held_out if isinstance(held_out, Catalog) else Catalog.read(held_out)
        self.weights = self._fitted(known)

    def place(self, title: str) -> Placement:
        """Return the category path for a title, with a confidence at each level.

        Examples:
            >>> from hyperquery.demo import demo_engine
            >>> Placer(demo_engine()).place("kids tablet with 7 inch screen").path
            ('Electronics', 'Tablets', 'Kids Tablets')
        """
        return self.place_many([title])[0]

    def place_many(self, titles: Sequence[str]) -> list[Placement]:
        """Return the category path for each title."""
        return [
            voted(dict(zip(self.paths, row, strict=True)))
            for start in range(0, len(titles), _BLOCK)
            for row in np.exp(self.log_likelihoods(titles[start : start + _BLOCK])).tolist()
        ]

    def log_likelihoods(self, titles: Sequence[str], own: Sequence[int] | None = None) -> Floats:
        """Return the logarithm of how likely each path is for each title, (titles, paths).

        Args:
            titles: of products.
            own: their positions in the catalog if they are there, so that they do not vote for
                themselves.
        """
        scores = np.tensordot(self._features(titles, own), self.weights, axes=([2], [0]))
        return _log_softmax(scores)

    def place_by_neighbours(self, title: str, k: int = 10) -> Placement:
        """Return the path that the k nearest products' paths vote for.

        Products are compared by their points, of titles alone; a nearer one's vote weighs more.

        Args:
            title: of the product.
            k: the number of products that vote.
        """
        return self.place_many_by_neighbours([title], k)[0]

    def place_many_by_neighbours(self, titles: Sequence[str], k: int = 10) -> list[Placement]:
        """Return the path for each title that its nearest products vote for."""
        return [
            self.vote([self._neighbour_paths[row] for row in rows])
            for rows in self.nearest_rows(titles, k)
        ]

    def nearest_rows(self, titles: Sequence[str], k: int) -> npt.NDArray[np.int64]:
        """Return the positions of the k products nearest to each title, (titles, k)."""
        known = self._neighbours.index.points(self._neighbours.rows)
        curvature = self._model.curvature
        # On the sheet the distance grows with -<x, y>: the product of the times less the dot.
        times = np.sqrt(1.0 / curvature + (known**2).sum(axis=1)) if curvature else None
        found = np.empty((len(titles), min(k, len(known))), np.int64)
        for row, point in enumerate(self._points(_catalog_of(titles))):
            if times is None:
                away = ((known - point) ** 2).sum(axis=1)
            else:
                away = times * np.sqrt(1.0 / curvature + (point**2).sum()) - known @ point
            found[row] = _least(away, k)
        return found

    def vote(self, paths: Sequence[Path]) -> Placement:
        """Return the path that ranked products' paths vote for, the n-th with weight 1 / n."""
        weights: dict[Path, float] = {}
        for rank, path in enumerate(paths, start=1):
            if path:
                weights[path] = weights.get(path, 0.0) + 1.0 / rank
        return voted(weights)

    def margins(self, titles: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the margin of each name's region at each title's point, (titles, names)."""
        return self._margins_of(Segment.build(_catalog_of(titles), self._model))

    def _margins_of(self, segment: Segment) -> npt.NDArray[np.float32]:
        found = np.full((len(segment), len(self.names)), np.nan, np.float32)
        points = segment.index.points(segment.rows)
        for column, (name, code) in enumerate(zip(self.names, self._codes, strict=True)):
            if code is not None:
                found[:, column] = segment.term(name, code).margin(points)
        unknown = np.isnan(found)
        return np.where(unknown, np.nanmax(found, axis=1, keepdims=True), found)

    def _points(self, catalog: Catalog) -> npt.NDArray[np.float32]:
        segment = Segment.build(catalog, self._model)
        return segment.index.points(segment.rows)

    def _features(
        self, titles: Sequence[str], own: Sequence[int] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return what the weights weigh, (titles, paths, 6)."""
        margins, tree = self.margins(titles), self._tree
        prior = np.broadcast_to(self._prior, (len(titles), len(self.paths)))
        votes = self._votes(titles, own)
        parts = [
            -margins[:, tree.last],
            -(margins @ tree.above),
            -margins[:, tree.first],
            prior,
            np.log(votes + _NO_VOTE),
            tree.mean_through(votes),
        ]
        return np.stack(parts, axis=2).astype(np.float32)

    def _votes(self, titles: Sequence[str], own: Sequence[int] | None) -> npt.NDArray[np.float32]:
        """Return the share that each path has of the nearest products' votes, (titles, paths)."""
        votes = np.zeros((len(titles), len(self.paths)), np.float32)
        column = {path: at for at, path in enumerate(self.paths)}
        nearest = self.nearest_rows(titles, _VOTERS + 1)
        for number, rows in enumerate(nearest.tolist()):
            if own is not None:
                rows = [row for row in rows if row != own[number]]
            for rank, row in enumerate(rows[:_VOTERS], start=1):
                path = self._neighbour_paths[row]
                if path:
                    votes[number, column[path]] += 1.0 / rank
        return np.asarray(votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-9))

    def _fitted(self, known: Catalog) -> Floats:
        """Return the weights that make the known paths most likely."""
        at = {path: number for number, path in enumerate(self.paths)}
        rows = [row for row, path in enumerate(paths_of(known)) if path in at]
        if not rows:
            raise TaxonomyError(
                "no product held out has a category path of the catalog: there is nothing to "
                "calibrate confidences on"
            )
        titles = [known.titles[row] for row in rows]
        own = [self._rows.get(known.ids[row], -1) for row in rows]
        features = torch.from_numpy(self._features(titles, own)).double()
        paths = paths_of(known)
        wanted = torch.tensor([at[paths[row]] for row in rows])
        start = torch.tensor(_START, dtype=torch.float64)
        weights = start.clone().requires_grad_()
        optimizer = torch.optim.LBFGS([weights], max_iter=50, line_search_fn="strong_wolfe")

        def loss() -> torch.Tensor:
            optimizer.zero_grad()
            found = torch.nn.functional.cross_entropy(features @ weights, wanted)
            found = found + _PULL * ((weights - start) ** 2).sum()
            found.backward()  # type: ignore[no-untyped-call]
            return found

        optimizer.step(loss)  # type: ignore[no-untyped-call]
        return np.asarray(weights.detach().numpy(), np.float64)


def paths_of(catalog: Catalog) -> list[Path]:
    """Return the category path of each product, empty where it has none."""
    return [tuple(path or ()) for path in catalog.fields.get(PATH_FIELD, [()] * len(catalog))]


def titles_of(engine: Engine) -> Segment:
    """Return an engine's products by their titles alone; terms are read as the engine does."""
    titles = Catalog.from_table(engine.catalog.table.select(["id", "title"]))
    found = Segment.build(titles, engine.model)
    words = engine.collection.new_words  # of names of categories, too
    return Segment(titles, found.index, engine.model.vocabulary, new_words=words)


def _catalog_of(titles: Sequence[str]) -> Catalog:
    return Catalog.from_records([{"id": str(n), "title": title} for n, title in enumerate(titles)])


def _spread(catalog: Catalog) -> Catalog:
    """Return some products with categories, evenly spread."""
    rows = np.flatnonzero([bool(path) for path in paths_of(catalog)])
    return catalog.select(rows[:: max(1, len(rows) // _CALIBRATED_ON)])


def _code(engine: Engine, name: str) -> TermCode | None:
    """Return what the model makes of a name, None if nothing of it is known."""
    try:
        return engine.model.encode_term(name)
    except QueryError:
        return None


def _least(values: npt.NDArray[np.floating], k: int) -> npt.NDArray[np.int64]:
    """Return the positions of the k smallest values, ties in order."""
    if k < len(values):
        among = np.flatnonzero(values <= np.partition(values, k - 1)[k - 1])
    else:
        among = np.arange(len(values))
    return np.asarray(among[np.argsort(values[among], kind="stable")][:k])


def _log_softmax(scores: npt.NDArray[np.floating]) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float64)
