"""Ways to answer boolean queries: exact regions, a keyword engine's own, fused scores of terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from statistics import fmean

import numpy as np

from hyperquery import query as q
from hyperquery.engine.engine import Engine
from hyperquery.evaluation.boolean import STRUCTURES, BooleanBenchmark, Part
from hyperquery.evaluation.boolean_figures import average_precision, f1
from hyperquery.evaluation.boolean_queries import terms_in
from hyperquery.evaluation.operators import Array, Mask
from hyperquery.evaluation.peers.tantivy import Tantivy
from hyperquery.evaluation.score_fusion import FUSIONS, Fusion, best_threshold
from hyperquery.evaluation.scorer import Scorer


class EngineSystem:
    """An engine: products rank by their margins and match inside the region.

    Args:
        engine: over a part's products.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scores(self, query: q.Query) -> Array:
        """Return the margins turned round, (products,)."""
        return -np.asarray(self._engine.region(query).margin(self._engine.points))

    def matches(self, query: q.Query) -> Mask:
        """Return which products are inside, (products,)."""
        return self.scores(query) > 0


class TantivySystem:
    """A keyword engine's own boolean queries.

    A product needs any word of a term to be ranked by it, and all of them to match it: each did
    better at its task than the other.

    Args:
        titles: of a part's products.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._index = Tantivy(titles)

    def scores(self, query: q.Query) -> Array:
        """Return the scores of each product, (products,)."""
        return self._index.boolean_scores(query, words="any")

    def matches(self, query: q.Query) -> Mask:
        """Return which products match, (products,)."""
        return self._index.boolean_matches(query, words="all")


@dataclass(frozen=True)
class FusedScorer:
    """A system that scores terms, with operators and a threshold put around it.

    Attributes:
        leaf: the score of each product, (products,), for a term.
        ranking: the operators that rank.
        matching: the operators that decide what matches.
        threshold: the score by these above which a product matches.
    """

    leaf: Mapping[str, Array]
    ranking: Fusion
    matching: Fusion
    threshold: float

    def scores(self, query: q.Query) -> Array:
        """Return the fused scores, (products,)."""
        return self.ranking.scores(query, self.leaf.__getitem__)

    def matches(self, query: q.Query) -> Mask:
        """Return which products score above the threshold, (products,)."""
        return self.matching.scores(query, self.leaf.__getitem__) > self.threshold


def term_scores(scorer: Scorer, part: Part) -> dict[str, Array]:
    """Return the scores of each term in a part's queries, (products,) each."""
    asked = (query for pairs in part.queries.values() for query, _ in pairs)
    return {term: scorer.scores(term) for query in asked for term in terms_in(query)}


def tuned(dev: Part, dev_leaf: Mapping[str, Array], leaf: Mapping[str, Array]) -> FusedScorer:
    """Return the best fusions on the dev part: in mean AP, and with a threshold in mean F1.

    Args:
        dev: the part that choices are made on.
        dev_leaf: the scores of each term for the dev part's products.
        leaf: the scores of each term for the products that the result is to answer about.
    """
    pairs = [pair for name in STRUCTURES for pair in dev.queries[name]]
    answers = [dev.answer(meant) for _, meant in pairs]
    ranked: list[tuple[float, Fusion]] = []
    matched: list[tuple[float, Fusion, float]] = []
    for fusion in FUSIONS:
        scores = [fusion.scores(asked, dev_leaf.__getitem__) for asked, _ in pairs]
        both = list(zip(scores, answers, strict=True))
        ranked.append((fmean(average_precision(*pair) for pair in both), fusion))
        threshold = best_threshold(scores, answers)
        sets = fmean(f1(score > threshold, answer) for score, answer in both)
        matched.append((sets, fusion, threshold))
    _, ranking = max(ranked, key=itemgetter(0))
    _, matching, threshold = max(matched, key=itemgetter(0))
    return FusedScorer(leaf, ranking, matching, threshold)


def fused(benchmark: BooleanBenchmark, scorer: Callable[[Part], Scorer]) -> FusedScorer:
    """Return a system that scores terms, with the operators that suit it best on the dev part.

    Args:
        benchmark: its dev part is chosen on, its test part is what the result answers about.
        scorer: makes the scorer over a part's products.
    """
    dev, test = benchmark.dev, benchmark.test
    return tuned(dev, term_scores(scorer(dev), dev), term_scores(scorer(test), test))
