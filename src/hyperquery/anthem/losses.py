"""The losses that make energies and margins comparable: contrast both ways, and membership."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor


def contrastive_loss(energies: Tensor, gains: Tensor, sharpness: Tensor) -> Tensor:
    """Return the cross-entropy of the satisfying products of a query, and the other way round.

    Softmax over the products of a query alone would leave the energies of different queries on
    different scales, and then OR compares what cannot be compared. So the loss is taken over rows
    (query to products) and over columns (product to queries).

    Args:
        energies: (queries, products).
        gains: (queries, products) 0 where the product does not satisfy the query, else how well
            it does, up to 1. Every query and every product counts by its largest gain.
        sharpness: 0-d factor from energies to logits.

    Examples:
        >>> import torch
        >>> gains = torch.eye(2)
        >>> near = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
        >>> one = torch.tensor(1.0)
        >>> bool(contrastive_loss(near, gains, one) < contrastive_loss(1 - near, gains, one))
        True
    """
    logits = -sharpness * energies
    return _one_way(logits, gains) + _one_way(logits.T, gains.T)


def _one_way(logits: Tensor, gains: Tensor) -> Tensor:
    totals = gains.sum(1)
    losses = -(F.log_softmax(logits, dim=1) * gains).sum(1) / totals.clamp_min(1e-9)
    weights = gains.amax(1)
    return (losses * weights).sum() / weights.sum().clamp_min(1e-9)


def membership_loss(margins: Tensor, members: Tensor, sharpness: Tensor) -> Tensor:
    """Return the cross-entropy of membership given the margin, its mean over the sums of rows.

    A margin times the sharpness becomes the logarithm of the odds against membership, for all
    terms alike. So margins of different terms can be compared, which is what AND, OR and NOT do
    with them, and 0 is where membership is as likely as not.

    Args:
        margins: (rows, columns), of terms at products or of products to terms.
        members: (rows, columns) 1 for a member, else 0.
        sharpness: 0-d factor from margins to logits.

    Examples:
        >>> import torch
        >>> members, one = torch.tensor([[1.0, 0.0]]), torch.tensor(1.0)
        >>> inside, outside = torch.tensor([[-1.0, 2.0]]), torch.tensor([[1.0, -2.0]])
        >>> bool(membership_loss(inside, members, one) < membership_loss(outside, members, one))
        True
    """
    losses = F.binary_cross_entropy_with_logits(-sharpness * margins, members, reduction="none")
    return losses.sum(1).mean()
