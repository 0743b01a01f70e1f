"""Taxonomies as lines of text: paths (Shopify, Google), indentation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

import networkx as nx

from hyperquery.hierarchy.building import Cycles, Draft, Parents, build, path_key
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.files import lines_of, read_text

# Shopify writes "gid://shopify/TaxonomyCategory/ap-1   : A > B", Google "1604 - A > B". A word
# without a digit before a colon is part of a name.
_WITH_ID = re.compile(r"(?:(gid://\S+|\S*\d\S*)\s+:|(\d+)\s+-)\s+(.+)")


def from_paths(
    paths: Iterable[Sequence[str] | str],
    *,
    separator: str = ">",
    cycles: Cycles = "raise",
    parents: Parents = "keep",
) -> nx.DiGraph:
    """Make a taxonomy of category paths; what is above a path is added.

    A node is its whole path ("TV > Stands"), so equal names under different parents stay apart.
    Paths alone make a tree: the policies find nothing to do.

    Args:
        paths: each a list of names from the root down, or a text with separators.
        separator: between the names of a text; spaces around it do not count.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph; nodes have ``name`` and ``depth``.

    Raises:
        TaxonomyError: If there is no path, or a path has no name or an empty one.

    Examples:
        >>> graph = from_paths(["TV > Stands", ["TV", "Mounts"], ["Garden", "Stands"]])
        >>> list(graph.edges)
        [('TV', 'TV > Stands'), ('TV', 'TV > Mounts'), ('Garden', 'Garden > Stands')]
        >>> graph.nodes["Garden > Stands"]
        {'name': 'Stands', 'depth': 2}
    """
    draft = Draft()
    defined: set[str] = set()
    for number, path in enumerate(paths, start=1):
        key = draft.add_path(_names(path, separator, f"path {number}"))
        draft.repeated += key in defined
        defined.add(key)
    draft.added = len(draft.nodes) - len(defined)
    return build(draft, cycles=cycles, parents=parents)


def from_path_text(
    source: str | os.PathLike[str], *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    r"""Read one path a line, with or without an id before it, as Shopify and Google publish them.

    Lines are ``gid://... : A > B``, ``1604 - A > B`` or ``A > B``; those that start with ``#`` are
    comments.

    Args:
        source: a path, also to a .gz file, or the text itself if it has a line break.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph, as from :func:`from_paths`; nodes have ``id`` where it is given.

    Raises:
        TaxonomyError: If it cannot be read, or two lines give one path different ids.

    Examples:
        >>> graph = from_path_text("1 - Animals\n3237 - Animals > Live Animals\n")
        >>> graph.nodes["Animals > Live Animals"]
        {'name': 'Live Animals', 'id': '3237', 'depth': 2}
    """
    draft = Draft()
    defined: dict[str, str | None] = {}
    for number, line in lines_of(text_of(source)):
        id_, path = split_id(line)
        key = draft.add_path(_names(path, ">", f"line {number}"))
        if key in defined:
            if defined[key] != id_:
                raise TaxonomyError(
                    f"line {number} gives {key!r} the id {id_!r}, and an earlier line "
                    f"{defined[key]!r}: one path is one category, rename one of them"
                )
            draft.repeated += 1
        defined[key] = id_
        if id_ is not None:
            draft.nodes[key]["id"] = id_
    draft.added = len(draft.nodes) - len(defined)
    return build(draft, cycles=cycles, parents=parents)


def from_indented_text(
    source: str | os.PathLike[str], *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    r"""Read one name a line, indented below its parent by spaces or tabs.

    Args:
        source: a path, also to a .gz file, or the text itself if it has a line break.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph, as from :func:`from_paths`.

    Raises:
        TaxonomyError: If a line is indented by less than its siblings and more than its parent, or
            by other characters than the lines above it.

    Examples:
        >>> list(from_indented_text("TV\n  Stands\n  Mounts\nGarden\n"))
        ['TV', 'TV > Stands', 'TV > Mounts', 'Garden']
    """
    draft = Draft()
    open_: list[tuple[str, str]] = []  # the indentation and the name of each level
    for number, line in lines_of(text_of(source)):
        name = line.strip()
        indent = line[: len(line) - len(line.lstrip())]
        closed = None
        while open_ and len(open_[-1][0]) >= len(indent):
            closed = open_.pop()[0]
        above = open_[-1][0] if open_ else None
        if closed not in (None, indent) or (above is not None and not indent.startswith(above)):
            raise TaxonomyError(
                f"line {number} ({name!r}) is indented unlike the lines above it: indent siblings "
                f"alike, with spaces or with tabs"
            )
        open_.append((indent, name))
        path = tuple(name for _, name in open_)
        draft.repeated += path_key(path) in draft.nodes
        draft.add_path(path)
    return build(draft, cycles=cycles, parents=parents)


def split_id(line: str) -> tuple[str | None, str]:
    """Return the id before a line's path, or None, and the path."""
    found = _WITH_ID.fullmatch(line.strip())
    return (found[1] or found[2], found[3]) if found else (None, line)


def text_of(source: str | os.PathLike[str]) -> str:
    """Return a text itself if it has a line break, or else that of the file it names."""
    if isinstance(source, str) and "\n" in source:
        return source
    return read_text(source)


def _names(path: Sequence[str] | str, separator: str, where: str) -> tuple[str, ...]:
    parts = path.split(separator) if isinstance(path, str) else path
    names = tuple(str(part).strip() for part in parts)
    if not names or not all(names):
        raise TaxonomyError(f"{where} has an empty name: {path!r}")
    return names
