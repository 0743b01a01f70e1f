"""Searching the rows of a segment: exact, in stored order, with all cores."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import Condition, GeometryError, Region
from hyperquery.geometry.lorentz import scaled_time
from hyperquery.scan.arrays import check_arrays
from hyperquery.scan.balls import Balls, enclosing_balls
from hyperquery.scan.ceilings import ceilings_of
from hyperquery.scan.codes import Codes, codes_of
from hyperquery.scan.compiled import announced
from hyperquery.scan.holders import holders_of
from hyperquery.scan.holdings import Held, Holdings
from hyperquery.scan.least_evidence import bound_evidence
from hyperquery.scan.order import BLOCK, neighbour_order
from hyperquery.scan.program import Program, box_of, compile_region
from hyperquery.scan.search import (
    Room,
    Rows,
    bound_roots,
    candidates,
    decide_inside,
    room_for,
    room_to_find,
)
from hyperquery.scan.signatures import signatures_of
from hyperquery.scan.spellings import Spellings
from hyperquery.scan.tree import Tree, tree_of

_ROWS_FOR_ONE_THREAD: Final = 50_000  # handing over to another thread takes longer than these
_PARTS: Final[dict[str, Any]] = {
    "balls": Balls,
    "tree": Tree,
    "codes": Codes,
    "held": Held,
    "spellings": Spellings,
}
_ROOM: Final = 1024  # for candidates
_CACHED_BOXES: Final = 1024
_CACHED_MASKS: Final = 64  # each as long as the segment


@dataclass(frozen=True)
class Nearest:
    """The rows nearest to a region.

    Attributes:
        rows: of the catalog, (k,), nearest first, ties in the catalog's order.
        margins: of them, (k,).
    """

    rows: npt.NDArray[np.int64]
    margins: npt.NDArray[np.float32]


class ScanIndex:
    """Rows of a catalog, laid out so that a search looks at few of them.

    A search returns the same rows, in the same order, with the same margins to the last bit, as
    ``region.margin(points)`` of all points would. Compiled loops find what may be among the
    nearest, by bounds that hold in spite of rounding, and that margin decides among these.

    Args:
        rows: in stored order.
        order: (n,) the row of the catalog that each stored row is.
        curvature: of the space.

    Attributes:
        plain_below: so few rows are evaluated plainly, in a few milliseconds: the first search of a
            new installation would wait much longer for the loops to be compiled.
    """

    plain_below = 2048

    def __init__(self, rows: Rows, order: npt.NDArray[np.int32], curvature: float) -> None:
        self._rows = rows
        self._order = order
        self.curvature = curvature
        for array in self.arrays().values():
            array.flags.writeable = False  # as mapped ones are, for which loops are compiled
        self._mask = lru_cache(_CACHED_MASKS)(self._stored_mask)
        self._box = lru_cache(_CACHED_BOXES)(lambda leaf: box_of(leaf, self._reach))
        self._called: set[str] = set()
        self.threads = 1 if len(order) < _ROWS_FOR_ONE_THREAD else os.cpu_count() or 1

    @classmethod
    def build(
        cls, points: npt.NDArray[np.float32], curvature: float, holdings: Holdings | None = None
    ) -> Self:
        """Lay out the rows of a catalog.

        Args:
            points: (n, d) space coordinates.
            curvature: of the space.
            holdings: what each row holds and where it leans; nothing at all if None.

        Examples:
            >>> from hyperquery.geometry import Hyperboloid
            >>> index = ScanIndex.build(np.float32([[3.0], [0.0], [1.0]]), 0.0)
            >>> index.nearest(Hyperboloid([0.0], 1.0, 0.0), 2).rows.tolist()
            [1, 2]
        """
        order, cuts = neighbour_order(points)
        tree, runs = tree_of(cuts)
        stored = np.ascontiguousarray(points[order])
        balls = enclosing_balls(stored, scaled_time(stored, curvature), runs)
        blocks = -(-len(points) // BLOCK)
        if holdings is None:
            nothing: list[list[int]] = [[]] * len(points)
            holdings = Holdings.from_words(nothing, nothing, Spellings.of([]))
        holdings = holdings.chosen(order)
        rows = Rows(
            points=stored,
            curvature=np.array([curvature], np.float32),
            balls=balls,
            tree=tree,
            codes=codes_of(stored, balls.centres[:blocks]),
            held=holdings.held,
            spellings=holdings.spellings,
            signatures=signatures_of(holdings),
            ceilings=ceilings_of(holdings),
            holders=holders_of(holdings),
        )
        return cls(rows, order.astype(np.int32), curvature)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], curvature: float) -> Self:
        """Return the index that :meth:`arrays` describes, without a copy.

        Raises:
            ValueError: If the arrays do not fit together.
        """
        check_arrays(arrays)
        if not np.isclose(arrays["curvature"][0], curvature, rtol=1e-5, atol=0.0):
            raise ValueError(f"the array curvature is not {curvature:g}, as it should be")
        parts: dict[str, Any] = {
            name: kind(*(arrays[f"{name}_{part}"] for part in kind._fields))
            for name, kind in _PARTS.items()
        }
        parts |= {name: arrays[name] for name in Rows._fields if name not in parts}
        return cls(Rows(**parts), arrays["order"], curvature)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that the index is made of, by name."""
        found = {"order": self._order, **self._rows._asdict()}
        for name in _PARTS:
            found |= {f"{name}_{part}": array for part, array in found.pop(name)._asdict().items()}
        return found

    def __len__(self) -> int:
        return len(self._order)

    @property
    def dimension(self) -> int:
        """Of the points."""
        return int(self._rows.points.shape[1])

    @property
    def nbytes(self) -> int:
        """The memory that the index takes."""
        return sum(array.nbytes for array in self.arrays().values())

    @cached_property
    def holdings(self) -> Holdings:
        """The words that the rows hold and where they lean, in stored order."""
        return Holdings(self._rows.held, self._rows.spellings)

    @cached_property
    def stored_at(self) -> npt.NDArray[np.int32]:
        """Where each row of the catalog is stored, (n,)."""
        places = np.empty(len(self), np.int32)
        places[self._order] = np.arange(len(self), dtype=np.int32)
        return places

    def points(self, rows: npt.NDArray[Any] | None = None) -> npt.NDArray[np.float32]:
        """Return the points of some rows of the catalog, or of all in its order, (rows, d)."""
        return self._rows.points[self.stored_at if rows is None else self.stored_at[rows]]

    def margins(
        self, region: Region, rows: npt.NDArray[Any] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return the margins of some rows of the catalog, or of all in its order, (rows,)."""
        points = self.points(rows)
        return np.asarray(region.margin(points, rows), np.float32)

    def nearest(self, region: Region, k: int, threads: int | None = None) -> Nearest:
        """Return the rows nearest to a region; those with the margin inf are never among them.

        Args:
            region: of the space of the points.
            k: how many, at least 1; may exceed what there is.
            threads: to share the work; as many as there are cores if None, for many rows.
        """
        threads = threads or self.threads
        with self._announced("nearest"):
            program = self._program(region) if k < len(self) else None
            if program is None:
                return self._chosen(region, np.arange(len(self)), k)
            rows = self._candidates(program, k, threads)
        return self._chosen(region, rows, k)

    def _candidates(self, program: Program, k: int, threads: int) -> npt.NDArray[np.int32]:
        """Return rows of the catalog, ascending, that hold the k nearest."""
        bounds, middles = np.empty((2, len(self._rows.tree.roots)), np.float32)
        bound_roots(program, self._rows, self._room(program), bounds, middles)
        order = np.argsort(middles, kind="stable")
        thresholds = np.full(threads, np.inf, np.float32)
        balls = self._rows.tree.balls

        def look(part: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
            size = _ROOM + 4 * k
            while True:
                room, found = self._room(program), room_to_find(k, size, balls)
                count = candidates(
                    program, self._rows, room, found, order, bounds, part, thresholds
                )
                if count >= 0:
                    return found.rows[:count], found.margins[:count]
                size *= 4  # many are as near as the last; what is known of them spares work

        found = self._parallel(look, threads)
        positions = np.concatenate([rows for rows, _ in found])
        least = np.concatenate([margins for _, margins in found])
        return np.sort(self._order[positions[~(least > thresholds.min())]])

    def inside(self, region: Region) -> npt.NDArray[np.bool_]:
        """Return which rows of the catalog are inside a region, (n,)."""
        with self._announced("inside"):
            program = self._program(region)
            if program is None:
                return self.margins(region) < 0
            return self._inside(region, program)

    def _inside(self, region: Region, program: Program) -> npt.NDArray[np.bool_]:
        inside, undecided = np.zeros(len(self), np.bool_), np.zeros(len(self), np.bool_)
        blocks = len(self._rows.codes.scales)
        cuts = [blocks * part // self.threads for part in range(self.threads + 1)]
        self._parallel(
            lambda part: decide_inside(
                program, self._rows, self._room(program), cuts[part], cuts[part + 1],
                inside, undecided,
            ),
            self.threads,
        )  # fmt: skip
        decided = inside[self.stored_at]
        rows = np.sort(self._order[np.flatnonzero(undecided)])
        decided[rows] = self.margins(region, rows) < 0
        return decided

    def _chosen(self, region: Region, rows: npt.NDArray[Any], k: int) -> Nearest:
        """Return the k nearest of some rows in ascending order, by their exact margins."""
        margins = self.margins(region, rows)
        possible = np.flatnonzero(margins < np.inf)
        best = possible[np.argsort(margins[possible], kind="stable")[:k]]
        return Nearest(rows[best].astype(np.int64), margins[best])

    def _program(self, region: Region) -> Program | None:
        """Return the region for the loops; None where plain evaluation is to answer."""
        if region.space is not None and region.space != (self.dimension, self.curvature):
            raise GeometryError(
                f"the region is in {region.space[0]} dimensions of curvature {region.space[1]:g}, "
                f"the points are in {self.dimension} of curvature {self.curvature:g}"
            )
        if len(self) < self.plain_below:
            return None
        trigrams, balls = self.holdings.trigrams, self._rows.tree.balls
        program = compile_region(region, self.dimension, trigrams, balls, self._box, self._mask)
        if program is not None and len(program.leaves.asked.trigrams):
            bound_evidence(program.leaves, self._rows, program.evidence)
        return program

    def _announced(self, work: str) -> AbstractContextManager[None]:
        """Say that loops are being compiled if the first work of a kind takes its time.

        Arrays of another width are another kind of argument, so it is the first of each index.
        """
        if work in self._called or len(self) < self.plain_below:
            return nullcontext()
        self._called.add(work)
        return announced()

    def _room(self, program: Program) -> Room:
        return room_for(program, self._rows.points.shape[1])

    @cached_property
    def _reach(self) -> npt.NDArray[np.float64]:
        """The largest absolute coordinates of points in the blocks, the scaled time last."""
        balls = self._rows.balls
        far = np.abs(balls.centres).astype(np.float64) + balls.radii[:, None]
        times = balls.times.astype(np.float64) + balls.spreads
        return np.append(far.max(axis=0, initial=0.0), times.max(initial=0.0))

    def _stored_mask(self, condition: Condition) -> npt.NDArray[np.bool_]:
        return condition.holds[self._order]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="hyperquery")

    def _parallel(self, work: Any, threads: int) -> list[Any]:
        """Return the results of each part's work."""
        others = [self._pool.submit(work, part) for part in range(1, threads)]
        return [work(0), *(other.result() for other in others)]
