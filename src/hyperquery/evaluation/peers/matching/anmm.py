"""aNMM: weights shared by similarity value, and attention to the query's words."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_BINS = 21  # twenty of width .1, and one for exact matches


class ANMM(Scorer):
    """The attention-based neural matching model, aNMM-1.

    For each query word, the cosines with the product's words are summed by bin of their value, and
    the sums weighted by bin, with a sigmoid; the softmax of the query words' product with one
    learned vector gates the sum over the query. Word vectors are fixed. The loss is the hinge.

    Yang, Ai, Guo and Croft, "aNMM: ranking short answer texts with attention-based neural matching
    model", CIKM 2016, section 4.
    """

    learning_rate: ClassVar[float] = 2e-2

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config, learned=False)
        self.by_value = nn.Linear(_BINS, 1)
        self.attention = nn.Linear(config.dimension, 1, bias=False)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        matching = torch.sigmoid(self.by_value(self._sums(pairs))[..., 0])
        absent = pairs.queries == 0
        attention = self.attention(self.words(pairs)[0])[..., 0]
        gates = attention.masked_fill(absent, -1e4).softmax(-1)
        score: Tensor = (gates * matching.masked_fill(absent, 0.0)).sum(-1)
        return score

    def _sums(self, pairs: Pairs) -> Tensor:
        """Return the sum of the cosines in each bin, (pairs, query_length, bins)."""
        cosines = self.words.similarities(pairs)  # 0 at padding, which adds nothing
        bins = ((cosines + 1) / 2 * (_BINS - 1)).long().clamp(0, _BINS - 2)
        same = pairs.queries[:, :, None] == pairs.products[:, None]
        bins = bins.masked_fill(same, _BINS - 1)
        return torch.zeros(*bins.shape[:2], _BINS).scatter_add(2, bins, cosines)
