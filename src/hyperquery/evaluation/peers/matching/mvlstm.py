"""MV-LSTM: words in the light of their text, compared by a tensor layer."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_STATE = 24  # of each direction
_SLICES = 4
_STRONGEST = 8
_HIDDEN = 32
_SCALE = 3.0  # brings word vectors of about length 1 into the range that moves the gates


class MVLSTM(Scorer):
    """Matching with multiple positional sentence representations.

    A bidirectional LSTM gives each word a state; a tensor layer, ``relu(u M v + W [u, v] + b)`` in
    each of a few slices, compares each query word's state with each product word's; the k largest
    values of each slice go through a perceptron. The loss is the hinge.

    Wan, Lan, Guo, Xu, Pang and Cheng, "A deep architecture for semantic matching with multiple
    positional sentence representations", AAAI 2016.
    """

    learning_rate: ClassVar[float] = 5e-3

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config)
        self.lstm = nn.LSTM(config.dimension, _STATE, batch_first=True, bidirectional=True)
        self.tensor = nn.Linear(2 * _STATE, _SLICES * 2 * _STATE, bias=False)
        with torch.no_grad():  # each slice starts near the inner product of the two states
            self.tensor.weight += torch.eye(2 * _STATE).repeat(_SLICES, 1)
        self.of_query = nn.Linear(2 * _STATE, _SLICES)
        self.of_product = nn.Linear(2 * _STATE, _SLICES, bias=False)
        self.perceptron = nn.Sequential(
            nn.Linear(_SLICES * _STRONGEST, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 1)
        )

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        queries, products = (_SCALE * vectors for vectors in self.words(pairs))
        query = self._states(queries, pairs.queries > 0)
        product = self._states(products, pairs.products > 0)
        turned = self.tensor(query).unflatten(-1, (_SLICES, -1)).transpose(1, 2)
        values = turned @ product[:, None].transpose(2, 3)
        values = values + self.of_query(query).transpose(1, 2)[..., None]
        values = torch.relu(values + self.of_product(product).transpose(1, 2)[:, :, None])
        real = (pairs.queries > 0)[:, :, None] & (pairs.products > 0)[:, None]
        strongest = (values * real[:, None]).flatten(2).topk(_STRONGEST, dim=-1).values
        score: Tensor = self.perceptron(strongest.flatten(1))[:, 0]
        return score

    def _states(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return the states at each word of a text, (pairs, length, 2 * state)."""
        lengths = mask.sum(1).clamp_min(1)
        packed = pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
        states = self.lstm(packed)[0]
        return pad_packed_sequence(states, batch_first=True, total_length=mask.shape[1])[0]
