"""Boolean queries with known answers, generated from a catalog's own fields.

Terms are the values of text fields: category names, brands, colors. A product belongs to a term if
one of its fields has that value, and the answer to a query is set algebra on its terms. The
products are split in three: a system trains on the first part with its fields; of the others it
sees titles alone. Thresholds and fusions are chosen on the second part, figures come from the
third. Some terms are taken out of the training products' fields, to ask for what no one taught.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery import query as q
from hyperquery.anthem.text import words
from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.errors import CatalogError
from hyperquery.evaluation.boolean_queries import (
    SHALLOW,
    Draw,
    in_another_form,
    misspelled_term,
    rewritten,
)
from hyperquery.evaluation.operators import Mask, evaluate

STRUCTURES = (*SHALLOW, "deep")
VARIANTS = ("typos", "word forms", "unseen terms")
TERM_FIELDS = ("brand", "color")  # and the levels of the category
_FEWEST_TERMS = 8


@dataclass(frozen=True, eq=False)
class Part:
    """Some products, seen by their titles alone, and the queries asked about them.

    Attributes:
        catalog: the products, with an id and a title only.
        members: which of them belong to each term, (products,) each.
        queries: pairs of a query as it is asked and the query as it is meant, by the name of the
            structure or variant. They differ in the variants with typos and other word forms.
    """

    catalog: Catalog
    members: Mapping[str, Mask]
    queries: Mapping[str, tuple[tuple[q.Query, q.Query], ...]]

    def answer(self, meant: q.Query) -> Mask:
        """Return which products answer a query, (products,): set algebra on its terms."""
        return evaluate(meant, self.members.__getitem__, np.logical_and, np.logical_or, np.invert)


@dataclass(frozen=True, eq=False)
class BooleanBenchmark:
    """A catalog in three parts.

    Attributes:
        train: products with all fields, less the unseen terms.
        dev: for choices.
        test: for figures.
        terms: that queries are made of, seen in training.
        unseen: terms that no training product's fields hold.
    """

    train: Catalog
    dev: Part
    test: Part
    terms: tuple[str, ...]
    unseen: tuple[str, ...]


def make_benchmark(
    catalog: Catalog,
    *,
    seed: int = 0,
    per_structure: int = 300,
    dev_per_structure: int = 100,
    least_products: int = 10,
    dev_share: float = 0.1,
    test_share: float = 0.25,
    unseen_share: float = 0.05,
) -> BooleanBenchmark:
    """Generate the benchmark from a catalog with fields.

    Args:
        catalog: with brands, colors or categories.
        seed: of the split, the unseen terms and the queries.
        per_structure: queries of each structure and variant about the test part.
        dev_per_structure: likewise about the dev part.
        least_products: how many products of the catalog a term must have.
        dev_share: share of the products that choices are made on.
        test_share: share of the products that figures come from.
        unseen_share: share of the terms that training does not see.

    Raises:
        CatalogError: If there are too few terms to make queries of.
    """
    rng = np.random.default_rng(seed)
    holdings = [frozenset(terms_of(catalog, row)) for row in range(len(catalog))]
    rows_of: dict[str, list[int]] = {}
    for row, held in enumerate(holdings):
        for term in held:
            rows_of.setdefault(term, []).append(row)
    terms = sorted(term for term, rows in rows_of.items() if len(rows) >= least_products)
    if len(terms) < _FEWEST_TERMS:
        raise CatalogError(
            f"only {len(terms)} brands, colors and category names have {least_products} products: "
            f"the boolean benchmark needs {_FEWEST_TERMS}; lower least_products"
        )
    unseen = set(rng.choice(terms, round(unseen_share * len(terms)), replace=False).tolist())
    ends = np.cumsum([round(share * len(catalog)) for share in (dev_share, test_share)])
    split = np.split(rng.permutation(len(catalog)), ends)
    dev, test, train = (np.sort(rows) for rows in split)
    training = Catalog.from_records([_without(catalog.product(row), unseen) for row in train])
    seen_words = {word for document in training.documents() for word in words(document.text)}

    def part(rows: npt.NDArray[np.int64], number: int) -> Part:
        titles = [{"id": catalog.ids[row], "title": catalog.titles[row]} for row in rows]
        members = {term: np.isin(rows, rows_of[term]) for term in terms}
        answering = Part(Catalog.from_records(titles), members, {})
        known = [holdings[row] & set(terms) - unseen for row in rows]
        draw = Draw(known, answering.answer, rng)
        plain = {name: draw.queries(name, number) for name in STRUCTURES}
        pool = [query for name in SHALLOW for query in plain[name]]
        mixed = [pool[i] for i in rng.permutation(len(pool))]
        strange = Draw([holdings[row] & set(terms) for row in rows], answering.answer, rng)
        asked: dict[str, tuple[tuple[q.Query, q.Query], ...]] = {
            name: tuple((query, query) for query in queries) for name, queries in plain.items()
        }
        asked["typos"] = rewritten(mixed, lambda term: misspelled_term(term, rng), number)
        asked["word forms"] = rewritten(
            mixed, lambda term: in_another_form(term, seen_words), number
        )
        asked["unseen terms"] = tuple(
            (query, query) for query in strange.queries_with(unseen, number)
        )
        return Part(answering.catalog, members, asked)

    return BooleanBenchmark(
        training,
        part(dev, dev_per_structure),
        part(test, per_structure),
        tuple(t for t in terms if t not in unseen),
        tuple(sorted(unseen)),
    )


def terms_of(catalog: Catalog, row: int) -> list[str]:
    """Return the terms that a product belongs to: its brand, color and category names.

    Examples:
        >>> catalog = Catalog.read([{"id": 7, "title": "Fire", "category": "TV > Sticks"}])
        >>> terms_of(catalog, 0)
        ['tv', 'sticks']
    """
    values = [catalog.fields[name][row] for name in TERM_FIELDS if name in catalog.fields]
    path = catalog.fields[PATH_FIELD][row] if PATH_FIELD in catalog.fields else None
    normalized = (" ".join(words(str(v))) for v in (*values, *(path or ())) if v is not None)
    return list(dict.fromkeys(term for term in normalized if term))


def _without(record: dict[str, Any], unseen: set[str]) -> dict[str, Any]:
    """Return a product's record without the field values that are unseen terms."""

    def keeps(value: object) -> bool:
        return value is None or " ".join(words(str(value))) not in unseen

    kept = dict(record)
    for name in TERM_FIELDS:
        if name in kept and not keeps(kept[name]):
            kept[name] = None
    if kept.get(PATH_FIELD):
        kept[PATH_FIELD] = [level for level in kept[PATH_FIELD] if keeps(level)] or None
    return kept
