"""ANTHEM's intersection layer: the elements of a term meet pair by pair, face by face.

Every pair of a term's elements forms a hyperboloid again, with the larger of the two lower
faces and the smaller of the two upper ones; attention weighs elements and meets into the term's
one hyperboloid. This learned layer lives inside the encoder; the query operator AND is another
thing, and exact.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

_FEW = 8  # terms for which it is not worth loading the compiled loops


class _WeightedMeets(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, lower: Tensor, upper: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
        from hyperquery.anthem import kernels

        arrays = [t.detach().contiguous().numpy() for t in (lower, upper, weights, counts)]
        ctx.arrays = arrays
        return torch.from_numpy(kernels.weighted_meets(*arrays))

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        from hyperquery.anthem import kernels

        to_faces = np.ascontiguousarray(upstream[0].numpy())
        gradients = kernels.weighted_meets_gradients(*ctx.arrays, to_faces)
        return (*map(torch.from_numpy, gradients), None)


def weighted_meets(
    lower: Tensor, upper: Tensor, weights: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    """Weigh the elements of each term and all their pairwise meets into one pair of faces.

    Args:
        lower: (batch, elements, d) lower faces of the elements, padded at the end.
        upper: (batch, elements, d) upper faces.
        weights: (batch, elements, elements) attention; entry ``(i, i)`` is the weight of element
            ``i``, entry ``(i, j)`` with ``j < i`` that of the meet of elements ``i`` and ``j``;
            the rest is not read.
        counts: (batch,) number of elements of each term, int64.

    Returns:
        The weighted lower and upper faces, (batch, d) each.

    Examples:
        >>> lower = torch.tensor([[[0.0], [1.0]]])
        >>> weights = torch.tensor([[[0.25, 0.0], [0.5, 0.25]]])
        >>> low, high = weighted_meets(lower, lower + 2, weights, torch.tensor([2]))
        >>> low.item(), high.item()
        (0.75, 2.25)
    """
    if not torch.is_grad_enabled() and len(lower) <= _FEW:
        return _plain_weighted_meets(lower, upper, weights, counts)
    faces = cast(
        Tensor,
        _WeightedMeets.apply(lower, upper, weights, counts),  # type: ignore[no-untyped-call]
    )
    return faces[0], faces[1]


def _plain_weighted_meets(
    lower: Tensor, upper: Tensor, weights: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute the same in tensor operations, with memory of elements squared times d."""
    order = torch.arange(lower.shape[1])
    used = (order[:, None] >= order) & (order[:, None] < counts[:, None, None])
    weights = torch.where(used, weights, 0.0)
    meets = torch.maximum(lower[:, :, None], lower[:, None])
    low = torch.einsum("bij,bijd->bd", weights, meets)
    meets = torch.minimum(upper[:, :, None], upper[:, None])
    return low, torch.einsum("bij,bijd->bd", weights, meets)
