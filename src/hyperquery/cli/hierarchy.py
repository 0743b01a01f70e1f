"""``hyperquery tree``: a hierarchy as a text tree, with how many products each level has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from hyperquery.cli.engines import opened
from hyperquery.cli.options import AsJson, EngineFolder, WhereQuery
from hyperquery.cli.output import wants_color, write_json

if TYPE_CHECKING:
    from rich.tree import Tree

_WIDE = 10_000  # columns; lines are cut for no one who reads them from a pipe


@dataclass
class Level:
    """A node of a hierarchy.

    Attributes:
        name: of this level alone.
        products: how many products are here or below.
        below: the levels under it by name, in the order to show.
    """

    name: str
    products: int
    below: dict[str, Level] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return this level and those below it as JSON holds them."""
        below = [level.to_dict() for level in self.below.values()]
        return {"name": self.name, "products": self.products, "below": below}


def tree(
    engine: EngineFolder = None,
    where: WhereQuery = None,
    depth: Annotated[
        Optional[int],  # noqa: UP045 - typer reads it at run time
        typer.Option(metavar="N", min=1, help="The most levels to show."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the catalog's categories as a tree, with how many products each has."""
    known = opened(engine)
    counts = known.facets(where or "*", "category", max(1, len(known)) * 20)
    root = levels_of(counts, len(known.matches(where or "*")), depth)
    if json:
        write_json(root.to_dict())
    else:
        _write(root)


def levels_of(counts: Mapping[str, int], products: int, depth: int | None = None) -> Level:
    """Return the hierarchy of category paths, the largest level first.

    Args:
        counts: of the products under each path, paths before those below them or of the same size.
        products: how many there are in all.
        depth: the most levels below the root.

    Examples:
        >>> root = levels_of({"TV": 3, "TV > Sticks": 2, "Tea": 1}, 4)
        >>> [(level.name, level.products) for level in root.below.values()]
        [('TV', 3), ('Tea', 1)]
    """
    from hyperquery.engine.facets import LEVELS

    root = Level("all products", products)
    # Parents count at least as much as what is below them, and come first among equals.
    for path, count in sorted(counts.items(), key=lambda item: item[0].count(LEVELS)):
        *above, name = path.split(LEVELS)
        if depth is not None and len(above) >= depth:
            continue
        level = root
        for part in above:
            level = level.below[part]
        level.below[name] = Level(name, count)
    return root


def _write(root: Level) -> None:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    def label(level: Level) -> Text:
        return Text.assemble(level.name, (f"  {level.products:,}", "dim"))

    def grow(tree: Tree, level: Level) -> None:
        for child in level.below.values():
            grow(tree.add(label(child)), child)

    drawn = Tree(label(root), guide_style="dim")
    grow(drawn, root)
    color = wants_color()
    console = Console(
        highlight=False, no_color=not color, color_system="auto" if color else None,
        force_terminal=color, width=None if color else _WIDE,
    )  # fmt: skip
    console.print(drawn)
