"""WordNet's nouns as a taxonomy, from the database file ``data.noun``."""

from __future__ import annotations

import os
from pathlib import Path

import networkx as nx

from hyperquery.hierarchy.building import Cycles, Draft, Parents, build
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.files import read_text

_HYPERNYMS = ("@", "@i")
"""Pointers to what a synset is a kind of, and to what it is an instance of."""


def from_wordnet(
    path: str | os.PathLike[str], *, cycles: Cycles = "raise", parents: Parents = "keep"
) -> nx.DiGraph:
    """Read the noun synsets and their hypernyms, of kinds and of instances.

    A node is the synset's offset in the file, 8 digits, which is its id; its name is its first
    word. Synsets have several parents. The format is that of ``wndb(5WN)``: offset, file number,
    "n", number of words in hexadecimal, words each with a lexical id, number of pointers, pointers
    of four fields each, and after ``|`` the gloss. Version 3.0 has 82,115 synsets and 84,427 edges.

    Args:
        path: ``data.noun``, or the folder it is in. Debian's package wordnet-base has it in
            /usr/share/wordnet.
        cycles: see :func:`hyperquery.hierarchy.building.build`.
        parents: likewise.

    Returns:
        The graph; nodes have ``name``, ``id``, ``words`` (all of the synset) and ``depth``.

    Raises:
        TaxonomyError: If there is no such file, or a line is not a synset.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "data.noun"
    if not file.is_file():
        raise TaxonomyError(
            f"there is no WordNet file {file}: it comes with Debian's package wordnet-base, in the "
            f"folder usr/share/wordnet; give that folder"
        )
    draft = Draft()
    hypernyms: dict[str, list[str]] = {}
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip() or line.startswith("  "):  # the licence at the top is indented
            continue
        try:
            offset, words, above = _synset(line)
        except (IndexError, ValueError) as error:
            raise TaxonomyError(f"line {number} of {file.name} is not a synset: {error}") from error
        draft.nodes[offset] = {"name": words[0], "id": offset, "words": words}
        hypernyms[offset] = above
    for child, above in hypernyms.items():
        for parent in above:
            if parent not in draft.nodes:
                raise TaxonomyError(f"synset {child} has a hypernym that is not there: {parent}")
            draft.add_edge(parent, child)
    return build(draft, cycles=cycles, parents=parents)


def _synset(line: str) -> tuple[str, tuple[str, ...], list[str]]:
    """Return a line's offset, words and hypernyms."""
    fields = line.partition(" | ")[0].split()
    offset, kind, many = fields[0], fields[2], int(fields[3], 16)
    if not (len(offset) == 8 and offset.isdigit() and kind == "n" and many):
        raise ValueError(f"expected offset, file number, n and words, found {line[:40]!r}")
    words = tuple(word.replace("_", " ") for word in fields[4 : 4 + 2 * many : 2])
    first = 5 + 2 * many
    pointers = [fields[at : at + 4] for at in range(first, first + 4 * int(fields[first - 1]), 4)]
    if any(len(pointer) != 4 for pointer in pointers):
        raise ValueError("it ends within its pointers")
    return offset, words, [to for symbol, to, kind, _ in pointers if symbol in _HYPERNYMS]
