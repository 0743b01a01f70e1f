"""Predicting a product's place in a hierarchy from its title: which categories is it in?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

import numpy as np

from hyperquery.anthem.text import words
from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.engine.engine import Engine
from hyperquery.evaluation.boolean_figures import average_precision
from hyperquery.evaluation.errors import EvaluationError
from hyperquery.query import Term

Path = tuple[str, ...]


def category_paths(catalog: Catalog, ids: Sequence[str]) -> list[Path]:
    """Return the category names of some products, from the root down, as normalized words.

    Args:
        catalog: with categories.
        ids: of the products; one without a category has an empty path.

    Raises:
        EvaluationError: If none of them has a category.

    Examples:
        >>> catalog = Catalog.read([{"id": 7, "title": "Fire", "category": "TV > Sticks"}])
        >>> category_paths(catalog, ["7"])
        [('tv', 'sticks')]
    """
    of_all = catalog.fields.get(PATH_FIELD, (None,) * len(catalog))
    paths = [of_all[catalog.position(product)] or () for product in ids]
    found = [tuple(name for name in (" ".join(words(n)) for n in path) if name) for path in paths]
    if not any(found):
        raise EvaluationError("no product has a category: the task needs a catalog with categories")
    return found


def ancestor_precision(engine: Engine, paths: Sequence[Path]) -> list[float]:
    """Return how well the categories of each product are found among all of them.

    For each product all names that occur are ranked by the product's margin in their regions; its
    own names are to come first.

    Args:
        engine: over the products.
        paths: of each product, in the catalog's order.

    Returns:
        The average precision of each product with a category.
    """
    names = sorted({name for path in paths for name in path})
    margins = np.stack([engine.region(Term(name)).margin(engine.points) for name in names])
    return [
        average_precision(-margins[:, row], np.isin(names, path))
        for row, path in enumerate(paths)
        if path
    ]


def depth_order(engine: Engine, paths: Sequence[Path]) -> float:
    """Return how often a category's hyperboloid is larger than that of one below it.

    The size is the mean limit. Over all distinct pairs of an ancestor and a descendant; 0.5 would
    be chance.

    Args:
        engine: that encodes the names.
        paths: where the pairs are from.

    Raises:
        EvaluationError: If no path has two names.
    """
    pairs = {pair for path in paths for pair in combinations(path, 2) if pair[0] != pair[1]}
    if not pairs:
        raise EvaluationError("no category has one above it: the task needs paths of two levels")
    names = {name for pair in pairs for name in pair}
    sizes = {name: float(engine.hyperboloid(name).limit.mean()) for name in names}
    return fmean(float(sizes[above] > sizes[below]) for above, below in pairs)
