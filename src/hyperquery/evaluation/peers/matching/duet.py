"""DUET: a network on exact matches and one on learned representations, side by side."""

from __future__ import annotations

from typing import ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import TrigramWindows, masked_max
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer, softmax_loss

_WIDTH = 64
_POOLING = 8  # product words under one maximum
_DROPOUT = 0.5


class DUET(Scorer):
    """The sum of a local and a distributed model, trained as one.

    The local model reads the binary matrix of exact matches, with filters over all positions of
    the product for each query word. The distributed model reads letter trigrams through a
    convolution over three words; the query's maximum goes through a layer and is multiplied with
    each pooled window of the product. Both end in a perceptron. The loss is the softmax.

    Mitra, Diaz and Craswell, "Learning to match using local and distributed representations of
    text for web search", WWW 2017, section 3. Here words are bags of all letter trigrams, there of
    the most frequent letter n-graphs up to length 5.
    """

    learning_rate: ClassVar[float] = 5e-4

    def loss(self, scores: Tensor) -> Tensor:
        """Return what training makes small, of (queries, products) scores, the answer's first."""
        return softmax_loss(scores)

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.positions = nn.Linear(config.product_length, _WIDTH)
        self.local = _perceptron(_WIDTH * config.query_length)
        self.query_windows = TrigramWindows(lexicon.trigrams, _WIDTH)
        self.product_windows = TrigramWindows(lexicon.trigrams, _WIDTH)
        self.query_layer = nn.Linear(_WIDTH, _WIDTH)
        self.product_layer = nn.Linear(_WIDTH, _WIDTH)
        self.distributed = _perceptron(_WIDTH * (config.product_length - _POOLING + 1))

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        return self._local(pairs) + self._distributed(pairs)

    def _local(self, pairs: Pairs) -> Tensor:
        words = pairs.queries[:, :, None]
        matches = (words == pairs.products[:, None]) & (words > 0)
        score: Tensor = self.local(torch.tanh(self.positions(matches.float())).flatten(1))[:, 0]
        return score

    def _distributed(self, pairs: Pairs) -> Tensor:
        asked = self.query_windows(pairs, pairs.queries)
        query = torch.tanh(self.query_layer(masked_max(asked, pairs.queries > 0)))
        read = self.product_windows(pairs, pairs.products) * (pairs.products > 0)[..., None]
        pooled = F.max_pool1d(read.transpose(1, 2), _POOLING, stride=1).transpose(1, 2)
        product = torch.tanh(self.product_layer(pooled))
        score: Tensor = self.distributed((query[:, None] * product).flatten(1))[:, 0]
        return score


def _perceptron(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, _WIDTH),
        nn.Tanh(),
        nn.Linear(_WIDTH, _WIDTH),
        nn.Tanh(),
        nn.Dropout(_DROPOUT),
        nn.Linear(_WIDTH, 1),
    )
