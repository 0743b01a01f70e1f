"""Category paths as answers: a confidence at each level, votes, and how right a path is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str, ...]
"""Category names from the root down."""


@dataclass(frozen=True)
class Placement:
    """A category path for a product.

    Attributes:
        path: from the root down; empty if nothing speaks for any.
        confidences: of each level, that the product is in this category or below; never rising.

    Examples:
        >>> placement = Placement(("TV", "Stands"), (0.9, 0.4))
        >>> print(placement)
        TV (90 %) > Stands (40 %)
        >>> placement.at_least(0.5).path
        ('TV',)
    """

    path: Path
    confidences: tuple[float, ...]

    def at_least(self, confidence: float) -> Placement:
        """Return the part of the path that is at least as certain."""
        kept = sum(1 for one in self.confidences if one >= confidence)
        return Placement(self.path[:kept], self.confidences[:kept])

    def __str__(self) -> str:
        levels = zip(self.path, self.confidences, strict=True)
        return " > ".join(f"{name} ({share:.0%})".replace("%", " %") for name, share in levels)


def voted(weights: Mapping[Path, float]) -> Placement:
    """Return the path that votes lead to, walked down from the root.

    At each level the walk goes to the category with the most votes in and below it, and stops
    where more votes end than go on to any single one. Ties go to the first.

    Args:
        weights: of each path, at least 0.

    Examples:
        >>> print(voted({("TV", "Stands"): 2.0, ("TV", "Mounts"): 1.0, ("Garden",): 1.0}))
        TV (75 %) > Stands (50 %)
    """
    total = sum(weights.values())
    if not total > 0:
        return Placement((), ())
    at: Path = ()
    confidences: list[float] = []
    left = dict(weights)
    while True:
        ending = left.pop(at, 0.0)
        below: dict[str, float] = {}
        for path, weight in left.items():
            below[path[len(at)]] = below.get(path[len(at)], 0.0) + weight
        best = max(below, key=below.__getitem__, default=None)
        if best is None or (at and below[best] < ending) or not below[best] > 0:
            return Placement(at, tuple(confidences))
        at = (*at, best)
        before = confidences[-1] if confidences else 1.0
        confidences.append(min(below[best] / total, before))
        left = {path: weight for path, weight in left.items() if path[: len(at)] == at}


def ancestor_f1(found: Sequence[str], true: Sequence[str]) -> float:
    """Return the harmonic mean of precision and recall of a path's categories.

    A category is its path from the root, so names that repeat elsewhere do not count.

    Args:
        found: the path of an answer.
        true: the path that is right.

    Examples:
        >>> ancestor_f1(("TV", "Mounts"), ("TV", "Stands"))
        0.5
        >>> ancestor_f1(("Garden", "Stands"), ("TV", "Stands"))
        0.0
    """
    shared = 0
    for one, other in zip(found, true, strict=False):
        if one != other:
            break
        shared += 1
    return 2.0 * shared / (len(found) + len(true)) if found or true else 1.0
