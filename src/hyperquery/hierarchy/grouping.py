"""Results of a search, grouped along a hierarchy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hyperquery.engine.catalog import PATH_FIELD
from hyperquery.engine.results import Hit
from hyperquery.errors import ConfigError
from hyperquery.hierarchy.learned import LearnedHierarchy
from hyperquery.query import Term


@dataclass(frozen=True)
class Group:
    """Hits that share a place.

    Attributes:
        path: of the place, from a root down; empty for hits that have none.
        hits: in the order of the results.
    """

    path: tuple[str, ...]
    hits: tuple[Hit, ...]

    def __str__(self) -> str:
        lines = [f"{' > '.join(self.path) or '(nowhere)'}: {len(self.hits)}"]
        return "\n".join([*lines, *(f"  {hit.id}  {hit.title}" for hit in self.hits)])


def group(
    results: Iterable[Hit], along: str | LearnedHierarchy = PATH_FIELD, *, depth: int = 2
) -> tuple[Group, ...]:
    """Return hits by their place in a hierarchy, groups in the order of their first hits.

    Args:
        results: of a search.
        along: the name of a field with paths, or a learned hierarchy: there a hit's place is the
            path of the smallest term at most so deep whose region it is inside.
        depth: levels of the paths that tell groups apart, at least 1.

    Raises:
        ConfigError: If the depth is not positive.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> for found in group(demo_engine().search("fire", k=8), depth=3):
        ...     print(" > ".join(found.path), len(found.hits))
        Electronics > Televisions > Fire TVs 7
        Garden > Outdoor Living > Fire Pits 1
    """
    if depth < 1:
        raise ConfigError(f"depth is a number of levels, at least 1, not {depth}")
    hits = list(results)
    if isinstance(along, LearnedHierarchy):
        places = _learned_places(hits, along, depth)
    else:
        places = [_path(hit, along)[:depth] for hit in hits]
    grouped: dict[tuple[str, ...], list[Hit]] = {}
    for hit, place in zip(hits, places, strict=True):
        grouped.setdefault(place, []).append(hit)
    return tuple(Group(place, tuple(found)) for place, found in grouped.items())


def _path(hit: Hit, field: str) -> tuple[str, ...]:
    value = hit.fields.get(field)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _learned_places(
    hits: list[Hit], hierarchy: LearnedHierarchy, depth: int
) -> list[tuple[str, ...]]:
    """Return the path of the smallest term, at most so deep, that holds each hit."""
    paths = {node: tuple(hierarchy.path(node)) for node in hierarchy.graph}
    graph, engine = hierarchy.graph, hierarchy.engine
    shallow = [node for node in graph if len(paths[node]) <= depth]
    shallow.sort(key=lambda node: graph.nodes[node]["extent"])
    inside = {node: set(engine.matches(Term(node))) for node in shallow}
    return [
        next((paths[node] for node in shallow if hit.id in inside[node]), ()) for hit in hits
    ]  # fmt: skip
