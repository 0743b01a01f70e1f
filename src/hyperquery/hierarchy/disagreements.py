"""Where a catalog's categories and the regions of their names disagree, for a human to act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import networkx as nx
import numpy as np

from hyperquery.engine.collection import Collection
from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.catalogs import from_catalog
from hyperquery.hierarchy.containment import ByProducts, Floats
from hyperquery.hierarchy.misplacing import Misplaced, misplaced
from hyperquery.hierarchy.placing import titles_of
from hyperquery.hierarchy.terms import term_key

_SHOWN = 10


@dataclass(frozen=True)
class Overlap:
    """Two children of one category whose regions share many products.

    Attributes:
        parent: their parent's node; None for roots.
        first: a name.
        second: another name.
        share: of the products inside either region, those inside both.
    """

    parent: str | None
    first: str
    second: str
    share: float

    def __str__(self) -> str:
        return f"{self.share:5.0%}  {self.first} | {self.second}   in {self.parent or 'the roots'}"


@dataclass(frozen=True)
class Contained:
    """A category whose region is in that of another one which is not above it.

    Attributes:
        inner: a name.
        outer: the name whose region holds it.
        degree: share of the inner one's products that the outer one's region holds.
        reverse: share of the outer one's that the inner one's holds.
        relation: how the categories are related: siblings; upside down, the outer one being below
            the inner one, which has more products; or elsewhere, where the regions hold each other
            and so may be one category twice.
    """

    inner: str
    outer: str
    degree: float
    reverse: float
    relation: Literal["siblings", "upside down", "elsewhere"]

    def __str__(self) -> str:
        return (
            f"{self.degree:5.0%}  {self.inner} in {self.outer}, {self.reverse:.0%} the other way "
            f"({self.relation})"
        )


@dataclass(frozen=True)
class Disagreements:
    """What a human may want to look at, each part with the worst first.

    Attributes:
        overlaps: siblings that share products.
        contained: categories inside others that are not above them.
        misplaced: products that look as if they belong elsewhere.
    """

    overlaps: tuple[Overlap, ...]
    contained: tuple[Contained, ...]
    misplaced: tuple[Misplaced, ...]

    def __str__(self) -> str:
        parts: list[tuple[str, Sequence[object]]] = [
            ("siblings that overlap", self.overlaps),
            ("categories inside others", self.contained),
            ("products that look misplaced", self.misplaced),
        ]
        lines = []
        for title, found in parts:
            lines.append(f"{title}: {len(found)}")
            lines += [f"  {line}" for one in found[:_SHOWN] for line in str(one).split("\n")]
            if len(found) > _SHOWN:
                lines.append(f"  and {len(found) - _SHOWN} more")
        return "\n".join(lines)


def disagreements(
    engine: Engine,
    *,
    least_products: int = 5,
    least_share: float = 0.3,
    least_degree: float = 0.8,
    products: int = 100,
) -> Disagreements:
    """Return where the catalog's category tree and the regions of its names disagree.

    Titles are read alone. Regions go by names, so categories that are called alike are one here; a
    category and one of its own descendants with the same name are left out.

    Args:
        engine: over products with categories.
        least_products: how many products a category must have to be looked at.
        least_share: from which siblings overlap.
        least_degree: from which a category is inside another.
        products: the most misplaced ones to return.

    Raises:
        TaxonomyError: If no product has a category.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> print(disagreements(demo_engine(), products=1))
        siblings that overlap: 2
            57%  Fire TV Devices | Streaming Player Accessories   in ...
            39%  Digital Cameras | Camera Accessories & Drones   in Electronics > Cameras
        categories inside others: 2
            87%  Fire TV Devices in Streaming Player Accessories, 62% the other way (siblings)
            82%  Fitness in Strength & Cardio, 100% the other way (upside down)
        products that look misplaced: 1
          P1375  Fiskars 8-inch original orange-handled scissors
              is in      Arts & Crafts > Sewing, Yarn & Cutting  (margin +0.49)
              looks like Garden > Tools > Hand Garden Tools  (margin -0.43)
    """
    tree = from_catalog(engine)
    counts = dict(tree.nodes(data="products"))
    nodes = [node for node, count in counts.items() if count >= least_products]
    names = list(dict.fromkeys(tree.nodes[node]["name"] for node in nodes))
    at = {name: number for number, name in enumerate(names)}
    # Fields are believed, so with them every region would agree with its category.
    by_titles = Engine.of(Collection((titles_of(engine),)), engine.model)
    measure = ByProducts(by_titles, names)
    degrees = measure.degrees
    column = {node: at[tree.nodes[node]["name"]] for node in nodes}
    siblings = list(_siblings(tree, column))
    return Disagreements(
        overlaps=_overlaps(siblings, names, degrees, measure.sizes, least_share),
        contained=_contained(tree, siblings, column, names, degrees, least_degree),
        misplaced=tuple(misplaced(engine, products)),
    )


Sibling = tuple[str | None, int, int]
"""The parent's node, and the positions of the names of two of its children."""


def _siblings(tree: nx.DiGraph, column: dict[str, int]) -> Iterator[Sibling]:
    """Yield every pair of children of the same node, and of roots."""
    families: dict[str | None, list[str]] = {}
    for node in column:
        families.setdefault(next(iter(tree.predecessors(node)), None), []).append(node)
    for parent, children in families.items():
        for first, second in combinations(children, 2):
            yield parent, column[first], column[second]


def _overlaps(
    siblings: Sequence[Sibling],
    names: Sequence[str],
    degrees: Floats,
    sizes: Floats,
    least_share: float,
) -> tuple[Overlap, ...]:
    found = []
    for parent, first, second in siblings:
        shared = degrees[first, second] * sizes[first]
        either = sizes[first] + sizes[second] - shared
        if either > 0 and shared / either >= least_share:
            found.append(Overlap(parent, names[first], names[second], float(shared / either)))
    return tuple(sorted(found, key=lambda overlap: -overlap.share))


def _contained(
    tree: nx.DiGraph,
    siblings: Sequence[Sibling],
    column: dict[str, int],
    names: Sequence[str],
    degrees: Floats,
    least_degree: float,
) -> tuple[Contained, ...]:
    brothers = {pair for _, *two in siblings for pair in ((two[0], two[1]), (two[1], two[0]))}
    above = {
        (column[node], column[upper])
        for node in column
        for upper in nx.ancestors(tree, node)
        if upper in column
    }
    # A category that is all of the one above it may well have its region.
    smaller = {
        (column[upper], column[node])
        for node in column
        for upper in nx.ancestors(tree, node)
        if upper in column and tree.nodes[upper]["products"] > tree.nodes[node]["products"]
    }
    found = []
    for inner, outer in np.argwhere(degrees >= least_degree).tolist():
        if (inner, outer) in above or term_key(names[inner]) == term_key(names[outer]):
            continue
        mutual = degrees[outer, inner] >= least_degree
        relation: Literal["siblings", "upside down", "elsewhere"]
        if (inner, outer) in brothers:
            relation = "siblings"
        elif (inner, outer) in smaller:
            relation = "upside down"
        elif mutual and inner < outer and (outer, inner) not in above:
            relation = "elsewhere"
        else:
            continue
        degree, reverse = float(degrees[inner, outer]), float(degrees[outer, inner])
        found.append(Contained(names[inner], names[outer], degree, reverse, relation))
    return tuple(sorted(found, key=lambda one: -one.degree))
