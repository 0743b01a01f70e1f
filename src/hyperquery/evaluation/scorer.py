"""What a system is that retrieves: something that scores every product for a query."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from hyperquery.engine.engine import Engine
from hyperquery.query import Term

Scores = npt.NDArray[np.float32]
"""One number for each product in catalog order, (products,), larger is better."""


class Scorer(Protocol):
    """Scores every product of the catalog it was made for."""

    def scores(self, query: str) -> Scores:
        """Return the score of each product for a plain query, (products,), larger is better."""
        ...


class EngineScorer:
    """An engine as a scorer: nearer is better.

    A query is read as one term, as text and not as syntax: the words of "sets without mugs" are
    searched for.

    Args:
        engine: over the catalog.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> engine = demo_engine()
        >>> best = EngineScorer(engine).scores("fire tv stick").argmax()
        >>> engine.catalog.titles[best][:13]
        'Fire TV Stick'
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scores(self, query: str) -> Scores:
        """Return each product's margin, turned round so that larger is better, (products,).

        Raises:
            QueryError: If no trigram of the query is known.
        """
        margins = self._engine.region(Term(query)).margin(self._engine.points)
        return np.asarray(-margins, dtype=np.float32)
