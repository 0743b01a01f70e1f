"""Why a product is where it is: its margin to a query, clause by clause and term by term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hyperquery.engine.clauses import Clause, deciding_path, finite_or_text, margin_without
from hyperquery.engine.reasons import TermReason
from hyperquery.errors import QueryError
from hyperquery.query import Query
from hyperquery.query.pictures import label


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """The reasons for a product's margin to a query; prints as a text.

    Attributes:
        query: what was asked.
        product_id: of the product.
        fields: of the product, with ``id`` and ``title``.
        clauses: the distinct parts of the query with their margins, operands before what they are
            operands of, the query itself last.
        terms: what the margins to the query's terms are made of, from left to right; those of
            quoted phrases, too, which are terms with a condition.
    """

    query: Query
    product_id: str
    fields: Mapping[str, Any]
    clauses: tuple[Clause, ...]
    terms: tuple[TermReason, ...]

    @property
    def margin(self) -> float:
        """The product's margin to the query, as a search has it."""
        return self.clauses[-1].margin

    @property
    def matches(self) -> bool:
        """Whether the product is inside the query's region."""
        return self.margin < 0

    @cached_property
    def path(self) -> tuple[int, ...]:
        """The numbers of the clauses that the margin comes from, from the query to a leaf."""
        return deciding_path(self.clauses)

    @property
    def decisive(self) -> Clause:
        """The leaf that decided: its margin, flipped or boosted on the way, is the query's."""
        return self.clauses[self.path[-1]]

    @property
    def without(self) -> float | None:
        """The margin without the leaf that decided; None if nothing would be left of the query."""
        return margin_without(self.clauses, self.path)

    def term(self, text: str) -> TermReason:
        """Return what the margin to one term is made of.

        Raises:
            QueryError: If the query has no such term.
        """
        for reason in self.terms:
            if reason.text == text:
                return reason
        known = ", ".join(repr(reason.text) for reason in self.terms)
        raise QueryError(f"the query has no term {text!r}, only {known or 'conditions'}")

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values that JSON can hold; infinite margins as text."""
        path = list(self.path)
        return {
            "query": str(self.query),
            "product_id": self.product_id,
            "fields": dict(self.fields),
            "margin": finite_or_text(self.margin),
            "matches": self.matches,
            "path": path,
            "without": finite_or_text(self.without),
            "clauses": [
                {
                    "kind": type(clause.query).__name__,
                    "label": label(clause.query),
                    "margin": finite_or_text(clause.margin),
                    "operands": list(clause.operands),
                    "decisive": clause.decisive,
                    "runner_up": clause.runner_up,
                    "without": finite_or_text(clause.without),
                }
                for clause in self.clauses
            ],
            "terms": [reason.to_dict() for reason in self.terms],
        }

    def __repr__(self) -> str:
        return f"Explanation({self.product_id!r}, margin={self.margin:.6g}, query={self.query})"

    def __str__(self) -> str:
        from hyperquery.engine.explanation_text import explanation_text

        return explanation_text(self)
