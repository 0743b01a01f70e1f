"""What a system is that retrieves: something that scores every product for a query."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from hyperquery.engine.engine import Engine
from hyperquery.errors import QueryError
from hyperquery.query import Query, Term, parse_leniently

Scores = npt.NDArray[np.float32]
"""One number for each product in catalog order, (products,), larger is better."""


class Scorer(Protocol):
    """Scores every product of the catalog it was made for."""

    def scores(self, query: str) -> Scores:
        """Return the score of each product for a plain query, (products,), larger is better."""
        ...


class EngineScorer:
    """An engine as a scorer: nearer is better.

    Args:
        engine: over the catalog.
        syntax: whether a query is read as a search box reads it, where "sets without mugs"
            excludes mugs, or as one term, the words of which are searched for.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> engine = demo_engine()
        >>> best = EngineScorer(engine).scores("fire tv stick").argmax()
        >>> engine.catalog.titles[best][:13]
        'Fire TV Stick'
    """

    def __init__(self, engine: Engine, *, syntax: bool = True) -> None:
        self._engine = engine
        self._syntax = syntax

    def scores(self, query: str) -> Scores:
        """Return each product's margin, turned round so that larger is better, (products,).

        With a term that is unknown as a whole, all of the query is read as one term.

        Raises:
            QueryError: If no trigram of the query is known.
        """
        read: Query = Term(query)
        if self._syntax:
            read = parse_leniently(query, fields=self._engine.catalog.schema).query
        try:
            region = self._engine.region(read)
        except QueryError:  # a word of one clause alone may be unknown
            region = self._engine.region(Term(query))
        return np.asarray(-region.margin(self._engine.points), dtype=np.float32)
