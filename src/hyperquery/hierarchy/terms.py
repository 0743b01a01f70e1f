"""The terms that a learned hierarchy is made of: a catalog's own names, or words of its titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from hyperquery.anthem.text import words
from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.errors import ConfigError

Kind = Literal["category", "brand", "word", "phrase", "chosen"]

MINED_KINDS: tuple[Kind, ...] = ("category", "brand", "word", "phrase")
"""What :func:`mined_terms` can look for."""


@dataclass(frozen=True)
class MinedTerm:
    """A term with where it is from.

    Attributes:
        text: as it is first written.
        kind: a name of the category path, a brand, a word or two of titles, or chosen by hand.
        members: products that say so themselves, in the field or the title; None if chosen.
    """

    text: str
    kind: Kind
    members: int | None = None

    @property
    def key(self) -> str:
        """Its words; terms with the same words are one."""
        return term_key(self.text)


def term_key(text: str) -> str:
    """Return the words of a term, by which terms are told apart.

    Examples:
        >>> term_key("TV & Video")
        'tv video'
    """
    return " ".join(words(text))


def mined_terms(
    catalog: Catalog, *, kinds: Sequence[Kind] = ("category", "brand"), least_products: int = 5
) -> tuple[MinedTerm, ...]:
    """Return the terms of some kinds that enough products have, in the order of kinds and products.

    A term of several kinds is of the first.

    Args:
        catalog: where they are from.
        kinds: of :data:`MINED_KINDS`.
        least_products: how many products must have it.

    Raises:
        ConfigError: If a kind is unknown.

    Examples:
        >>> catalog = Catalog.read([{"id": 1, "title": "Fire stick", "category": "TV > Sticks"}])
        >>> [(term.text, term.kind) for term in mined_terms(
        ...     catalog, kinds=["category", "phrase"], least_products=1)]
        [('TV', 'category'), ('Sticks', 'category'), ('fire stick', 'phrase')]
    """
    found: dict[str, MinedTerm] = {}
    for kind in kinds:
        if kind not in MINED_KINDS:
            raise ConfigError(f"a kind of term is one of {', '.join(MINED_KINDS)}, not {kind!r}")
        texts: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for of_product in _texts(catalog, kind):
            keyed: dict[str, str] = {}
            for text in of_product:
                keyed.setdefault(term_key(text), text)
            keyed.pop("", None)
            counts.update(keyed.keys())
            for key, text in keyed.items():
                texts.setdefault(key, text)
        for key, text in texts.items():
            if counts[key] >= least_products:
                found.setdefault(key, MinedTerm(text, kind, counts[key]))
    return tuple(found.values())


def chosen_terms(texts: Iterable[str]) -> tuple[MinedTerm, ...]:
    """Return terms chosen by hand, each once.

    Examples:
        >>> [term.text for term in chosen_terms(["Fire TV", "fire tv", "Kindle"])]
        ['Fire TV', 'Kindle']
    """
    found: dict[str, MinedTerm] = {}
    for text in texts:
        found.setdefault(term_key(text), MinedTerm(text, "chosen"))
    return tuple(found.values())


def _texts(catalog: Catalog, kind: Kind) -> Iterable[Sequence[str]]:
    """Yield what each product has of a kind."""
    if kind == "word":
        return (words(title) for title in catalog.titles)
    if kind == "phrase":
        return ([" ".join(pair) for pair in pairwise(words(t))] for t in catalog.titles)
    values: Sequence[Any] = catalog.fields.get(PATH_FIELD if kind == "category" else kind, ())
    if kind == "category":
        return (path or () for path in values)
    return ([str(value)] if value is not None else [] for value in values)
