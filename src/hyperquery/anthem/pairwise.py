"""The energy of every (hyperboloid, point) pair of a batch, fused, with its gradients.

The plain formula, in elementwise tensor operations, writes a dozen temporaries of size
hyperboloids x points x dimensions. The compiled loops keep each pair in registers and recompute
on the way back (``benchmarks/training.py`` shows what that saves).
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from hyperquery.geometry.lorentz import face_coefficients, scaled_time


class _PairwiseEnergy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, softness: float, *inputs: Tensor) -> Tensor:
        from hyperquery.anthem import kernels

        ctx.arrays = [tensor.detach().contiguous().numpy() for tensor in inputs]
        ctx.softness = np.float32(softness)
        return torch.from_numpy(kernels.energies(*ctx.arrays, ctx.softness))

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        from hyperquery.anthem import kernels

        gradient = np.ascontiguousarray(upstream[0].numpy())
        to_points, to_times = kernels.energies_to_points(*ctx.arrays, ctx.softness, gradient)
        to_faces = kernels.energies_to_faces(*ctx.arrays, ctx.softness, gradient)
        return (None, *map(torch.from_numpy, (to_points, to_times, *to_faces)))


def pairwise_energy(
    points: Tensor, lower: Tensor, upper: Tensor, curvature: Tensor, softness: float
) -> Tensor:
    """Return the energy of every point in every hyperboloid, differentiable in all tensors.

    The same function as :func:`hyperquery.geometry.energy`, for training: float32, on the CPU.

    Args:
        points: (n, d) space coordinates on the Lorentz sheet.
        lower: (terms, d) axial coordinates of the lower faces, finite.
        upper: (terms, d) axial coordinates of the upper faces, finite.
        curvature: 0-d, at least 0.
        softness: width of the rounding of a face.

    Returns:
        (terms, n) energies.

    Examples:
        >>> at = torch.tensor
        >>> energy = pairwise_energy(at([[0.0], [1.0]]), at([[-0.5]]), at([[0.5]]), at(1.0), 0.25)
        >>> bool(energy[0, 0] < energy[0, 1])
        True
    """
    upper_x, upper_t = face_coefficients(upper, curvature)
    lower_x, lower_t = face_coefficients(lower, curvature)
    inputs = (points, scaled_time(points, curvature), upper_x, upper_t, lower_x, lower_t)
    return cast(Tensor, _PairwiseEnergy.apply(softness, *inputs))  # type: ignore[no-untyped-call]
