"""What can be chosen about a model and its training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from hyperquery.errors import ConfigError

_RANGES: dict[str, tuple[float, float]] = {
    "dimension": (1, 4096),
    "attention_dimension": (1, 4096),
    "expansion": (0, 64),
    "radius": (1e-3, 10),  # float32 is sound up to there
    "softness": (1e-3, 10),
    "curvature": (0, 100),
    "steps": (1, 10**9),
    "batch_size": (1, 10**6),
    "queries_per_product": (1, 1000),
    "judged_queries": (0, 10**6),
    "facet_queries": (0, 10**6),
    "most_pieces": (0, 10**8),
    "facet_share": (0, 1),
    "title_share": (0, 1),
    "word_dropout": (0, 1),
    "typo_share": (0, 1),
    "facet_typo_share": (0, 1),
    "learning_rate": (1e-9, 1),
    "manifold_learning_rate": (1e-9, 1),
    "piece_learning_rate": (1e-9, 1),
    "edge_weight": (0, 1000),
    "facet_weight": (0, 1000),
    "evidence_weight": (0, 1000),
    "lateness_weight": (0, 1000),
    "leaning_weight": (0, 1000),
    "naming_share": (0, 1),
    "held_out": (0, 0.5),
    "checks": (1, 10**6),
    "patience": (1, 10**6),
    "seed": (0, 2**63 - 1),
}


@dataclass(frozen=True)
class Config:
    """The settings of a model and its training; the defaults were chosen by measurement.

    Attributes:
        dimension: of the hyperbolic space.
        attention_dimension: of the keys and queries with which trigrams attend to each other.
        expansion: units of the residual layers, one for products and one for terms, for each
            dimension; 0 for no such layers.
        radius: distance of product points and centroids from the origin.
        softness: width over which a face sets in, see :mod:`hyperquery.geometry.energy`.
        curvature: the positive kappa that training starts from; 0 is Euclidean and stays so.
        steps: training steps, at most.
        batch_size: products in a step.
        queries_per_product: pseudo-queries made from each of them.
        judged_queries: judged queries added to a step, where there are judgments.
        facet_queries: facets of a batch's products whose members are learned in a step, at most.
        most_pieces: runs of letters, words and pairs of words that are read beside the trigrams,
            at most; 0 for trigrams alone.
        facet_share: share of the pseudo-queries made of facets (brand, color, category).
        title_share: share of the products in a batch that are read by title alone.
        word_dropout: the largest share of a product's words left out in training.
        typo_share: share of the pseudo-queries in which one word is misspelled.
        facet_typo_share: likewise of the facets.
        learning_rate: of the weights, at its peak.
        manifold_learning_rate: of the trigram centroids on the Lorentz manifold, at its peak.
        piece_learning_rate: of the table of longer pieces, at its peak.
        edge_weight: weight of the membership loss of pseudo-queries.
        facet_weight: weight of the membership loss of facets; it teaches edges and makes the
            margins of all terms comparable.
        evidence_weight: energy of lacking all of a term's trigrams; facets learn their own. 0 is
            no evidence for either.
        lateness_weight: energy of a title that does not name a term, see
            :mod:`hyperquery.anthem.openings`; 0 where the place of words makes no difference.
        leaning_weight: energy between a title that does not lean to a facet at all and one that
            leans to it wholly, or is known to have it. 0 is no axes for facets.
        naming_share: share of that energy for each facet that is only named within a longer term.
        held_out: share of the products kept out of training, for early stopping and calibration.
        checks: how often training looks at the held-out products.
        patience: checks without progress after which training stops.
        seed: of everything random.
    """

    dimension: int = 64
    attention_dimension: int = 16
    expansion: int = 2
    radius: float = 1.0
    softness: float = 0.25
    curvature: float = 1.0
    steps: int = 400
    batch_size: int = 512
    queries_per_product: int = 2
    judged_queries: int = 64
    facet_queries: int = 400
    most_pieces: int = 50_000
    facet_share: float = 0.35
    title_share: float = 0.5
    word_dropout: float = 0.8
    typo_share: float = 0.3
    facet_typo_share: float = 0.1
    learning_rate: float = 3e-3
    manifold_learning_rate: float = 4e-2
    piece_learning_rate: float = 1e-2
    edge_weight: float = 0.5
    facet_weight: float = 6.6
    evidence_weight: float = 1.0
    lateness_weight: float = 0.4
    leaning_weight: float = 1.0
    naming_share: float = 0.2
    held_out: float = 0.05
    checks: int = 20
    patience: int = 6
    seed: int = 0

    def __post_init__(self) -> None:
        check_settings(self, _RANGES)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the settings that :meth:`to_dict` gave.

        Raises:
            ConfigError: If a setting is unknown or out of range.
        """
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise ConfigError(f"unknown setting {name!r}; known are {', '.join(known)}")
        return cls(**values)


def check_settings(settings: Any, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check that the settings in a dataclass are numbers of their kinds and in their ranges.

    Args:
        settings: an instance, whose fields are of type int or float.
        ranges: the least and the largest value of each field.

    Raises:
        ConfigError: If one is not.
    """
    for field in fields(settings):
        name = f"{type(settings).__name__}.{field.name}"
        value, kind = getattr(settings, field.name), int if field.type == "int" else float
        if isinstance(value, bool) or not isinstance(value, int | kind):
            wanted = "a whole number" if kind is int else "a number"
            raise ConfigError(f"{name} must be {wanted}, not {value!r}")
        low, high = ranges[field.name]
        if not low <= value <= high:
            raise ConfigError(f"{name} must be from {low} to {high}, not {value!r}")
