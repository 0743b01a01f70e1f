"""K-NRM: kernels count the word pairs at each level of similarity."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.layers import WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs
from hyperquery.evaluation.peers.matching.scorer import Scorer

_CENTRES = (1.0, 0.9, 0.7, 0.5, 0.3, 0.1, -0.1, -0.3, -0.5, -0.7, -0.9)
_WIDTHS = (1e-3, *[0.1] * 10)  # the first kernel counts exact matches
_LEAST = 1e-10
_SCALE = 0.01  # of the logarithms, which go down to -23


class KNRM(Scorer):
    """The kernel-based neural ranking model, with learned word vectors.

    Eleven Gaussian kernels soft-count, for each query word, the product words at each level of
    cosine; the sum over the query of the logarithms is ranked linearly, with tanh. The loss is the
    hinge.

    Xiong, Dai, Callan, Liu and Power, "End-to-end neural ad-hoc ranking with kernel pooling",
    SIGIR 2017, section 3.
    """

    centres: Tensor
    widths: Tensor
    learning_rate: ClassVar[float] = 2e-3

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__(lexicon, config)
        self.words = WordVectors(lexicon, config)
        self.register_buffer("centres", torch.tensor(_CENTRES))
        self.register_buffer("widths", torch.tensor(_WIDTHS))
        self.ranking = nn.Linear(len(_CENTRES), 1)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""
        cosines = self.words.similarities(pairs)[..., None]
        kernels = torch.exp(-(((cosines - self.centres) / self.widths) ** 2) / 2)
        counts = (kernels * (pairs.products > 0)[:, None, :, None]).sum(2)
        logs = _SCALE * counts.clamp_min(_LEAST).log() * (pairs.queries > 0)[..., None]
        return torch.tanh(self.ranking(logs.sum(1)))[:, 0]
