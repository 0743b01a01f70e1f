"""Random boolean queries that some product answers, and ways in which people write them badly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from hyperquery import query as q
from hyperquery.anthem.documents import misspelled
from hyperquery.errors import CatalogError

Answer = Callable[[q.Query], npt.NDArray[np.bool_]]

SHALLOW = ("1", "2i", "3i", "2u", "ui", "2in", "uin")
"""The structures of up to three terms: i is AND, u is OR, n is NOT."""

_TRIES = 100  # for each query
_LARGEST_ANSWER = 0.5  # of the products: a query answered by most of them asks nothing


class Draw:
    """Draws queries around products, so that terms of one query have to do with each other.

    Args:
        holdings: the terms of each product.
        answer: which products answer a query.
        rng: source of everything drawn.
    """

    def __init__(
        self, holdings: Sequence[Collection[str]], answer: Answer, rng: np.random.Generator
    ) -> None:
        self._holdings = [sorted(terms) for terms in holdings]
        self._answer = answer
        self._rng = rng
        self._holders: dict[str, list[int]] = {}
        for row, terms in enumerate(self._holdings):
            for term in terms:
                self._holders.setdefault(term, []).append(row)
        self._rows = [row for row, terms in enumerate(self._holdings) if terms]

    def queries(self, structure: str, number: int) -> tuple[q.Query, ...]:
        """Return distinct queries of a structure, at most ``number`` of them."""
        return self._distinct(lambda: self._draw(structure), number)

    def queries_with(self, terms: Collection[str], number: int) -> tuple[q.Query, ...]:
        """Return distinct queries of mixed shallow structures that hold one of some terms."""
        wanted = set(terms)

        def draw() -> q.Query | None:
            query = self._draw(SHALLOW[int(self._rng.integers(len(SHALLOW)))])
            return query if query is not None and wanted & set(terms_in(query)) else None

        return self._distinct(draw, number)

    def _distinct(self, draw: Callable[[], q.Query | None], number: int) -> tuple[q.Query, ...]:
        found: dict[q.Query, None] = {}
        for _ in range(_TRIES * number):
            if len(found) == number:
                break
            query = draw()
            if query is not None and query not in found and self._asks_something(query):
                found[query] = None
        return tuple(found)

    def _asks_something(self, query: q.Query) -> bool:
        """Whether some but not most products answer, and no term of a shallow query is idle."""
        answer = self._answer(query)
        if not 0 < answer.sum() <= _LARGEST_ANSWER * len(answer):
            return False
        return all((self._answer(operand) != answer).any() for operand in query.children)

    def _draw(self, structure: str) -> q.Query | None:
        if structure == "deep":
            return self._tree(self._row(), True, int(self._rng.integers(2, 4)))
        row = self._row()
        a = self._of(row)
        match structure:
            case "1":
                return q.Term(a)
            case "2i":
                return _and(a, self._of(row))
            case "3i":
                return _and(a, self._of(row), self._of(row))
            case "2u":
                return _or(a, self._any())
            case "ui":
                c = self._of(row)
                return _and(_or(a, self._of(self._holder(c))), c)
            case "2in":
                b = self._of(self._holder(a))
                return _and(a, q.Not(q.Term(b))) if b not in self._holdings[row] else None
            case "uin":
                c = self._of(self._holder(a))
                if c in self._holdings[row]:
                    return None
                return _and(_or(a, self._any()), q.Not(q.Term(c)))
        raise CatalogError(f"unknown query structure {structure!r}")

    def _tree(self, row: int, holds: bool, depth: int) -> q.Query | None:
        """Draw a random tree that product ``row`` answers, or does not."""
        if depth == 0:
            if holds:
                return q.Term(self._of(row))
            near = self._of(self._holder(self._of(row)))
            return q.Term(near) if near not in self._holdings[row] else None
        both = self._rng.random() < 0.5
        if self._rng.random() < 0.25:
            left = self._tree(row, not holds, depth - 1)
            left = None if left is None else q.Not(left)
        else:
            left = self._tree(row, holds, depth - 1)
        right = self._tree(row, holds, depth - 1 if self._rng.random() < 0.7 else 0)
        if left is None or right is None or left == right:
            return None
        return q.And(left, right) if both else q.Or(left, right)

    def _row(self) -> int:
        return self._rows[int(self._rng.integers(len(self._rows)))]

    def _of(self, row: int) -> str:
        terms = self._holdings[row]
        return terms[int(self._rng.integers(len(terms)))]

    def _any(self) -> str:
        return self._of(self._row())

    def _holder(self, term: str) -> int:
        rows = self._holders[term]
        return rows[int(self._rng.integers(len(rows)))]


def terms_in(query: q.Query) -> list[str]:
    """Return the distinct terms of a query, from left to right.

    Examples:
        >>> terms_in(q.parse("(fire OR kindle) AND NOT fire"))
        ['fire', 'kindle']
    """
    terms = (node.text for node in q.postorder(query) if isinstance(node, q.Term))
    return list(dict.fromkeys(terms))


def rewritten(
    queries: Iterable[q.Query], rewrite: Callable[[str], str | None], number: int
) -> tuple[tuple[q.Query, q.Query], ...]:
    """Return queries as people might write them, each with the query that is meant.

    Args:
        queries: as meant.
        rewrite: gives another writing of a term, or None if it has none.
        number: the most queries to return; only those in which a term changed count.
    """
    pairs: list[tuple[q.Query, q.Query]] = []
    for meant in queries:
        if len(pairs) == number:
            break
        writing = {term: rewrite(term) or term for term in terms_in(meant)}
        if all(term == written for term, written in writing.items()):
            continue

        asked = _with_terms(meant, writing)
        pairs.append((asked, meant))
    return tuple(pairs)


def _with_terms(query: q.Query, names: Mapping[str, str]) -> q.Query:
    """Return a query with other texts for its terms."""

    def combine(node: q.Query, operands: list[q.Query]) -> q.Query:
        match node:
            case q.Term():
                return q.Term(names[node.text])
            case q.And():
                return q.And(*operands)
            case q.Or():
                return q.Or(*operands)
        return q.Not(operands[0])

    return q.fold(query, combine)


def misspelled_term(term: str, rng: np.random.Generator) -> str | None:
    """Return a term with one of its words misspelled, or None if all are too short."""
    parts = term.split()
    long = [place for place, word in enumerate(parts) if len(word) >= 4]
    if not long:
        return None
    place = long[int(rng.integers(len(long)))]
    return " ".join((*parts[:place], misspelled(parts[place], rng), *parts[place + 1 :]))


def in_another_form(term: str, seen: Collection[str]) -> str | None:
    """Return a term in a form that was not seen: singular or plural, or its words joined.

    Examples:
        >>> in_another_form("cell phones", {"cell", "phones"}), in_another_form("tv", {"tv", "tvs"})
        ('cell phone', None)
    """
    parts = term.split()
    for place in reversed(range(len(parts))):
        form = parts[place][:-1] if parts[place].endswith("s") else parts[place] + "s"
        if len(form) >= 3 and form not in seen:
            return " ".join((*parts[:place], form, *parts[place + 1 :]))
    joined = "".join(parts)
    return joined if len(parts) > 1 and joined not in seen else None


def _and(first: q.Query | str | None, *rest: q.Query | str | None) -> q.Query | None:
    return _joined(q.And, (first, *rest))


def _or(first: q.Query | str | None, *rest: q.Query | str | None) -> q.Query | None:
    return _joined(q.Or, (first, *rest))


def _joined(
    kind: type[q.And] | type[q.Or], operands: Sequence[q.Query | str | None]
) -> q.Query | None:
    """Join distinct operands; None if two are the same or one could not be made."""
    nodes = [q.Term(part) if isinstance(part, str) else part for part in operands]
    made = [node for node in nodes if node is not None]
    return kind(*made) if len(set(made)) == len(nodes) else None
