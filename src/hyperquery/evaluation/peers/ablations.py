"""hyperquery with something taken away, as settings of the same model and training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from hyperquery.anthem.config import Config


@dataclass(frozen=True)
class Ablation:
    """A variant of hyperquery.

    Attributes:
        title: what tables call it.
        config: from hyperquery's settings to its own.
    """

    title: str
    config: Callable[[Config], Config]


def e_anthem(config: Config) -> Config:
    """Return the settings with flat space: boxes with Euclidean faces, all else alike.

    This is the paper's ablation E-ANTHEM, of hyperquery's model rather than of the paper's.
    """
    return replace(config, curvature=0.0)


def without_evidence(config: Config) -> Config:
    """Return the settings without the sparse axes: terms are hyperboloids and nothing else."""
    return replace(config, evidence_weight=0.0, lateness_weight=0.0, leaning_weight=0.0)


def without_leanings(config: Config) -> Config:
    """Return the settings without the axes of facets."""
    return replace(config, leaning_weight=0.0)


def without_lateness(config: Config) -> Config:
    """Return the settings with which it makes no difference where a title names a term."""
    return replace(config, lateness_weight=0.0)


def paper_settings(config: Config) -> Config:
    """Return the settings that come nearest to the model of Choudhary et al., WSDM 2022.

    As in the paper: trigrams are all that is read; query trigrams are hyperboloids and title
    trigrams points of hyperbolic space; every pair of a term's trigrams meets; attention weighs
    elements and meets, and self-attention the title; the distance to the hyperboloid is the only
    score, and contrast between products and between queries the only loss.

    Not as in the paper: no judgments are used, queries are made from the products' own texts;
    faces are geodesic hyperplanes of the Lorentz model, in place of Moebius sums on the ball;
    points and centroids lie at one distance from the origin; sizes, learning rates and the losses'
    form are hyperquery's. All terms share one edge, found on held-out queries.
    """
    config = without_evidence(config)
    return replace(config, expansion=0, most_pieces=0, facet_weight=0.0, edge_weight=0.0)


ABLATIONS: Mapping[str, Ablation] = MappingProxyType(
    {
        "e-anthem": Ablation("E-ANTHEM (curvature 0)", e_anthem),
        "no-evidence": Ablation("hyperquery without evidence", without_evidence),
        "no-lateness": Ablation("hyperquery without lateness", without_lateness),
        "no-leanings": Ablation("hyperquery without leanings", without_leanings),
        "anthem-paper": Ablation("ANTHEM, the paper's settings", paper_settings),
    }
)
"""The ablations by the names that benchmarks know them by."""
