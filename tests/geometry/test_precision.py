"""The error bounds that the docstrings state, in float32 against float64, near and far."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hyperquery.geometry import curvature, energy
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
    rest,
    scaled_time,
    to_klein,
    to_poincare,
)

EPS = float(np.finfo(np.float32).eps)
KAPPAS = [0.0, 1e-6, 0.5, 1.0, 3.0]


def cloud(dimension: int, radius: float, count: int = 400, seed: int = 0) -> np.ndarray:
    """Float32 points up to a distance, uniform in it, coordinates of all sizes among them."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(count, dimension)) * 10 ** rng.uniform(-3, 0, (count, dimension))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return exp_origin(directions * rng.uniform(0, radius, (count, 1))).astype(np.float32)


def vector_error(ours: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Length of the error relative to the length of the vector."""
    return np.linalg.norm(ours - exact, axis=-1) / np.linalg.norm(exact, axis=-1)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("dimension", [1, 3, 64])
@pytest.mark.parametrize("radius", [1e-3, 1.0, 4.0])
def test_charts(kappa: float, dimension: int, radius: float) -> None:
    x = cloud(dimension, radius)
    exact = x.astype(np.float64)
    time = scaled_time(exact, kappa)
    d = dimension
    assert (abs(scaled_time(x, kappa) / time - 1) < d * EPS).all()
    assert (abs(rest(x, kappa) / rest(exact, kappa) - 1) < d * EPS).all()
    assert (vector_error(log_origin(x, kappa), log_origin(exact, kappa)) < (8 + d) * EPS).all()
    w = axial(exact, kappa)
    assert (abs(axial(x, kappa) - w) <= (8 + d) * EPS * abs(w)).all()
    for chart in (to_poincare, to_klein):
        assert (vector_error(chart(x, kappa), chart(exact, kappa)) < (2 + d) * EPS).all()


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("dimension", [1, 3, 64])
@pytest.mark.parametrize("radius", [1e-3, 1.0, 4.0])
def test_charts_back(kappa: float, dimension: int, radius: float) -> None:
    x = cloud(dimension, radius)
    d = dimension
    bounds: list[tuple[Callable[..., np.ndarray], Callable[..., np.ndarray], float, int]] = [
        (to_poincare, from_poincare, 2 + d, 1),
        (to_klein, from_klein, 2 + d, 2),
        (axial, from_axial, 8 + d, 2),
    ]
    for there, back, factor, power in bounds:
        given = there(x, kappa)
        exact = back(given.astype(np.float64), kappa)
        bound = factor * EPS * scaled_time(exact, kappa) ** power
        assert (vector_error(back(given, kappa), exact) < bound).all()


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("length", [1e-3, 1.0, 10.0, 20.0])
def test_the_exponential_map(kappa: float, length: float) -> None:
    rng = np.random.default_rng(0)
    v = rng.normal(size=(300, 5))
    v = (v / np.linalg.norm(v, axis=1, keepdims=True) * length).astype(np.float32)
    error = vector_error(exp_origin(v, kappa), exp_origin(v.astype(np.float64), kappa))
    assert (error < (8 + np.sqrt(kappa) * length) * EPS).all()


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("dimension", [1, 3, 64])
@pytest.mark.parametrize("radius", [1e-3, 1.0, 3.0, 8.0, 15.0])
@pytest.mark.parametrize("gap", [1e-6, 1e-3, 1.0, None])
def test_distances(kappa: float, dimension: int, radius: float, gap: float | None) -> None:
    x = cloud(dimension, radius)
    if gap is None:
        y = cloud(dimension, radius, seed=1)
    else:  # near, and one half of them farther out on the same ray
        shift = np.random.default_rng(1).normal(size=x.shape) * gap
        y = np.where(np.arange(len(x))[:, None] % 2, x * (1 + gap), x + shift).astype(np.float32)
    exact = distance(x.astype(np.float64), y.astype(np.float64), kappa)
    scale = np.maximum(np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1))
    bound = 16 * np.sqrt(dimension) * EPS * (exact + scale)
    assert (abs(distance(x, y, kappa) - exact) <= bound).all()


def test_distances_in_float64_against_a_hundred_digits() -> None:
    import mpmath

    rng = np.random.default_rng(0)
    with mpmath.workdps(100):
        for radius in (1e-8, 1.0, 6.0, 30.0):
            for gap in (1e-9, 1e-3, 2.0):
                x = exp_origin(rng.normal(size=3) / np.sqrt(3) * radius)
                y = x + rng.normal(size=3) * gap
                a, b = ([mpmath.mpf(float(value)) for value in p] for p in (x, y))
                time = [mpmath.sqrt(1 + sum(value**2 for value in p)) for p in (a, b)]
                inner = time[0] * time[1] - sum(p * q for p, q in zip(a, b, strict=True))
                exact = float(mpmath.acosh(inner))
                scale = max(np.linalg.norm(x), np.linalg.norm(y))
                error = abs(float(distance(x, y)) - exact)
                assert error <= 32 * np.finfo(np.float64).eps * (exact + scale)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("radius", [1e-3, 1.0, 4.0, 8.0])
def test_face_coordinates(kappa: float, radius: float) -> None:
    x = cloud(5, radius)
    exact = x.astype(np.float64)
    root = np.sqrt(kappa)
    for u in np.float32([-3.0, -0.1, 0.0, 1e-4, 2.0]):
        at = np.full(5, u)
        error = abs(face_coordinate(x, at, kappa) - face_coordinate(exact, at, kappa))
        size = np.cosh(root * u) * (abs(exact).max(axis=1) + abs(u) * scaled_time(exact, kappa))
        bound = (8 + 5) * EPS * size[:, None]
        assert (error <= bound).all()
        s = face_distance(exact, at, kappa)
        assert (abs(face_distance(x, at, kappa) - s) <= bound + 8 * EPS * abs(s)).all()


@pytest.mark.parametrize("kappa", KAPPAS)
def test_faces(kappa: float) -> None:
    x = cloud(5, 4.0)
    limits = np.random.default_rng(2).uniform(0, 3, x.shape).astype(np.float32)
    ours = faces(x, limits, kappa)
    exact = faces(x.astype(np.float64), limits.astype(np.float64), kappa)
    for one, other in zip(ours, exact, strict=True):
        assert (abs(one - other) <= 16 * EPS * (abs(axial(x, kappa)) + limits)).all()


@pytest.mark.parametrize("kappa", KAPPAS)
def test_energies(kappa: float) -> None:
    x = cloud(16, 2.0)
    lower = np.random.default_rng(3).uniform(-1, 0, 16).astype(np.float32)
    upper = lower + np.float32(0.5)
    ours = energy(x, lower, upper, kappa)
    exact = energy(x.astype(np.float64), lower, upper, kappa)
    time = scaled_time(x.astype(np.float64), kappa)
    assert (abs(ours - exact) <= 16 * EPS * (np.sqrt(exact) * time * np.cosh(1.0) + exact)).all()


@pytest.mark.parametrize("kappa", [1e-20, 1e-6, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("name", ["sinh", "asinh", "tanh", "atanh", "cosh"])
def test_scaled_functions(name: str, kappa: float) -> None:
    import mpmath

    function = getattr(curvature, name)
    reference = getattr(mpmath, name)
    root = np.sqrt(kappa)
    ends = [1e-20, 1e-8, 1e-3, 0.029, 0.031, 0.4, 0.56]
    for value in ends if name == "atanh" else [*ends, 3.0, 12.0]:
        for dtype in (np.float32, np.float64):
            t = np.array([value, -value], dtype)
            r = mpmath.sqrt(mpmath.mpf(float(dtype(kappa))))
            unit = 1 if name == "cosh" else r
            exact = np.array([float(reference(r * mpmath.mpf(float(v))) / unit) for v in t])
            slope = 1 + (root * value if name in ("sinh", "cosh") else 0.0)
            if name == "atanh":
                slope = 1 / (1 - (root * value) ** 2)
            bound = 4 * np.finfo(dtype).eps * slope
            assert (abs(function(t, kappa) - exact) <= bound * abs(exact)).all()
