"""A residual layer: what pieces of text say together and not one by one."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor, nn


class Residual(nn.Module):
    """Moves a tangent vector by a two-layer network of its direction; at first by nothing.

    ``x + W2 gelu(W1 sqrt(d) x / |x|)``, after He et al., *Deep Residual Learning*, CVPR 2016. A sum
    of pieces lets each say the same in every text; this lets "case for Fire tablet" be no tablet.

    Args:
        dimension: of the vectors.
        units: of the hidden layer; with 0 vectors stay as they are.
        generator: source of the random start.

    Examples:
        >>> layer = Residual(4, 8, torch.Generator().manual_seed(0))
        >>> vectors = torch.eye(4)
        >>> bool((layer(vectors) == vectors).all())
        True
    """

    def __init__(self, dimension: int, units: int, generator: torch.Generator) -> None:
        super().__init__()
        start = torch.randn(dimension, units, generator=generator) / math.sqrt(dimension)
        self.inner = nn.Parameter(start, units > 0)
        self.outer = nn.Parameter(torch.zeros(units, dimension), units > 0)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return the moved vectors, (..., d)."""
        scale = math.sqrt(vectors.shape[-1])
        hidden = F.gelu(scale * F.normalize(vectors, dim=-1) @ self.inner)
        return vectors + hidden @ self.outer
