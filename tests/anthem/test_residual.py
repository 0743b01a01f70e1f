"""The residual layer: starts as nothing, can tell what sums cannot."""

import torch

from hyperquery.anthem.residual import Residual


def layer(units: int = 16) -> Residual:
    return Residual(4, units, torch.Generator().manual_seed(0))


def test_at_first_vectors_stay_as_they_are():
    vectors = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    assert torch.equal(layer()(vectors), vectors)


def test_without_units_there_is_nothing_to_learn():
    vectors = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    nothing = layer(0)
    assert torch.equal(nothing(vectors), vectors)
    assert not any(parameter.requires_grad for parameter in nothing.parameters())


def test_the_same_seed_gives_the_same_layer():
    assert torch.equal(layer().inner, layer().inner)


def test_the_zero_vector_gives_numbers():
    moved = layer()
    torch.nn.init.normal_(moved.outer)
    assert torch.equal(moved(torch.zeros(1, 4)), torch.zeros(1, 4))


def test_it_learns_what_no_sum_of_pieces_can():
    """Of two pieces either alone means yes, and both together no."""
    first, second = torch.eye(4)[:2]
    texts = torch.stack([first, second, first + second, torch.zeros(4)])
    wanted = torch.tensor([1.0, 1.0, -1.0, -1.0])
    moved, reader = layer(), torch.nn.Parameter(torch.zeros(4))
    optimizer = torch.optim.Adam([*moved.parameters(), reader], lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        loss = (moved(texts + 0.1) @ reader - wanted).square().sum()
        loss.backward()
        optimizer.step()
    assert torch.equal((moved(texts + 0.1) @ reader).sign(), wanted)
