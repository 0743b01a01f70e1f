"""ARC-II: convolutions over all pairs of windows of the two texts."""

from __future__ import annotations

from typing import ClassVar

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_FILTERS = 32
_HIDDEN = 64
_NEVER = -1e4  # no sum with it is positive


class ARCII(Scorer):
    """The second architecture of Hu et al.

    The first layer is a convolution over each pair of a window of three query words and a window
    of three product words, gated to 0 where a window is all padding; it keeps the order within and
    between the texts. Max pooling 2 x 2, a convolution 3 x 3, max pooling 2 x 2 and a perceptron
    follow. The loss is the hinge.

    Hu, Lu, Li and Chen, "Convolutional neural network architectures for matching natural language
    sentences", NIPS 2014, section 3.2.
    """

    learning_rate: ClassVar[float] = 3e-3

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config)
        # The convolution over a pair of windows is the sum of one over each.
        self.of_query = nn.Conv1d(config.dimension, _FILTERS, 3, padding=1)
        self.of_product = nn.Conv1d(config.dimension, _FILTERS, 3, padding=1, bias=False)
        self.second = nn.Conv2d(_FILTERS, _FILTERS, 3, padding=1)
        cells = (config.query_length // 4) * (config.product_length // 4)
        self.perceptron = nn.Sequential(
            nn.Linear(_FILTERS * cells, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 1)
        )

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        queries, products = self.words(pairs)
        by_query = _pooled(self.of_query(queries.transpose(1, 2)), pairs.queries)
        by_product = _pooled(self.of_product(products.transpose(1, 2)), pairs.products)
        first = F.relu(by_query[:, :, :, None] + by_product[:, :, None])
        second = F.relu(self.second(first))
        score: Tensor = self.perceptron(F.max_pool2d(second, 2).flatten(1))[:, 0]
        return score


def _pooled(features: Tensor, texts: Tensor) -> Tensor:
    """Return the maximum of each two windows' features, far below 0 if both are all padding.

    The first layer's value of a pair of windows is ``relu(a_i + b_j)``, and 0 if one is all
    padding, so its maximum over 2 x 2 pairs is that of the sum of the maxima over 2 and 2.

    Args:
        features: (pairs, filters, length) of the windows around each word of a text.
        texts: (pairs, length) places of the words, 0 for padding.

    Returns:
        (pairs, filters, length // 2).
    """
    has_word = F.max_pool1d((texts > 0).float(), 3, stride=1, padding=1) > 0
    return F.max_pool1d(features.masked_fill(~has_word[:, None], _NEVER), 2)
