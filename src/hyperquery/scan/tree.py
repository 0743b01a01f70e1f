"""The tree of balls: blocks, and balls that hold a few smaller ones."""

from __future__ import annotations

import heapq
from collections import deque
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.scan.order import BLOCK, Cuts

BRANCHES: Final = 8
"""The most parts of a ball above the blocks."""

MOST_ROOTS: Final = 256
"""The most balls that are bounded one by one at the start of each search."""


class Tree(NamedTuple):
    """Which balls a ball is made of.

    Blocks come first, in stored order; every other ball comes after its parts.

    Attributes:
        parts: (parts,) the parts of the balls above the blocks, one ball after the other.
        part_starts: (balls - blocks + 1,) where those of each ball start.
        roots: (roots,) the balls that are part of no other, together all points.
    """

    parts: npt.NDArray[np.int32]
    part_starts: npt.NDArray[np.int64]
    roots: npt.NDArray[np.int32]

    @property
    def balls(self) -> int:
        """How many there are: each is a root or part of one other."""
        return len(self.parts) + len(self.roots)


def tree_of(cuts: Cuts) -> tuple[Tree, npt.NDArray[np.int64]]:
    """Return the tree of balls that some cuts lead to.

    A ball is a run of points, and its parts are what the run was cut into: the largest of them is
    replaced by its halves until there are eight, or blocks alone. The roots are such parts of the
    run of all points, 256 at most.

    Returns:
        The tree, and the first point of each ball and one past its last, (balls, 2).

    Examples:
        >>> line = np.arange(1024, dtype=np.float32)[:, None]
        >>> from hyperquery.scan.order import neighbour_order
        >>> tree, runs = tree_of(neighbour_order(line)[1])
        >>> len(runs), tree.roots.tolist()[:3], tree.parts.tolist()
        (16, [0, 1, 2], [])
    """
    roots = _parts(cuts, 0, MOST_ROOTS)
    waiting = deque(run for run in roots if cuts.halves[run] >= 0)
    above: list[tuple[int, list[int]]] = []  # each ball before its parts
    while waiting:
        run = waiting.popleft()
        parts = _parts(cuts, run, BRANCHES)
        above.append((run, parts))
        waiting.extend(part for part in parts if cuts.halves[part] >= 0)
    above.reverse()
    blocks = np.flatnonzero(cuts.halves < 0)
    ball_of = np.zeros(len(cuts.starts), np.int32)
    ball_of[blocks] = cuts.starts[blocks] // BLOCK
    ball_of[[run for run, _ in above]] = np.arange(len(blocks), len(blocks) + len(above))
    runs = np.zeros((len(blocks) + len(above), 2), np.int64)
    owned = np.concatenate([blocks, np.array([run for run, _ in above], np.int64)])
    runs[ball_of[owned]] = np.stack([cuts.starts[owned], cuts.ends[owned]], axis=1)
    flat = np.array([part for _, parts in above for part in parts], np.int64)
    starts = np.cumsum([0, *(len(parts) for _, parts in above)], dtype=np.int64)
    return Tree(ball_of[flat], starts, ball_of[roots]), runs


def _parts(cuts: Cuts, run: int, most: int) -> list[int]:
    """Return at most so many runs that a run was cut into, in stored order."""
    open_runs = [(0, run)]  # the largest first
    blocks: list[int] = []
    while open_runs and len(open_runs) + len(blocks) < most:
        _, largest = heapq.heappop(open_runs)
        first = int(cuts.halves[largest])
        if first < 0:
            blocks.append(largest)
            continue
        for half in (first, first + 1):
            size = int(cuts.ends[half] - cuts.starts[half])
            heapq.heappush(open_runs, (-size, half))
    return sorted(blocks + [part for _, part in open_runs], key=lambda part: int(cuts.starts[part]))
