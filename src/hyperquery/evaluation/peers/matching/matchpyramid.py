"""MatchPyramid: the similarity matrix of two texts, read like an image."""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_FILTERS = 8
_POOLED = (5, 10)
_HIDDEN = 32


class MatchPyramid(Scorer):
    """A convolution over the matrix of cosines, dynamic pooling and a perceptron.

    Dynamic pooling divides each matrix, without its padding, into the same number of cells and
    takes the maximum of each. The loss is the hinge.

    Pang, Lan, Guo, Xu, Wan and Cheng, "Text matching as image recognition", AAAI 2016; one layer
    of convolution, as in their "A study of MatchPyramid models on ad-hoc retrieval", 2016.
    """

    learning_rate: ClassVar[float] = 2e-3

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config)
        self.convolution = nn.Conv2d(1, _FILTERS, 3, padding=1)
        self.perceptron = nn.Sequential(
            nn.Linear(_FILTERS * _POOLED[0] * _POOLED[1], _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 1)
        )

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        image = self.words.similarities(pairs)[:, None]
        features = F.relu(self.convolution(image))
        features = _stretched(features, 2, (pairs.queries > 0).sum(1))
        features = _stretched(features, 3, (pairs.products > 0).sum(1))
        pooled = F.adaptive_max_pool2d(features, _POOLED)
        score: Tensor = self.perceptron(pooled.flatten(1))[:, 0]
        return score


def _stretched(features: Tensor, dim: int, lengths: Tensor) -> Tensor:
    """Stretch what is not padding over the whole of a dimension, by repeating.

    Args:
        features: (pairs, filters, query_length, product_length).
        dim: 2 or 3.
        lengths: (pairs,) how much of the dimension is not padding.
    """
    whole = features.shape[dim]
    source = torch.arange(whole) * lengths[:, None] // whole
    shape = [len(features), 1, 1, 1]
    shape[dim] = whole
    return features.gather(dim, source.view(shape).expand_as(features))
