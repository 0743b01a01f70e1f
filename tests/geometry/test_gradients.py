"""Gradients: right where they exist, and finite everywhere that training can reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from hyperquery.geometry import energy
from hyperquery.geometry.lorentz import (
    axial,
    distance,
    exp_origin,
    face_coordinate,
    face_distance,
    faces,
    from_axial,
    from_klein,
    from_poincare,
    log_origin,
    to_klein,
    to_poincare,
)

Function = Callable[..., torch.Tensor]

ONE_POINT: dict[str, Function] = {
    "exp_origin": exp_origin,
    "log_origin": log_origin,
    "to_poincare": to_poincare,
    "to_klein": to_klein,
    "axial": axial,
}
BACK: dict[str, Function] = {
    "from_poincare": from_poincare,
    "from_klein": from_klein,
    "from_axial": from_axial,
}


def numbers(*shape: int, seed: int = 0, scale: float = 1.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(shape, generator=generator, dtype=torch.float64) * scale
    return values.requires_grad_()


def kappa(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("curvature", [1e-3, 0.7, 2.0])
@pytest.mark.parametrize("name", [*ONE_POINT, *BACK])
def test_charts(name: str, curvature: float) -> None:
    function = {**ONE_POINT, **BACK}[name]
    x = numbers(4, 3, scale=0.2 if name in BACK else 1.0)
    assert torch.autograd.gradcheck(function, (x, kappa(curvature)))


@pytest.mark.parametrize("curvature", [1e-3, 0.7, 2.0])
@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_distance(curvature: float, scale: float) -> None:
    arguments = numbers(6, 3, scale=scale), numbers(6, 3, seed=1), kappa(curvature)
    assert torch.autograd.gradcheck(distance, arguments, rtol=1e-2)


@pytest.mark.parametrize("curvature", [1e-3, 0.7, 2.0])
def test_faces_and_energies(curvature: float) -> None:
    points, centroid = numbers(5, 1, 3), numbers(4, 3, seed=1)
    limits = numbers(4, 3, seed=2).detach().abs().requires_grad_()

    def energies(
        points: torch.Tensor, centroid: torch.Tensor, limits: torch.Tensor, k: torch.Tensor
    ) -> torch.Tensor:
        return energy(points, *faces(centroid, limits, k), k)

    assert torch.autograd.gradcheck(energies, (points, centroid, limits, kappa(curvature)))
    assert torch.autograd.gradcheck(face_distance, (points[:4, 0], centroid, kappa(curvature)))


@pytest.mark.parametrize("name", [*ONE_POINT, "distance", "face_coordinate", "energy"])
def test_the_gradient_in_the_curvature_is_continuous_at_0(name: str) -> None:
    x, y = numbers(4, 3), numbers(4, 3, seed=1).detach()

    def slope(curvature: float) -> torch.Tensor:
        k = kappa(curvature)
        if name == "distance":
            value = distance(x, y, k)
        elif name == "face_coordinate":
            value = face_coordinate(x, y, k)
        elif name == "energy":
            value = energy(x, y - 0.5, y + 0.5, k)
        else:
            value = ONE_POINT[name](x, k)
        return torch.autograd.grad(value.square().sum(), k)[0]

    assert torch.isfinite(slope(0.0))
    torch.testing.assert_close(slope(0.0), slope(1e-7), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(slope(1e-9), slope(1e-7), rtol=1e-4, atol=1e-5)


DEGENERATE = {
    "origin": torch.zeros(2, 3),
    "equal": torch.ones(2, 3),
    "on an axis": torch.tensor([[0.0, 2.0, 0.0], [0.0, 0.0, -1e-30]]),
    "tiny": torch.full((2, 3), 1e-30),
    "opposite": torch.tensor([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]]),
    "far": torch.tensor([[1e6, 0.0, 0.0], [0.0, 1e6, 1.0]]),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("curvature", [0.0, 1e-12, 1.0])
@pytest.mark.parametrize("name", list(DEGENERATE))
def test_gradients_are_finite_where_there_is_none(
    name: str, curvature: float, dtype: torch.dtype
) -> None:
    for function in ONE_POINT.values():
        x = DEGENERATE[name].clone().to(dtype).clamp(-30, 30).requires_grad_()
        k = torch.tensor(curvature, dtype=dtype, requires_grad=True)
        function(x, k).sum().backward()
        assert torch.isfinite(x.grad).all()
        assert torch.isfinite(k.grad)
    x = DEGENERATE[name].clone().to(dtype).requires_grad_()
    k = torch.tensor(curvature, dtype=dtype, requires_grad=True)
    total = distance(x, x, k).sum() + distance(x, x.detach(), k).sum()
    total = total + distance(x[0], x[1], k) + distance(x, torch.zeros(3, dtype=dtype), k).sum()
    total.backward()
    assert torch.isfinite(x.grad).all()
    assert torch.isfinite(k.grad)


@pytest.mark.parametrize("curvature", [0.0, 1.0])
def test_gradients_are_finite_at_degenerate_boxes(curvature: float) -> None:
    centroid = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    limits = torch.tensor([0.0, 1e-30, 400.0], dtype=torch.float64, requires_grad=True)
    k = kappa(curvature)
    energy(centroid, *faces(centroid, limits, k), k).backward()
    for leaf in (centroid, limits, k):
        assert torch.isfinite(leaf.grad).all()
    points = numbers(5, 3)
    infinite = torch.tensor([-torch.inf, 0.0, -torch.inf], dtype=torch.float64)
    k = kappa(curvature)
    energy(points, infinite, -infinite, k).sum().backward()
    assert torch.isfinite(points.grad).all()
    assert torch.isfinite(k.grad)
    assert (points.grad[:, [0, 2]] == 0).all()


def test_the_gradient_at_zero_distance_is_0() -> None:
    x = numbers(4, 3)
    distance(x, x.detach(), 1.0).sum().backward()
    assert (x.grad == 0).all()


def test_the_penalty_has_half_its_slope_at_a_face() -> None:
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    infinity = torch.full((1,), torch.inf, dtype=torch.float64)
    energy(x, -infinity, torch.zeros(1, dtype=torch.float64), 0.0, 0.5).backward()
    # phi(t) = squareplus(t)**2 has slope 2 * (softness / 2) * 1/2 at 0
    assert float(x.grad) == 0.25
