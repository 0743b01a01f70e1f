"""First principles of regions: building, margins, immutability, errors."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

from hyperquery.errors import HyperqueryError
from hyperquery.geometry import (
    Boosted,
    Complement,
    Condition,
    Everything,
    GeometryError,
    Hyperboloid,
    Intersection,
    Nothing,
    Region,
    Union,
    evaluate,
)
from hyperquery.geometry.lorentz import exp_origin

RNG = np.random.default_rng(0)
POINTS = exp_origin(RNG.normal(size=(40, 4)))
A = Hyperboloid(POINTS[0], [0.5, 0.8, 0.3, 1.0], name="a")
B = Hyperboloid(POINTS[1], [0.9, 0.1, 0.7, 0.2], name="b")
C = Hyperboloid(np.zeros(4), 1.0, name="c")


def test_operators_are_maximum_minimum_and_flip() -> None:
    a, b = A.margin(POINTS), B.margin(POINTS)
    assert ((A & B).margin(POINTS) == np.maximum(a, b)).all()
    assert ((A | B).margin(POINTS) == np.minimum(a, b)).all()
    assert ((~A).margin(POINTS) == 0.0 - a).all()
    assert (A.contains(POINTS) == (a < 0)).all()
    assert ((A - B).margin(POINTS) == np.maximum(a, 0.0 - b)).all()
    assert ((A ^ B).contains(POINTS) == (A.contains(POINTS) ^ B.contains(POINTS))).all()
    assert (Boosted(A, 2.5).margin(POINTS) == 2.5 * a).all()
    assert (Intersection([A, B, C]).margin(POINTS) == (A & B & C).margin(POINTS)).all()
    assert (Union([A, B, C]).margin(POINTS) == (A | B | C).margin(POINTS)).all()


def test_everything_and_nothing() -> None:
    assert (Everything().margin(POINTS) == -np.inf).all()
    assert (Nothing().margin(POINTS) == np.inf).all()
    assert ((A & Everything()).margin(POINTS) == A.margin(POINTS)).all()
    assert ((A | Nothing()).margin(POINTS) == A.margin(POINTS)).all()


def test_conditions_select_rows() -> None:
    red = Condition("red", POINTS[:, 0] > 0)
    assert ((red & A).contains(POINTS) == (A.contains(POINTS) & (POINTS[:, 0] > 0))).all()
    with pytest.raises(GeometryError, match="about 40 rows, but was asked about 3"):
        (red | A).margin(POINTS[:3])
    with pytest.raises(GeometryError, match="one boolean for each row"):
        Condition("red", [0, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_torch_and_numpy_agree_and_keep_their_type(dtype: type) -> None:
    region: Region = (A & ~B) | (C - Boosted(B, 0.5)) | Condition("red", POINTS[:, 0] > 1)
    points = POINTS.astype(dtype)
    ours, theirs = region.margin(points), region.margin(torch.from_numpy(points))
    assert ours.dtype == dtype
    assert isinstance(theirs, torch.Tensor)
    assert theirs.numpy().dtype == dtype
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=2e-4 if dtype == np.float32 else 1e-10)


def test_regions_cannot_be_truth_values_or_changed() -> None:
    with pytest.raises(TypeError, match="combine regions with & \\| ~"):
        bool(A and B)
    with pytest.raises(AttributeError, match="cannot be changed"):
        A.edge = 3.0
    with pytest.raises(ValueError, match="read-only"):
        A.lower[0] = 3.0


def test_equality_is_structure_and_hash_follows() -> None:
    twin = Hyperboloid.from_faces(A.lower, A.upper, edge=A.edge, name="other name")
    assert twin == A
    assert hash(twin) == hash(A)
    assert (twin & B) == (A & B)
    assert (A & B) != (B & A)
    assert (A & B) != (A | B)
    assert Boosted(A, 2.0) != Boosted(A, 3.0)
    assert Complement(A) == ~A
    assert Hyperboloid.from_faces(A.lower, A.upper, edge=A.edge + 1) != A
    assert A != "a"


def test_an_equal_leaf_is_evaluated_once() -> None:
    twin = Hyperboloid.from_faces(A.lower, A.upper, edge=A.edge)
    asked: list[Region] = []

    def leaf_margin(leaf: Region) -> np.ndarray:
        asked.append(leaf)
        return leaf.margin(POINTS)

    region = (A & B) | (twin & C) | ~(twin | B)
    assert (evaluate(region, leaf_margin) == region.margin(POINTS)).all()
    assert len(asked) == 3


def test_a_chain_of_100_000_nodes() -> None:
    region: Region = A
    other: Region = A
    for index in range(100_000):
        region = region & B if index % 2 else ~region
        other = other & B if index % 2 else ~other
    assert region == other
    assert hash(region) == hash(other)
    again = pickle.loads(pickle.dumps(region))
    assert again == region
    assert (again.margin(POINTS[:5]) == region.margin(POINTS[:5])).all()
    assert (region != ~other) is True


def test_shared_parts_are_walked_once() -> None:
    left: Region = A
    right: Region = A
    for _ in range(200):  # a tree of 2**200 leaves
        left, right = left & (left | B), right & (right | B)
    assert left == right
    assert (left.margin(POINTS) == A.margin(POINTS)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hyperboloid([0.0, 0.0], -1.0), "at least 0, got -1"),
        (lambda: Hyperboloid([0.0, np.nan], 1.0), "not finite"),
        (lambda: Hyperboloid([[0.0]], 1.0), r"centroid must be one vector of shape \(d,\)"),
        (lambda: Hyperboloid([0.0], 1.0, curvature=-1.0), "at least 0"),
        (lambda: Hyperboloid([0.0], 1.0, edge=np.nan), "finite energy"),
        (lambda: Hyperboloid([0.0], 1.0, softness=0.0), "softness"),
        (lambda: Hyperboloid.from_faces([0.0], [1.0, 2.0]), "differ in shape"),
        (lambda: Hyperboloid.from_faces([0.0], [np.nan]), "not NaN"),
        (lambda: A & Hyperboloid([0.0], 1.0), "different spaces"),
        (lambda: A & Hyperboloid(np.zeros(4), 1.0, curvature=0.5), "different spaces"),
        (lambda: A.meet(Hyperboloid([0.0], 1.0)), "different spaces"),
        (lambda: A.margin(POINTS[:, :3]), "4 dimensions, the points have 3"),
        (lambda: A.margin(POINTS[0]), r"shape \(n, d\)"),
        (lambda: A.margin(POINTS + np.inf), "not finite"),
        (lambda: A.margin(np.full((1, 4), 1e300)), "farther out than float64"),
        (lambda: A.margin(POINTS.astype(np.float16)), "float32 or float64"),
        (lambda: Boosted(A, 0.0), "above 0"),
        (lambda: Boosted(A, np.inf), "above 0"),
        (lambda: Intersection([]), "Everything"),
    ],
)
def test_errors_name_the_thing(make: object, message: str) -> None:
    with pytest.raises(GeometryError, match=message) as caught:
        make()  # type: ignore[operator]
    assert isinstance(caught.value, HyperqueryError)
    assert isinstance(caught.value, ValueError)


def test_numpy_use_does_not_import_torch() -> None:
    code = (
        "import sys, numpy as np\n"
        "from hyperquery.geometry import Hyperboloid\n"
        "(Hyperboloid([0.0], 1.0) & ~Hyperboloid([1.0], 0.5)).margin(np.zeros((2, 1)))\n"
        "assert 'torch' not in sys.modules and 'geoopt' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
