from __future__ import annotations

import pytest
import torch

from hyperquery.anthem.pairwise import pairwise_energy
from hyperquery.geometry import energy

SOFTNESS = 0.25


def plain(points, lower, upper, curvature):
    return energy(points[None], lower[:, None], upper[:, None], curvature, SOFTNESS)


def fused(points, lower, upper, curvature):
    return pairwise_energy(points, lower, upper, curvature, SOFTNESS)


def inputs(curvature):
    generator = torch.Generator().manual_seed(3)
    points = torch.randn(6, 5, generator=generator)
    lower = torch.randn(4, 5, generator=generator) * 0.5
    upper = lower + torch.randn(4, 5, generator=generator)  # some pairs inverted
    return [points, lower, upper, torch.tensor(curvature)]


@pytest.mark.parametrize("curvature", [0.0, 1e-4, 0.5, 1.0, 2.0])
def test_it_is_the_energy_of_geometry(curvature):
    arguments = inputs(curvature)
    torch.testing.assert_close(fused(*arguments), plain(*arguments), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("curvature", [1e-4, 0.5, 1.0, 2.0])
def test_its_gradients_are_those_of_geometry(curvature):
    found = []
    for function in (fused, plain):
        leaves = [tensor.clone().requires_grad_() for tensor in inputs(curvature)]
        function(*leaves).square().sum().backward()
        found.append([leaf.grad for leaf in leaves])
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, rtol=2e-3, atol=2e-3)


def test_results_do_not_depend_on_the_number_of_threads():
    import numba

    arguments = inputs(1.0)
    before = fused(*arguments)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert torch.equal(fused(*arguments), before)
    finally:
        numba.set_num_threads(threads)
