"""Hyperboloids whose energy is raised row by row by what a catalog lacks evidence for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hyperquery.geometry import Attested, GeometryError, Hyperboloid, Region
from hyperquery.geometry.lorentz import exp_origin

POINTS = exp_origin(np.random.default_rng(0).normal(size=(4, 2)))
FIRE = Hyperboloid([0.1, 0.2], 0.8, edge=1.0, name="fire")
LACK = np.float32([0.0, 0.5, 2.0, 100.0])
ATTESTED = Attested(FIRE, LACK)


def test_evidence_is_added_to_the_energy() -> None:
    assert (ATTESTED.margin(POINTS) == FIRE.energy(POINTS) + LACK - 1.0).all()
    assert (Attested(FIRE, np.zeros(4)).margin(POINTS) == FIRE.margin(POINTS)).all()
    for dtype in (np.float32, np.float64):
        points = POINTS.astype(dtype)
        ours, theirs = ATTESTED.margin(points), ATTESTED.margin(torch.from_numpy(points))
        assert ours.dtype == theirs.numpy().dtype == dtype
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-4)


def test_a_margin_of_0_is_inside() -> None:
    box = Hyperboloid.from_faces([-np.inf], [np.inf], edge=2.0)
    margins = Attested(box, [2.0, 2.5]).margin(np.zeros((2, 1)))
    assert margins.tolist() == [-np.finfo(np.float64).smallest_normal, 0.5]


def test_equality_goes_by_hyperboloid_and_evidence() -> None:
    assert Attested(FIRE, LACK.copy()) == ATTESTED
    assert hash(Attested(FIRE, LACK.copy())) == hash(ATTESTED)
    assert Attested(FIRE, LACK + 1) != ATTESTED
    assert ATTESTED != FIRE
    assert (ATTESTED & FIRE).to_text() == "fire & fire"
    assert repr(ATTESTED).startswith("Attested(Hyperboloid(lower=[")


def test_bounds_take_the_least_and_the_most_lack() -> None:
    least, greatest = ATTESTED.bounds(POINTS, POINTS)
    energies = FIRE.energy(POINTS)
    assert (least == energies - 1.0).all()
    assert (greatest == energies + LACK.max() - 1.0).all()
    none = Attested(FIRE, [])
    assert [bound.tolist() for bound in none.bounds(POINTS[:1], POINTS[:1])] == [
        [-np.inf],
        [np.inf],
    ]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"'fire' has evidence about 4 rows, .* about 2 points"):
        (~ATTESTED).margin(POINTS[:2])
    for evidence in ([-1.0], [np.nan], [np.inf], [[0.0]]):
        with pytest.raises(GeometryError, match="one finite energy of at least 0"):
            Attested(FIRE, evidence)
    text = ATTESTED.to_json()
    assert Region.from_json(text) == ATTESTED
    with pytest.raises(GeometryError, match="evidence for each row"):
        Region.from_json(text.replace('"rows": 4', '"rows": 5'))
