"""What the compiled energy saves in training: forward and backward, beside tensor operations.

    python benchmarks/training.py

Both compute the same numbers (tests/anthem/test_pairwise.py); the ratio is of one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor

from hyperquery.anthem.pairwise import pairwise_energy
from hyperquery.geometry import DEFAULT_SOFTNESS, energy

DIMENSION = 64
REPEATS = 5


def plain(points: Tensor, lower: Tensor, upper: Tensor, curvature: Tensor) -> Tensor:
    return energy(points[None], lower[:, None], upper[:, None], curvature)


def fused(points: Tensor, lower: Tensor, upper: Tensor, curvature: Tensor) -> Tensor:
    return pairwise_energy(points, lower, upper, curvature, DEFAULT_SOFTNESS)


def seconds(function: Callable[..., Tensor], inputs: list[Tensor]) -> float:
    """Return the median time of a forward and backward pass, the first one left out."""
    times = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        function(*inputs).sum().backward()
        times.append(time.perf_counter() - start)
    return median(times[1:])


def main() -> None:
    """Print the table."""
    generator = torch.Generator().manual_seed(0)
    print(f"{'pairs':>14}{'compiled ms':>14}{'tensors ms':>14}{'ratio':>8}")
    for size in (64, 128, 256):
        points = torch.randn(size, DIMENSION, generator=generator) / 8
        lower = torch.randn(size, DIMENSION, generator=generator) / 8
        leaves = (points, lower, lower + 0.2, torch.tensor(1.0))
        inputs = [tensor.requires_grad_() for tensor in leaves]
        ours, theirs = seconds(fused, inputs), seconds(plain, inputs)
        pairs = f"{size} x {size}"
        print(f"{pairs:>14}{1000 * ours:>14.1f}{1000 * theirs:>14.1f}{theirs / ours:>8.0f}")


if __name__ == "__main__":
    main()
