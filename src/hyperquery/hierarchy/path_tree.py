"""Paths of categories as arrays: which names a path has, and which categories it goes through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hyperquery.hierarchy.placements import Path

Values = npt.NDArray[np.float32]


class PathTree:
    """Paths over names.

    Args:
        paths: distinct, not empty.
        names: all that they have.

    Attributes:
        last: (paths,) position of each path's last name.
        first: (paths,) of its first name.
        above: (names, paths) weights that average over the names above the last one; the last
            itself where it is alone.

    Examples:
        >>> tree = PathTree([("TV", "Stands"), ("TV",)], ["TV", "Stands"])
        >>> tree.last.tolist(), tree.above.tolist()
        ([1, 0], [[1.0, 1.0], [0.0, 0.0]])
        >>> tree.mean_through(np.array([[0.25, 0.75]], np.float32)).tolist()
        [[0.625, 1.0]]
    """

    def __init__(self, paths: Sequence[Path], names: Sequence[str]) -> None:
        at = {name: number for number, name in enumerate(names)}
        self.last = np.array([at[path[-1]] for path in paths])
        self.first = np.array([at[path[0]] for path in paths])
        self.above = np.zeros((len(names), len(paths)), np.float32)
        for column, path in enumerate(paths):
            upper = path[:-1] or path
            for name in upper:
                self.above[at[name], column] += 1.0 / len(upper)
        prefixes: dict[Path, int] = {}
        for path in paths:
            for end in range(1, len(path) + 1):
                prefixes.setdefault(path[:end], len(prefixes))
        self._through = np.zeros((len(paths), len(prefixes)), np.float32)
        for row, path in enumerate(paths):
            for end in range(1, len(path) + 1):
                self._through[row, prefixes[path[:end]]] = 1.0
        self._lengths = np.array([len(path) for path in paths], np.float32)

    def mean_through(self, shares: Values) -> Values:
        """Return the mean, over a path's categories, of the shares of all paths through each.

        Args:
            shares: (n, paths).
        """
        return np.asarray((shares @ self._through) @ self._through.T / self._lengths)
