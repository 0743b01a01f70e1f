"""The ANTHEM encoder: terms to hyperboloids, product texts to points of hyperbolic space.

Both sides share one table of trigram centroids, points of a Lorentz manifold. A term's trigrams
are hyperboloids that meet pair by pair (:mod:`hyperquery.anthem.intersection`); attention weighs
them and their meets into one hyperboloid. A product's trigrams are weighed by self-attention into
one point, their weighted Lorentz centroid. Longer pieces of text (runs of letters, words, pairs of
words), where they are frequent, move either centre, for what trigrams cannot tell apart, and a
residual layer moves it by what they say together (:mod:`hyperquery.anthem.residual`). Only the
direction of a centre is kept: points and centroids lie at one distance from the origin, and
generality shows in the limits.

After Choudhary et al., *ANTHEM: Attentive Hyperbolic Entity Model for Product Search*, WSDM 2022.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import geoopt
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor, nn

from hyperquery.anthem.config import Config
from hyperquery.anthem.intersection import weighted_meets
from hyperquery.anthem.pairwise import pairwise_energy
from hyperquery.anthem.residual import Residual
from hyperquery.anthem.text import Bags, Encoded, Vocabulary
from hyperquery.geometry import lorentz

_LIMIT_SCALE = 0.3  # the limit of a term whose raw limit is 1, in units of the usual radius 1
_FIRST_GATES = [1.0, 1 / 3]  # how far the longer pieces move a product's and a term's centre
_TINY = 1e-6
_FIRST_EVIDENCE = 0.3  # of a facet, whose titles may not name it
_NO_EVIDENCE = -200.0  # its softplus is 0; weighed with 0 it stays a number, unlike -inf
_FIRST_EDGE = 0.5  # about the energy of a true member early in training


class Shift(IntEnum):
    """The shifts of edges, by their positions; see :mod:`hyperquery.anthem.calibration`."""

    TEXT = 0
    """Of terms that neither are nor name a facet."""
    NAMING = 1
    """Of terms that name facets with an axis."""
    FACET = 2
    """Of facets."""
    FARTHER = 3
    """How much farther products are from a facet if another one of its kind is known of them."""


@dataclass(frozen=True)
class Hyperboloids:
    """The hyperboloids of a batch of terms.

    Attributes:
        lower: (terms, d) axial coordinates of the lower faces.
        upper: (terms, d) axial coordinates of the upper faces.
        edges: (terms,) energies at which the terms end.
        evidence: (terms,) energies of lacking all of a term's trigrams, at least 0, if it is a
            facet; other terms have that of the config.
        weights: (terms, longest, longest) attention to each trigram (on the diagonal) and to each
            meet of two trigrams (below it); a term's weights sum to 1.
        centres: (terms, d) space coordinates of the centroids.
    """

    lower: Tensor
    upper: Tensor
    edges: Tensor
    evidence: Tensor
    weights: Tensor
    centres: Tensor


class Anthem(nn.Module):
    """The two encoders and the curvature they share.

    Args:
        vocabulary: the known trigrams; their rarity is the first attention.
        config: sizes and starting values.
        generator: source of the random start; one seeded by the config if None.
    """

    def __init__(
        self, vocabulary: Vocabulary, config: Config, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        generator = generator or torch.Generator().manual_seed(config.seed)
        size, d, h = len(vocabulary), config.dimension, config.attention_dimension
        self.config = config

        def normal(*shape: int, scale: float) -> Tensor:
            return torch.randn(*shape, generator=generator) * scale

        start = normal(size, d, scale=1 / math.sqrt(d))
        time = (1 + start.square().sum(-1, keepdim=True)).sqrt()
        self.centroids = geoopt.ManifoldParameter(
            torch.cat([time, start], dim=-1), manifold=geoopt.Lorentz(k=1.0)
        )
        self.raw_limits = nn.Parameter(torch.zeros(size, d))
        rarity = torch.from_numpy(vocabulary.rarity).log()
        self.term_importance = nn.Parameter(rarity.clone())
        self.product_importance = nn.Parameter(rarity.clone())
        self.attention_keys = nn.Parameter(normal(size, h, scale=0.1))
        self.attention_queries = nn.Parameter(normal(size, h, scale=0.1))
        self.meet_bias = nn.Parameter(torch.tensor(-1.0))
        self.term_map = nn.Parameter(torch.eye(d))
        self.product_map = nn.Parameter(torch.eye(d))
        self.limit_map = nn.utils.skip_init(nn.Linear, d, d)  # type: ignore[no-untyped-call]
        nn.init.zeros_(self.limit_map.weight)
        nn.init.constant_(self.limit_map.bias, -2.0)
        self.trigram_sizes = nn.Parameter(torch.zeros(size))
        self.edge_map = nn.utils.skip_init(nn.Linear, d, 1)  # type: ignore[no-untyped-call]
        nn.init.zeros_(self.edge_map.weight)
        nn.init.constant_(self.edge_map.bias, _FIRST_EDGE)
        self.trigram_edges = nn.Parameter(torch.zeros(size))
        pieces = len(vocabulary.pieces)
        piece_rarity = torch.from_numpy(vocabulary.piece_rarity).log()
        self.piece_table = nn.Parameter(normal(pieces, d, scale=1 / math.sqrt(d)))
        self.product_piece_importance = nn.Parameter(piece_rarity.clone())
        self.term_piece_importance = nn.Parameter(piece_rarity.clone())
        self.piece_gates = nn.Parameter(torch.tensor(_FIRST_GATES).log())
        learns = config.evidence_weight > 0
        first_evidence = _unsoftplus(_FIRST_EVIDENCE) if learns else _NO_EVIDENCE
        self.trigram_evidence = nn.Parameter(torch.full((size,), first_evidence), learns)
        self.evidence_map = nn.Parameter(torch.zeros(d), learns)
        self.product_residual = Residual(d, config.expansion * d, generator)
        self.term_residual = Residual(d, config.expansion * d, generator)
        self.edge_shifts: Tensor
        self.register_buffer("edge_shifts", torch.zeros(len(Shift)))  # see anthem.calibration
        self.raw_curvature = nn.Parameter(
            torch.tensor(_unsoftplus(config.curvature) if config.curvature else -math.inf),
            requires_grad=config.curvature > 0,
        )

    @property
    def curvature(self) -> Tensor:
        """The positive kappa of the space, 0-d; exactly 0 for the Euclidean model."""
        return F.softplus(self.raw_curvature)

    def learned(self) -> list[Tensor]:
        """Return the parameters that training changes."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def points(self, texts: Encoded) -> Tensor:
        """Encode product texts as points.

        Args:
            texts: every one with a known trigram.

        Returns:
            (texts, d) space coordinates on the Lorentz sheet.
        """
        weights = self.self_attention(texts.trigrams)
        centre = _pooled(self.centroids, texts.trigrams, weights)[:, 1:] @ self.product_map.T
        gate, importance = self.piece_gates[0].exp(), self.product_piece_importance
        centre = centre + gate * self._piece_centres(texts.pieces, importance)
        return self._at_radius(self.product_residual(centre))

    def hyperboloids(self, terms: Encoded) -> Hyperboloids:
        """Encode terms as hyperboloids.

        Args:
            terms: every one with a known trigram.
        """
        ids, mask = _padded(terms.trigrams)
        counts = torch.from_numpy(terms.trigrams.counts)
        weights = self._meet_weights(ids, mask, counts)
        centres = F.embedding(ids, self.centroids)[..., 1:]
        widths = F.softplus(F.embedding(ids, self.raw_limits))
        lower, upper = weighted_meets(centres - widths, centres + widths, weights, counts)
        half_width = (upper - lower) / 2
        gate, importance = self.piece_gates[1].exp(), self.term_piece_importance
        centre = F.normalize((lower + upper) / 2, dim=-1) @ self.term_map.T
        centre = centre + gate * self._piece_centres(terms.pieces, importance)
        centre = self.term_residual(centre)
        direction = F.normalize(centre, dim=-1)

        own = weights.diagonal(dim1=1, dim2=2) * mask
        own = own / own.sum(-1, keepdim=True)

        def of_trigrams(values: Tensor) -> Tensor:
            return (own * _entries(values, ids)).sum(-1)

        sizes = self.limit_map(direction) + of_trigrams(self.trigram_sizes)[:, None]
        limits = _LIMIT_SCALE * F.softplus(sizes + half_width / 2)
        edges = self.edge_map(direction)[:, 0] + of_trigrams(self.trigram_edges)
        evidence = of_trigrams(self.trigram_evidence) + direction @ self.evidence_map
        centroids = self._at_radius(centre)
        faces = lorentz.faces(centroids, limits, self.curvature)
        return Hyperboloids(*faces, edges, F.softplus(evidence), weights, centroids)

    def term_trigrams(
        self, ids: npt.NDArray[np.int64], owners: npt.NDArray[np.int64], pieces: Bags
    ) -> Tensor:
        """Return where each trigram of a term pulls its centre, together with its word.

        Args:
            ids: (trigrams,) of the trigrams.
            owners: (trigrams,) the word of each, a position among the words.
            pieces: the longer pieces of each word.

        Returns:
            (trigrams, d) tangent vectors.
        """
        gate = self.piece_gates[1].exp()
        moves = gate * self._piece_centres(pieces, self.term_piece_importance)
        return F.normalize(self.centroids[ids, 1:], dim=-1) @ self.term_map.T + moves[owners]

    def product_trigrams(
        self, ids: npt.NDArray[np.int64], owners: npt.NDArray[np.int64], pieces: Bags
    ) -> Tensor:
        """Return the same for the trigrams of a product's text; see :meth:`term_trigrams`."""
        gate = self.piece_gates[0].exp()
        moves = gate * self._piece_centres(pieces, self.product_piece_importance)
        pulled: Tensor = self.centroids[ids, 1:] @ self.product_map.T + moves[owners]
        return pulled

    def _piece_centres(self, pieces: Bags, importance: Tensor) -> Tensor:
        """Return where the longer pieces of each text pull its centre, (texts, d)."""
        if not len(pieces.ids):
            return torch.zeros(len(pieces), self.config.dimension)
        weights = _entries(importance, torch.from_numpy(pieces.ids)).exp()
        return _pooled(self.piece_table, pieces, weights)

    def energies(self, points: Tensor, terms: Hyperboloids) -> Tensor:
        """Return the energy of every point in every hyperboloid, without evidence.

        Args:
            points: (n, d) as :meth:`points` gives them.
            terms: as :meth:`hyperboloids` gives them.

        Returns:
            (terms, n).
        """
        softness = self.config.softness
        return pairwise_energy(points, terms.lower, terms.upper, self.curvature, softness)

    def self_attention(self, texts: Bags) -> Tensor:
        """Return the attention to each trigram given the rest of its text, (total,), unscaled."""
        ids = torch.from_numpy(texts.ids)
        offsets = torch.from_numpy(texts.offsets[:-1])
        context = F.embedding_bag(ids, self.attention_keys, offsets, mode="mean")
        segments = torch.arange(len(texts)).repeat_interleave(torch.from_numpy(texts.counts))
        queries = F.embedding(ids, self.attention_queries)
        agreement = (queries * F.embedding(segments, context)).sum(-1)
        return (_entries(self.product_importance, ids) + agreement).exp()

    def _meet_weights(self, ids: Tensor, mask: Tensor, counts: Tensor) -> Tensor:
        """Return the attention to each element and each meet, (terms, longest, longest)."""
        longest = ids.shape[1]
        keys = F.embedding(ids, self.attention_keys) * mask[..., None]
        queries = F.embedding(ids, self.attention_queries)
        context = keys.sum(1) / counts[:, None]
        importance = _entries(self.term_importance, ids) + (queries * context[:, None]).sum(-1)
        affinity = self.meet_bias + queries @ keys.transpose(1, 2)
        itself = torch.eye(longest, dtype=torch.bool)
        scores = importance[:, :, None] + importance[:, None] + affinity.masked_fill(itself, 0.0)
        used = torch.ones(longest, longest, dtype=torch.bool).tril() & mask[:, :, None]
        scores = scores.masked_fill(~used, -math.inf).flatten(1)
        return scores.softmax(-1).view(-1, longest, longest)

    def _at_radius(self, vectors: Tensor) -> Tensor:
        """Return the points at the model's radius in the directions of tangent vectors."""
        directions = F.normalize(vectors, dim=-1)
        points: Tensor = lorentz.exp_origin(self.config.radius * directions, self.curvature)
        return points


def _entries(vector: Tensor, ids: Tensor) -> Tensor:
    """Return ``vector[ids]``, but with a gradient that is summed in the same order every time."""
    return F.embedding(ids, vector[:, None]).squeeze(-1)


def _padded(texts: Bags) -> tuple[Tensor, Tensor]:
    """Return the trigrams as rows filled up with 0, (texts, longest), and which are real."""
    counts = torch.from_numpy(texts.counts)
    mask = torch.arange(int(counts.max()))[None] < counts[:, None]
    ids = torch.zeros(mask.shape, dtype=torch.int64)
    ids[mask] = torch.from_numpy(texts.ids)
    return ids, mask


def _pooled(table: Tensor, texts: Bags, weights: Tensor) -> Tensor:
    """Return each text's weighted sum of rows over the norm of its weights, (texts, width).

    Random rows of norm 1 would give a sum of about norm 1, however many they are.
    """
    ids, offsets = torch.from_numpy(texts.ids), torch.from_numpy(texts.offsets[:-1])
    sums = F.embedding_bag(ids, table, offsets, mode="sum", per_sample_weights=weights)
    squares = torch.from_numpy(np.repeat(np.arange(len(texts)), texts.counts))
    norms = torch.zeros(len(texts)).index_add(0, squares, weights.square()).sqrt()
    return sums / (norms + _TINY)[:, None]


def _unsoftplus(value: float) -> float:
    """Return what softplus takes to the value, above 0."""
    return value + math.log(-math.expm1(-value))
