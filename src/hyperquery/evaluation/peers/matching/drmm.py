"""DRMM: histograms of each query word's similarities, weighted by rarity."""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_BINS = 30
_HIDDEN = 5


class DRMM(Scorer):
    """The deep relevance matching model, with log-count histograms and idf gating.

    For each query word, the cosines with the product's words are counted in bins, of which the
    last holds the exact matches; the logarithms of the counts go through a small perceptron with
    tanh; the softmax of the query words' weighted rarity gates the sum. Word vectors are fixed, as
    counts have no gradient. The loss is the hinge.

    Guo, Fan, Ai and Croft, "A deep relevance matching model for ad-hoc retrieval", CIKM 2016,
    section 4 (LCH x IDF).
    """

    learning_rate: ClassVar[float] = 1e-2

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config, learned=False)
        self.matching = nn.Sequential(
            nn.Linear(_BINS, _HIDDEN), nn.Tanh(), nn.Linear(_HIDDEN, 1), nn.Tanh()
        )
        self.gating = nn.Parameter(torch.ones(()))

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        matching = self.matching(torch.log1p(self._histograms(pairs)))[..., 0]
        rarity = F.embedding(pairs.queries, pairs.rarity[:, None])[..., 0]
        absent = pairs.queries == 0
        gates = (self.gating * rarity).masked_fill(absent, -1e4).softmax(-1)
        score: Tensor = (gates * matching.masked_fill(absent, 0.0)).sum(-1)
        return score

    def _histograms(self, pairs: Pairs) -> Tensor:
        """Return the counts of cosines in each bin, (pairs, query_length, bins)."""
        cosines = self.words.similarities(pairs)
        bins = ((cosines + 1) / 2 * (_BINS - 1)).long().clamp(0, _BINS - 2)
        same = pairs.queries[:, :, None] == pairs.products[:, None]
        bins = bins.masked_fill(same, _BINS - 1)
        real = (pairs.products > 0)[:, None].expand_as(bins).float()
        return torch.zeros(*bins.shape[:2], _BINS).scatter_add(2, bins, real)
