"""Products that lie far outside their own category: they are likely to be mislabelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hyperquery.engine.catalog import Catalog
from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.placements import Path
from hyperquery.hierarchy.placing import Placer, paths_of

_BLOCK = 500  # products looked at together; each takes a number for every path


@dataclass(frozen=True)
class Misplaced:
    """A product that its title does not put where its category says.

    Attributes:
        id: of the product.
        title: of the product.
        path: its category.
        margin: in the region of its category's last name, read by title alone; positive is outside.
        better: the likeliest category.
        better_margin: in the region of its last name.
        excess: by how much more surprising its category is than the better one, see
            :func:`excess`; larger is more suspicious.
    """

    id: str
    title: str
    path: Path
    margin: float
    better: Path
    better_margin: float
    excess: float

    def __str__(self) -> str:
        return (
            f"{self.id}  {self.title}\n"
            f"    is in      {' > '.join(self.path)}  (margin {self.margin:+.2f})\n"
            f"    looks like {' > '.join(self.better)}  (margin {self.better_margin:+.2f})"
        )


def misplaced(engine: Engine, k: int | None = 100, *, held_out: object = None) -> list[Misplaced]:
    """Return the products whose titles fit another category best, the most suspicious first.

    Every product is read by its title alone, because what an engine makes of all its fields
    includes the category in question. Products without a category are left out.

    Args:
        engine: over the products.
        k: the most to return, at least 1; None for all products that a category fits better.
        held_out: see :class:`hyperquery.hierarchy.Placer`.

    Raises:
        TaxonomyError: If no product has a category.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> print(misplaced(demo_engine(), 1)[0])
        P1375  Fiskars 8-inch original orange-handled scissors
            is in      Arts & Crafts > Sewing, Yarn & Cutting  (margin +0.49)
            looks like Garden > Tools > Hand Garden Tools  (margin -0.43)
    """
    placer = Placer(engine, held_out)
    catalog = engine.catalog
    excesses, better = excess(placer, catalog)
    order = np.argsort(-excesses, kind="stable")
    order = order[excesses[order] > 0][:k]
    if not len(order):
        return []
    margins = placer.margins([catalog.titles[row] for row in order])
    at = {name: column for column, name in enumerate(placer.names)}
    own = paths_of(catalog)
    return [
        Misplaced(
            id=catalog.ids[row],
            title=catalog.titles[row],
            path=own[row],
            margin=float(of_names[at[own[row][-1]]]),
            better=placer.paths[better[row]],
            better_margin=float(of_names[at[placer.paths[better[row]][-1]]]),
            excess=float(excesses[row]),
        )
        for row, of_names in zip(order, margins, strict=True)
    ]


def excess(
    placer: Placer, catalog: Catalog
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return by how much likelier another category is for each product, and which is likeliest.

    How surprising a path is for a product is the mean, over its levels, of minus the logarithm of
    the likelihoods summed over all paths through that level; so paths that part late differ little.
    The excess is the surprise of the product's own path less that of the likeliest.

    Args:
        placer: over the catalog.
        catalog: its products.

    Returns:
        (products,) excesses, -inf for a product without a category, and (products,) positions of
        the likeliest of the placer's paths.
    """
    own = paths_of(catalog)
    through = _columns_through(placer.paths)
    excesses = np.full(len(own), -np.inf)
    better = np.zeros(len(own), np.int64)
    for start in range(0, len(own), _BLOCK):
        rows = range(start, min(start + _BLOCK, len(own)))
        found = placer.log_likelihoods([catalog.titles[row] for row in rows], rows)
        better[start : start + len(found)] = found.argmax(axis=1)
        for row, logs in zip(rows, found, strict=True):
            if own[row]:
                likeliest = placer.paths[better[row]]
                excesses[row] = _surprise(own[row], logs, through)
                excesses[row] -= _surprise(likeliest, logs, through)
    return excesses, better


def _surprise(
    path: Path, logs: npt.NDArray[np.float64], through: Mapping[Path, npt.NDArray[np.int64]]
) -> float:
    ends = range(1, len(path) + 1)
    return -float(np.mean([_log_sum(logs[through[path[:end]]]) for end in ends]))


def _columns_through(paths: Sequence[Path]) -> dict[Path, npt.NDArray[np.int64]]:
    found: dict[Path, list[int]] = {}
    for column, path in enumerate(paths):
        for end in range(1, len(path) + 1):
            found.setdefault(path[:end], []).append(column)
    return {prefix: np.array(columns) for prefix, columns in found.items()}


def _log_sum(logs: npt.NDArray[np.float64]) -> float:
    """Return the logarithm of a sum of likelihoods."""
    most = float(logs.max())
    return most + float(np.log(np.exp(logs - most).sum()))
