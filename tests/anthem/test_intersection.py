from __future__ import annotations

import pytest
import torch

from hyperquery.anthem.intersection import _plain_weighted_meets, weighted_meets


def batch(seed=0, size=5, longest=7, d=4):
    generator = torch.Generator().manual_seed(seed)
    lower = torch.randn(size, longest, d, generator=generator)
    upper = lower + torch.randn(size, longest, d, generator=generator)
    weights = torch.rand(size, longest, longest, generator=generator)
    counts = torch.tensor([longest, 3, 1, 5, 2])
    return lower, upper, weights, counts


def gradients(function, lower, upper, weights, counts):
    leaves = [tensor.clone().requires_grad_() for tensor in (lower, upper, weights)]
    low, high = function(*leaves, counts)
    (low.sin().sum() + (high * high).sum()).backward()
    return [leaf.grad for leaf in leaves]


def test_compiled_loops_agree_with_tensor_operations():
    lower, upper, weights, counts = batch()
    compiled = weighted_meets(lower.requires_grad_(), upper, weights, counts)
    for ours, plain in zip(
        compiled, _plain_weighted_meets(lower, upper, weights, counts), strict=True
    ):
        torch.testing.assert_close(ours, plain)


def test_gradients_agree_with_tensor_operations():
    arguments = batch(seed=1)
    for ours, plain in zip(
        gradients(weighted_meets, *arguments),
        gradients(_plain_weighted_meets, *arguments),
        strict=True,
    ):
        torch.testing.assert_close(ours, plain)


def test_a_tie_shares_the_gradient():
    lower = torch.zeros(1, 2, 1, requires_grad=True)
    low, high = weighted_meets(lower, lower + 1, torch.ones(1, 2, 2), torch.tensor([2]))
    (low + high).sum().backward()
    assert lower.grad.flatten().tolist() == pytest.approx([3.0, 3.0])


def test_the_meet_of_overlapping_elements_is_the_overlap():
    lower, upper = torch.tensor([[[0.0], [1.0]]]), torch.tensor([[[2.0], [4.0]]])
    weights = torch.tensor([[[0.0, 0.0], [1.0, 0.0]]])
    low, high = weighted_meets(lower, upper, weights, torch.tensor([2]))
    assert (low.item(), high.item()) == (1.0, 2.0)
