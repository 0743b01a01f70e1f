"""What reading a taxonomy found, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Edge = tuple[str, str]
"""Keys of a parent and of its child."""

_SHOWN = 5


@dataclass(frozen=True)
class TaxonomyReport:
    """What was found in a source, and what was done.

    Attributes:
        nodes: in the graph.
        edges: in the graph.
        roots: nodes without a parent.
        depth: of the deepest node; roots have depth 1.
        added: nodes that no row of the source defines; they are named as a parent or child.
        repeated: rows or edges that say again what another one said; they count once.
        unnamed: nodes without a name, which got their id for one.
        shared_names: names that several nodes have. The nodes are kept apart.
        multi_parents: nodes that the source gives several parents.
        dropped_parents: edges left out by ``parents="first"``, in order.
        dropped_cycles: edges left out by ``cycles="drop"``: each would have closed a cycle.

    Examples:
        >>> from hyperquery.hierarchy import from_paths
        >>> print(from_paths(["Home > Lamps", "Office > Lamps"]).graph["report"])
        4 nodes, 2 edges, 2 roots, depth 2
        2 nodes added that others name and no row defines
        1 name belongs to several nodes, which are kept apart: 'Lamps'
    """

    nodes: int
    edges: int
    roots: int
    depth: int
    added: int = 0
    repeated: int = 0
    unnamed: int = 0
    shared_names: tuple[str, ...] = ()
    multi_parents: tuple[str, ...] = ()
    dropped_parents: tuple[Edge, ...] = ()
    dropped_cycles: tuple[Edge, ...] = ()

    def __str__(self) -> str:
        lines = [
            f"{_count(self.nodes, 'node')}, {_count(self.edges, 'edge')}, "
            f"{_count(self.roots, 'root')}, depth {self.depth}"
        ]
        if self.added:
            lines.append(f"{_count(self.added, 'node')} added that others name and no row defines")
        if self.repeated:
            lines.append(f"{_count(self.repeated, 'repeated row')} counted once")
        if self.unnamed:
            lines.append(f"{_count(self.unnamed, 'node')} without a name got the id for one")
        if self.shared_names:
            verb = "belongs" if len(self.shared_names) == 1 else "belong"
            lines.append(
                f"{_count(len(self.shared_names), 'name')} {verb} to several nodes, which are kept "
                f"apart: {_some(map(repr, self.shared_names))}"
            )
        if self.multi_parents:
            done = "the first is kept" if self.dropped_parents else "all are kept"
            lines.append(
                f"{_count(len(self.multi_parents), 'node')} with several parents, of which {done}: "
                f"{_some(map(repr, self.multi_parents))}"
            )
        if self.dropped_cycles:
            edges = (f"{parent!r} -> {child!r}" for parent, child in self.dropped_cycles)
            lines.append(
                f"{_count(len(self.dropped_cycles), 'edge')} dropped that closed a cycle: "
                f"{_some(edges)}"
            )
        return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _some(items: Iterable[str]) -> str:
    shown = list(items)
    more = f" and {len(shown) - _SHOWN:,} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more
