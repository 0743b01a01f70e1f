"""What a text-matching model is, and the losses that they are trained with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs


def hinge_loss(scores: Tensor) -> Tensor:
    """Return how far the first of a query's products fails to beat the others by 1.

    Args:
        scores: (queries, products), that of the answer first.

    Examples:
        >>> import torch
        >>> hinge_loss(torch.tensor([[2.0, 0.5, 1.5]]))
        tensor(0.2500)
    """
    return F.relu(1.0 - scores[:, :1] + scores[:, 1:]).mean()


def softmax_loss(scores: Tensor) -> Tensor:
    """Return the negative log-likelihood of the first of a query's products.

    Args:
        scores: (queries, products), that of the answer first.

    Examples:
        >>> import torch
        >>> softmax_loss(torch.tensor([[0.0, 0.0]]))
        tensor(0.6931)
    """
    return -scores.log_softmax(dim=1)[:, 0].mean()


class Scorer(nn.Module, ABC):
    """Base class of the text-matching models.

    Args:
        lexicon: the words of the catalog.
        config: sizes.

    Attributes:
        learning_rate: of Adam, at its peak.
    """

    learning_rate: ClassVar[float] = 1e-3

    def __init__(self, lexicon: Lexicon, config: MatchingConfig) -> None:
        super().__init__()

    @abstractmethod
    def forward(self, pairs: Pairs) -> Tensor:
        """Return the score of each pair, (pairs,), larger is better."""

    def loss(self, scores: Tensor) -> Tensor:
        """Return what training makes small, of (queries, products) scores, the answer's first."""
        return hinge_loss(scores)
