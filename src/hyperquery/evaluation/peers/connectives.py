"""A peer that reads the connectives of a query, as hyperquery does, and fuses scores of terms."""

from __future__ import annotations

from collections.abc import Iterator

from hyperquery.evaluation.score_fusion import FUSIONS, Fusion
from hyperquery.evaluation.scorer import Scorer, Scores
from hyperquery.query import And, Not, Or, Query, Term, parse_leniently


class Connectives:
    """A scorer of texts that answers "sets without mugs" by its scores of *sets* and of *mugs*.

    Args:
        scorer: of terms.
        fusion: what AND, OR and NOT do with the scores.

    Examples:
        >>> from hyperquery.evaluation.peers.bm25 import BM25
        >>> plain = BM25(["red kettle, red lid", "red kettle", "blue pan"])
        >>> int(plain.scores("kettle without lid").argmax())
        0
        >>> int(Connectives(plain, FUSIONS[0]).scores("kettle without lid").argmax())
        1
    """

    def __init__(self, scorer: Scorer, fusion: Fusion) -> None:
        self.fusion = fusion
        self._scorer = scorer

    def scores(self, query: str) -> Scores:
        """Return the score of each product, (products,), larger is better.

        A query without connectives is scored as it is, and so is one with anything but AND, OR and
        NOT.
        """
        asked = parse_leniently(query, fields=()).query
        if isinstance(asked, Term) or not _is_logical(asked):
            return self._scorer.scores(query)
        return self.fusion.scores(asked, self._scorer.scores)


def with_connectives(scorer: Scorer) -> Iterator[Connectives]:
    """Yield a scorer that reads connectives by each of the fusions that are worth trying."""
    for fusion in FUSIONS:
        yield Connectives(scorer, fusion)


def _is_logical(query: Query) -> bool:
    return isinstance(query, Term | And | Or | Not) and all(map(_is_logical, query.children))
