"""How much of one term's region is in another's: by the products inside, or by the boxes.

By products, the degree of a child in a parent is the share of the products inside the child's
region that are inside the parent's; it is what a search would say. By boxes, it is the share of
the axes on which the parent's faces enclose the child's. Trained boxes hardly nest, while the
products inside them do, so products are the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hyperquery.engine.distinct import Mask
from hyperquery.engine.engine import Engine
from hyperquery.errors import ConfigError
from hyperquery.query import Term

Floats = npt.NDArray[np.float64]

By = Literal["products", "boxes"]

_BLOCK = 1 << 16  # products whose overlaps are counted at a time


class Compared(NamedTuple):
    """How a text's region lies to those of the known terms.

    Attributes:
        inside: (terms,) degree of the text in each term.
        around: (terms,) degree of each term in the text.
        size: of the text, in the measure's own unit.
    """

    inside: Floats
    around: Floats
    size: float


class Containment(Protocol):
    """A measure of containment between known terms, and of any text with them."""

    @property
    def sizes(self) -> Floats:
        """(terms,) how large each is; only a larger one may be above another."""

    @property
    def degrees(self) -> Floats:
        """(terms, terms) degree of the row's term in the column's, from 0 to 1."""

    def compare(self, text: str) -> Compared:
        """Return how any text lies to the known terms."""


class ByProducts:
    """Containment by the products inside the regions.

    Args:
        engine: that has the regions.
        terms: the known terms.
    """

    def __init__(self, engine: Engine, terms: Sequence[str]) -> None:
        self._engine = engine
        self._rows = [np.flatnonzero(self.of(term)).astype(np.int32) for term in terms]

    def of(self, text: str) -> Mask:
        """Return which products are inside a text's region, (products,)."""
        return self._engine.inside(Term(text))

    @cached_property
    def sizes(self) -> Floats:
        """(terms,) products inside each."""
        return np.array([len(rows) for rows in self._rows], np.float64)

    @cached_property
    def degrees(self) -> Floats:
        """(terms, terms) share of the row's products that the column's region holds."""
        return _shares(_shared(self._rows, len(self._engine)), self.sizes[:, None])

    def compare(self, text: str) -> Compared:
        """Return how any text lies to the known terms."""
        inside = self.of(text)
        shared = np.array([np.count_nonzero(inside[rows]) for rows in self._rows], np.float64)
        size = float(np.count_nonzero(inside))
        return Compared(_shares(shared, np.full(len(shared), size)), _shares(shared, self.sizes),
                        size)  # fmt: skip


class ByMargins:
    """Containment by products that count in part, the more the deeper inside they are.

    Args:
        engine: that has the regions.
        terms: the known terms.
        smoothing: the margin over which a product counts in part: it is inside by
            ``sigmoid(-margin / smoothing)``, and degrees are expected shares.
    """

    def __init__(self, engine: Engine, terms: Sequence[str], smoothing: float) -> None:
        self._engine = engine
        self._smoothing = smoothing
        self._inside = np.empty((len(terms), len(engine)), np.float32)
        for row, term in enumerate(terms):
            self._inside[row] = self.of(term)

    def of(self, text: str) -> npt.NDArray[np.float32]:
        """Return how far each product is inside a text's region, (products,)."""
        margins = self._engine.region(Term(text)).margin(self._engine.points)
        return np.asarray(0.5 - 0.5 * np.tanh(margins / (2.0 * self._smoothing)), np.float32)

    @cached_property
    def sizes(self) -> Floats:
        """(terms,) products expected inside each."""
        return np.asarray(self._inside.sum(axis=1, dtype=np.float64))

    @cached_property
    def degrees(self) -> Floats:
        """(terms, terms) share of the row's products that the column's region holds."""
        shared = np.zeros((len(self._inside),) * 2)
        for start in range(0, self._inside.shape[1], _BLOCK):
            block = self._inside[:, start : start + _BLOCK]
            shared += block @ block.T
        return _shares(shared, self.sizes[:, None])

    def compare(self, text: str) -> Compared:
        """Return how any text lies to the known terms."""
        row = self.of(text)
        shared = np.asarray(self._inside @ row, np.float64)
        size = float(row.sum(dtype=np.float64))
        return Compared(_shares(shared, np.full(len(shared), size)), _shares(shared, self.sizes),
                        size)  # fmt: skip


class ByBoxes:
    """Containment by the faces of the boxes alone.

    Args:
        engine: that has the boxes.
        terms: the known terms.
    """

    def __init__(self, engine: Engine, terms: Sequence[str]) -> None:
        self._engine = engine
        boxes = [engine.hyperboloid(term) for term in terms]
        dimension = engine.model.config.dimension
        self._lower = np.array([box.lower for box in boxes]).reshape(-1, dimension)
        self._upper = np.array([box.upper for box in boxes]).reshape(-1, dimension)
        self.sizes: Floats = np.array([box.size for box in boxes], np.float64)

    @cached_property
    def degrees(self) -> Floats:
        """(terms, terms) share of axes on which the column's faces enclose the row's."""
        pairs = zip(self._lower, self._upper, strict=True)
        found = [self._enclosing(lower, upper) for lower, upper in pairs]
        return np.array(found).reshape(len(self.sizes), -1)

    def compare(self, text: str) -> Compared:
        """Return how any text lies to the known terms."""
        box = self._engine.hyperboloid(text)
        enclosed = (self._lower >= box.lower) & (self._upper <= box.upper)
        return Compared(self._enclosing(box.lower, box.upper), enclosed.mean(axis=1), box.size)

    def _enclosing(self, lower: npt.NDArray[Any], upper: npt.NDArray[Any]) -> Floats:
        return np.asarray(((self._lower <= lower) & (self._upper >= upper)).mean(axis=1))


def containment(
    engine: Engine, terms: Sequence[str], *, by: By = "products", smoothing: float = 0.0
) -> Containment:
    """Return a measure of containment between terms.

    Args:
        engine: that has their regions.
        terms: each with a known trigram.
        by: the "products" inside the regions, or the "boxes" alone.
        smoothing: see :class:`ByMargins`; 0 for in or out.

    Raises:
        ConfigError: If the measure is unknown or the smoothing negative.
        QueryError: If a term is unknown.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> found = containment(demo_engine(), ["Electronics", "Tablets"])
        >>> bool(found.degrees[1, 0] > 0.9), bool(found.degrees[0, 1] < 0.2)
        (True, True)
    """
    if smoothing < 0:
        raise ConfigError(f"smoothing is a margin of at least 0, not {smoothing}")
    if by == "products":
        return ByMargins(engine, terms, smoothing) if smoothing else ByProducts(engine, terms)
    if by == "boxes":
        return ByBoxes(engine, terms)
    raise ConfigError(f'containment is by "products" or by "boxes", not {by!r}')


def _shares(shared: Floats, sizes: Floats) -> Floats:
    """Return shares of a size; of nothing, nothing is shared."""
    whole = np.where(sizes > 0, sizes, 1.0)
    return np.asarray(np.minimum(shared / whole, 1.0))


def _shared(rows_of: Sequence[npt.NDArray[np.int32]], products: int) -> Floats:
    """Return how many products each two terms share, (terms, terms).

    Most terms have few of many products, so this counts along the terms of each product.

    Args:
        rows_of: the products of each term.
        products: how many there are.
    """
    owners = np.repeat(np.arange(len(rows_of), dtype=np.int32), [len(rows) for rows in rows_of])
    rows = np.concatenate([*rows_of, np.zeros(0, np.int32)])
    terms = owners[np.argsort(rows, kind="stable")]
    starts = np.zeros(products + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=products), out=starts[1:])
    shared = np.zeros((len(rows_of),) * 2)
    for term, own in enumerate(rows_of):
        counts = starts[own + 1] - starts[own]
        before = np.cumsum(counts) - counts
        taken = np.arange(counts.sum()) + np.repeat(starts[own] - before, counts)
        shared[term] = np.bincount(terms[taken], minlength=len(rows_of))
    return shared
