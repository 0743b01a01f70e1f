"""Vector models trained like hyperquery: a term is a point, not a box.

The same pieces of text, encoder, products, pseudo-queries, facets, losses and steps as ANTHEM's,
and an edge for each term too; only the energy differs. They have no evidence, which would be a
keyword index beside the vectors. So what they lack against hyperquery is the geometry of regions
and the sparse axes, nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor, nn

from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Document
from hyperquery.anthem.encoder import Anthem, Hyperboloids
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary, words
from hyperquery.anthem.training import train
from hyperquery.evaluation.boolean import BooleanBenchmark, Part
from hyperquery.evaluation.boolean_systems import FusedScorer, term_scores, tuned
from hyperquery.evaluation.peers.ablations import without_evidence
from hyperquery.evaluation.platt import LogOdds
from hyperquery.evaluation.scorer import Scores
from hyperquery.geometry import lorentz
from hyperquery.geometry.curvature import asinh, asinh_ratio, sinh

_TINY = 1e-6
_FARTHEST = 5.0  # from the origin, in hyperbolic space


class DotProduct(Anthem):
    """Terms and products are vectors of one length; the energy falls with their inner product.

    Vectors of free length did worse on the dev parts. ``Config.radius`` is the length: as the
    sharpness of the losses starts at the same value for every model, the radius is how a model's
    energies are brought to their scale.
    """

    def energies(self, points: Tensor, terms: Hyperboloids) -> Tensor:
        """Return ``radius**2 - <x, y>`` of every product and term, (terms, n)."""
        return self.config.radius**2 - terms.centres @ points.T

    def _at_radius(self, vectors: Tensor) -> Tensor:
        return self.config.radius * F.normalize(vectors, dim=-1)


class FreeLength(Anthem):
    """The encoder without its sphere: the length of a vector is learned with its direction.

    It is ``radius * |v|**p * exp(<m, v / |v|>)`` of the text's vector v, with an exponent p and a
    map m that start at 0. So training starts on the sphere, where hyperquery stays; vectors of the
    length that summing happens to give them did far worse on the dev parts.
    """

    def __init__(
        self, vocabulary: Vocabulary, config: Config, generator: torch.Generator | None = None
    ) -> None:
        super().__init__(vocabulary, config, generator)
        self.length_exponent = nn.Parameter(torch.zeros(()))
        self.length_map = nn.Parameter(torch.zeros(config.dimension))

    def _of_free_length(self, vectors: Tensor, longest: float = math.inf) -> Tensor:
        """Return the vectors with their learned lengths, which approach the longest smoothly."""
        norms: Tensor = vectors.norm(dim=-1, keepdim=True).clamp_min(_TINY)
        directions = vectors / norms
        turned = (directions @ self.length_map)[..., None]
        lengths = self.config.radius * (self.length_exponent * norms.log() + turned).exp()
        if longest < math.inf:
            lengths = longest * (lengths / longest).tanh()
        return lengths * directions


class EuclideanPoint(FreeLength):
    """Terms and products are points of Euclidean space; the energy is the squared distance."""

    def energies(self, points: Tensor, terms: Hyperboloids) -> Tensor:
        """Return ``|x - y|**2`` of every product and term, (terms, n)."""
        squares = terms.centres.square().sum(-1)[:, None] + points.square().sum(-1)
        return (squares - 2 * terms.centres @ points.T).clamp_min(0)

    def _at_radius(self, vectors: Tensor) -> Tensor:
        return self._of_free_length(vectors)


class HyperbolicPoint(FreeLength):
    """Terms and products are points of hyperbolic space; the energy is the squared distance.

    How far a point is from the origin is free up to 5, approached smoothly, where float32 is sound.
    """

    def energies(self, points: Tensor, terms: Hyperboloids) -> Tensor:
        """Return the squared geodesic distance of every product and term, (terms, n)."""
        return squared_distances(terms.centres, points, self.curvature)

    def _at_radius(self, vectors: Tensor) -> Tensor:
        tangent = self._of_free_length(vectors, _FARTHEST)
        points: Tensor = lorentz.exp_origin(tangent, self.curvature)
        return points


def squared_distances(points: Tensor, others: Tensor, curvature: Tensor) -> Tensor:
    """Return the squared geodesic distance of all pairs, ``(2 asinh(r q / 2) / r)**2``.

    ``q`` is the chord in the Lorentz form, from radii and directions as
    :func:`hyperquery.geometry.lorentz.distance` has it for points away from the origin:
    ``q**2 = 4 sinh(r (a - b) / 2)**2 / kappa + 2 |x| |y| (1 - cos)``. Here one product of matrices
    does most of the work for all pairs, and the gradient at zero distance is 0.

    Args:
        points: (m, d) space coordinates on the Lorentz sheet.
        others: (n, d) likewise.
        curvature: 0-d, at least 0.

    Returns:
        (m, n). In float32 the error is below 0.005 for points up to 5 from the origin.

    Examples:
        >>> one = torch.tensor([[0.0, 0.0]])
        >>> other = lorentz.exp_origin(torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
        >>> squared_distances(one, other, torch.tensor(1.0)).round(decimals=3).tolist()
        [[25.0, 1.0]]
    """
    norms, other_norms = points.norm(dim=-1), others.norm(dim=-1)
    radii, other_radii = asinh(norms, curvature), asinh(other_norms, curvature)
    apart = sinh((radii[:, None] - other_radii) / 2, curvature)
    cosines = F.normalize(points, dim=-1) @ F.normalize(others, dim=-1).T
    turned = norms[:, None] * other_norms * (1 - cosines).clamp_min(0)
    squared_chords = 4 * apart.square() + 2 * turned
    distances: Tensor = squared_chords * asinh_ratio(curvature * squared_chords / 4) ** 2
    return distances


class VectorScorer:
    """A trained vector model as a scorer: deeper inside a term's edge is better.

    Args:
        model: with an encoder of this module, or any other without evidence.
        texts: one for each product; leanings to facets, if the model has any, take them as titles.

    Examples:
        >>> documents = [Document("red kettle"), Document("blue tent")] * 2
        >>> model, _ = train(documents, config=Config(dimension=4, steps=20, evidence_weight=0),
        ...                  progress=False, encoder=DotProduct)
        >>> VectorScorer(model, ["red kettle", "blue tent"]).scores("kettle").argmax()
        np.int64(0)
    """

    def __init__(self, model: Model, texts: Sequence[str]) -> None:
        self._model = model
        read = [words(text) for text in texts]
        encoded = model.vocabulary.encode_words(read)
        self._new_words = model.vocabulary.new_words(read)
        self._points = torch.from_numpy(model.points(encoded))
        self._wordless = encoded.trigrams.counts == 0
        nothing: list[tuple[()]] = [()] * len(read)
        self._held = model.leanings.held(encoded, nothing, model.vocabulary, told=False)

    def scores(self, query: str) -> Scores:
        """Return edge minus energy of each product, (products,), larger is better.

        A text of which nothing can be read has the lowest score of all.

        Raises:
            QueryError: If no trigram of the query is known.
        """
        with torch.no_grad():
            read = self._model.wording.read(query, self._new_words)
            terms = self._model.encoder.hyperboloids(self._model.read_term(read))
            energies = self._model.encoder.energies(self._points, terms)
            margins = (energies - terms.edges[:, None])[0].numpy()
        self._model.add_leanings(margins, tuple(words(read)), self._held)
        scores: Scores = -margins
        return np.where(self._wordless, scores.min(), scores)


def vector_system(model: Model, benchmark: BooleanBenchmark, answering: Part) -> FusedScorer:
    """Return a vector model's answers: log-odds of terms, fused.

    Args:
        model: trained on the training part.
        benchmark: on its dev part the fusions, the threshold and the log-odds are chosen.
        answering: the part whose products are asked about.
    """
    dev = benchmark.dev
    on_dev = term_scores(VectorScorer(model, dev.catalog.titles), dev)
    line = LogOdds.fitted(on_dev, dev.members)
    dev_leaf = {term: line.at(scores) for term, scores in on_dev.items()}
    scorer = line.of(VectorScorer(model, answering.catalog.titles))
    return tuned(dev, dev_leaf, term_scores(scorer, answering))


@dataclass(frozen=True)
class VectorModel:
    """A vector baseline.

    Attributes:
        title: what tables call it.
        encoder: its kind of encoder.
        settings: where its training differs from hyperquery's, chosen on dev parts.
    """

    title: str
    encoder: type[Anthem]
    settings: Mapping[str, Any]

    def config(self, config: Config) -> Config:
        """Return the settings that it is trained with where hyperquery has the given ones."""
        return replace(without_evidence(config), **self.settings)

    def fit(self, documents: Sequence[Document], config: Config, *, progress: bool = True) -> Model:
        """Train it.

        Args:
            documents: the products.
            config: as for hyperquery; see :meth:`config`.
            progress: whether to show a progress bar.
        """
        model, _ = train(
            documents, config=self.config(config), progress=progress, encoder=self.encoder
        )
        return model


VECTOR_MODELS: Mapping[str, VectorModel] = MappingProxyType(
    {
        "dot": VectorModel("inner product, trained alike", DotProduct, {}),
        "euclidean-point": VectorModel("Euclidean points, trained alike", EuclideanPoint, {}),
        "hyperbolic-point": VectorModel("hyperbolic points, trained alike", HyperbolicPoint, {}),
    }
)
"""The vector baselines by the names that benchmarks know them by."""

WITH_LEANINGS = VectorModel(
    "inner product with hyperquery's leanings", DotProduct, {"leaning_weight": 1.0}
)
"""No vector model any more; where texts are titles, what leanings are worth without boxes."""
