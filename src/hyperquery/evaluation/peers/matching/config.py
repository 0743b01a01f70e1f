"""What can be chosen about a text-matching model and its training."""

from __future__ import annotations

from dataclasses import dataclass

from hyperquery.anthem.config import check_settings

_RANGES: dict[str, tuple[float, float]] = {
    "dimension": (4, 1024),
    "query_length": (4, 1000),
    "product_length": (8, 10_000),
    "steps": (1, 10**9),
    "tune_steps": (1, 10**9),
    "queries_per_step": (1, 10**6),
    "negatives": (1, 1000),
    "hard_share": (0, 1),
    "judged_share": (0, 1),
    "facet_share": (0, 1),
    "title_share": (0, 1),
    "word_dropout": (0, 1),
    "typo_share": (0, 1),
    "pace": (1e-6, 1e3),
    "tune_pace": (1e-6, 1e3),
    "seed": (0, 2**63 - 1),
}


@dataclass(frozen=True)
class MatchingConfig:
    """The settings that all text-matching models share; what sets one apart is in its own file.

    The shares that shape pseudo-queries and the reading of products are those of
    :class:`hyperquery.anthem.config.Config`, so that all systems learn from the same kind of pairs.
    The other defaults were chosen by NDCG@10 on every second judged query of the ESCI slice.

    Attributes:
        dimension: of the word vectors.
        query_length: words read of a query; more are left out.
        product_length: words read of a product; more are left out.
        steps: training steps on pseudo-queries.
        tune_steps: training steps of :meth:`Matcher.tune` on judged queries.
        queries_per_step: queries in a step.
        negatives: products that do not satisfy a query, against the one that does.
        hard_share: chance of a negative to be one that shares a word with its query, or, for a
            judged query, one that is judged to answer it less well.
        judged_share: share of judged queries in a step of tuning; the others are pseudo-queries.
        facet_share: share of the pseudo-queries made of facets (brand, color, category).
        title_share: share of the products that are read by title alone.
        word_dropout: the largest share of a product's words left out in training.
        typo_share: share of the pseudo-queries in which one word is misspelled.
        pace: factor on each model's own learning rate.
        tune_pace: the same in tuning.
        seed: of everything random.
    """

    dimension: int = 64
    query_length: int = 10
    product_length: int = 48
    steps: int = 1000
    tune_steps: int = 100
    queries_per_step: int = 32
    negatives: int = 7
    hard_share: float = 0.5
    judged_share: float = 0.5
    facet_share: float = 0.35
    title_share: float = 0.4
    word_dropout: float = 0.3
    typo_share: float = 0.1
    pace: float = 1.0
    tune_pace: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        check_settings(self, _RANGES)
