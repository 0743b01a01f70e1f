"""C-DSSM: convolution over letter trigrams, one vector a text, cosine."""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import TrigramWindows, masked_max
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer, softmax_loss

_WIDTH = 128
_SMOOTHING = 15.0


class CDSSM(Scorer):
    """The convolutional latent semantic model.

    Windows of three words, as letter trigram counts, go through a convolution with tanh, a maximum
    over the windows, and a semantic layer with tanh; the score is the cosine of query and product,
    and the loss the softmax of the smoothed cosines. Query and product share their weights.

    Shen, He, Gao, Deng and Mesnil, "A latent semantic model with convolutional-pooling structure
    for information retrieval", CIKM 2014, section 3.
    """

    learning_rate: ClassVar[float] = 5e-3

    def loss(self, scores: Tensor) -> Tensor:
        """Return what training makes small, of (queries, products) scores, the answer's first."""
        return softmax_loss(scores)

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.windows = TrigramWindows(lexicon.trigrams, _WIDTH)
        self.semantic = nn.Linear(_WIDTH, config.dimension)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        query, product = self._vector(pairs, pairs.queries), self._vector(pairs, pairs.products)
        return _SMOOTHING * F.cosine_similarity(query, product, dim=-1)

    def _vector(self, pairs: Pairs, texts: Tensor) -> Tensor:
        pooled = masked_max(self.windows(pairs, texts), texts > 0)
        return torch.tanh(self.semantic(pooled))
