"""Hyperboloids: centroid and limit, default edges, and how boxes lie to one another."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import DEFAULT_SOFTNESS, GeometryError, Hyperboloid
from hyperquery.geometry.lorentz import (
    axial,
    axial_inside,
    distance,
    exp_origin,
    from_axial,
    from_klein,
)
from hyperquery.testing import hyperboloids, points

KINDS = [np.float32, np.float64]
some_curvature = st.sampled_from([0.0, 1e-6, 0.3, 1.0, 4.0])
position = st.floats(-3, 3)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Hyperboloid, Hyperboloid]:
    curvature = draw(some_curvature)
    return draw(hyperboloids(2, curvature)), draw(hyperboloids(2, curvature))


def klein_grid(curvature: float) -> np.ndarray:
    """Points everywhere in the plane, dense enough to tell boxes apart, ``(n, 2)``."""
    if curvature == 0:
        ticks = np.concatenate([np.linspace(-4, 4, 81), [-500.0, -60.0, 60.0, 500.0]])
        return np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)
    ticks = np.tanh(np.sqrt(curvature) * np.linspace(-4, 4, 81))
    grid = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2) / np.sqrt(curvature)
    inside = curvature * (grid * grid).sum(1) < 0.999999
    return from_klein(grid[inside], curvature)


def between_faces(box: Hyperboloid, at: np.ndarray) -> np.ndarray:
    w = axial(at, box.curvature)
    return ((w >= box.lower) & (w <= box.upper)).all(axis=1)


@given(points(3, 1, far=False), st.lists(st.floats(0, 4), min_size=3, max_size=3), some_curvature)
def test_centroid_and_limit_come_back_from_the_faces(
    at: np.ndarray, limits: list[float], curvature: float
) -> None:
    at = np.clip(at, -3, 3)
    box = Hyperboloid(at[0], limits, curvature)
    np.testing.assert_allclose(box.centroid, at[0], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(box.limit, limits, rtol=1e-7, atol=1e-7)
    again = Hyperboloid.from_faces(box.lower, box.upper, curvature)
    assert again == box


@pytest.mark.parametrize("kind", KINDS)
def test_the_limit_is_the_distance_to_the_face(kind: type) -> None:
    centroid = exp_origin(np.array([0.4, -0.8, 0.2]))
    box = Hyperboloid(centroid.astype(kind), kind([0.5, 1.0, 1.5]))
    assert box.lower.dtype == box.upper.dtype == box.centroid.dtype == box.limit.dtype == kind
    rng = np.random.default_rng(0)
    around = exp_origin(rng.normal(size=(20000, 3)) * 1.5)
    for axis in range(3):
        across = axial(around)[:, axis] > box.upper[axis]
        nearest = distance(around[across], centroid).min()
        limit = box.limit[axis]
        assert limit < nearest < limit + 0.2


@given(
    points(4, 1, far=False),
    st.lists(st.sampled_from([0.0, 1e-20, 0.3, 2.0, np.inf]), min_size=4, max_size=4),
    some_curvature,
    st.sampled_from(KINDS),
)
def test_a_hyperboloid_contains_its_centroid(
    at: np.ndarray, limits: list[float], curvature: float, kind: type
) -> None:
    at = np.clip(at, -1.5, 1.5).astype(kind)
    box = Hyperboloid(at[0], np.array(limits, kind), curvature)
    for same in (at, at.astype(np.float64), torch.from_numpy(at)):
        assert bool(box.contains(same)[0])
    assert box.encloses(box)
    assert box.overlaps(box)
    assert not box.is_empty


@given(hyperboloids(2))
def test_a_box_matches_its_centroid_unless_it_is_empty(box: Hyperboloid) -> None:
    if box.is_empty:
        assert not box.contains(klein_grid(1.0)).any()
        return
    assert (box.limit >= -1e-6).all()
    if np.linalg.norm(box.centroid) < 20:
        assert between_faces(box, box.centroid[None, :]).all() or box.limit.min() < 1e-6
        assert box.contains(box.centroid[None, :])[0]


def test_a_default_edge_touches_the_nearest_face_from_inside() -> None:
    for curvature in (0.0, 1.0):
        centroid = exp_origin(np.array([0.3, -0.5]), curvature)
        box = Hyperboloid(centroid, [0.5, 1.5], curvature)
        middles = np.repeat(centroid[None, :], 4, axis=0)
        rest = np.sqrt(1 + curvature * (centroid**2)[::-1])
        faces = np.stack([box.lower, box.upper])
        for row, (side, axis) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
            u = faces[side, axis]
            middles[row, axis] = np.sinh(u) * rest[axis] if curvature else u
        energies = box.energy(middles)
        np.testing.assert_allclose(box.edge, energies.min(), rtol=1e-12)
        np.testing.assert_allclose(axial(middles, curvature)[1, 0], box.upper[0])
        assert energies[:2].max() < energies[2:].min()


def test_default_edges_of_unbounded_and_empty_boxes() -> None:
    infinity = np.array([np.inf, np.inf])
    everywhere = Hyperboloid.from_faces(-infinity, infinity)
    assert everywhere.edge == (DEFAULT_SOFTNESS / 2) ** 2
    assert everywhere.contains(klein_grid(1.0)).all()
    assert everywhere.size == np.inf
    assert (everywhere.limit == np.inf).all()
    for empty in (
        Hyperboloid.from_faces([1.0, 0.0], [-1.0, 1.0]),
        Hyperboloid.from_faces([2.0, 2.0], [3.0, 3.0]),
        Hyperboloid.from_faces([np.inf], [np.inf]),
    ):
        assert empty.is_empty
        assert empty.edge == 0.0
        assert empty.size == 0.0
        grid = klein_grid(1.0)[:, : empty.dimension]
        assert not empty.contains(grid).any()
        assert not empty.overlaps(empty)
    inverted = Hyperboloid.from_faces([1.0, 0.0], [-1.0, 1.0])
    near, far = inverted.energy(np.array([[0.0, 0.0], [5.0, 0.0]]))
    assert near < far
    assert inverted.limit[0] < 0 < inverted.limit[1]
    with pytest.raises(GeometryError, match="this hyperboloid is empty"):
        _ = Hyperboloid.from_faces([2.0, 2.0], [3.0, 3.0]).centroid


def test_wide_boxes_have_a_centroid_in_them() -> None:
    wide = Hyperboloid.from_faces([0.0, -0.5], [9.0, 9.0])
    assert between_faces(wide, wide.centroid[None, :]).all()
    assert wide.contains(wide.centroid[None, :]).all()
    half = Hyperboloid.from_faces([1.0, -np.inf], [np.inf, np.inf])
    np.testing.assert_allclose(axial(half.centroid), [1.0, 0.0])
    far = Hyperboloid.from_faces([-np.inf, -60.0], [np.inf, -50.0])
    np.testing.assert_allclose(axial(far.centroid), [0.0, -55.0])


@given(pairs())
def test_the_meet_is_the_intersection_of_boxes(pair: tuple[Hyperboloid, Hyperboloid]) -> None:
    one, other = pair
    meet = one.meet(other)
    grid = klein_grid(one.curvature)
    both = between_faces(one, grid) & between_faces(other, grid)
    assert (between_faces(meet, grid) == both).all()
    assert meet == other.meet(one)
    assert meet.meet(one).lower.tolist() == meet.lower.tolist()
    assert one.encloses(meet)
    assert other.encloses(meet)
    assert one.overlaps(other) == (not meet.is_empty)
    assert meet.size <= one.size
    if both.any():
        assert one.overlaps(other)


@given(pairs())
def test_enclosing_is_containment_of_boxes(pair: tuple[Hyperboloid, Hyperboloid]) -> None:
    one, other = pair
    grid = klein_grid(one.curvature)
    if one.encloses(other):
        assert (between_faces(one, grid) >= between_faces(other, grid)).all()
        assert one.size >= other.size
    elif one.curvature == 0 and not other.is_empty:
        assert (one.lower > other.lower).any() or (one.upper < other.upper).any()


def test_what_lies_beyond_the_border_need_not_be_enclosed() -> None:
    # w_0 >= 1 leaves room for |w_1| < 0.8 or so
    narrow = Hyperboloid.from_faces([1.0, -5.0], [2.0, 5.0])
    wide = Hyperboloid.from_faces([0.5, -1.0], [3.0, 1.0])
    assert axial_inside(np.array([1.0, 1.0])) < 0
    assert wide.encloses(narrow)
    assert not narrow.encloses(wide)
    assert not Hyperboloid.from_faces([0.5, -0.5], [3.0, 0.5]).encloses(narrow)
    grid = klein_grid(1.0)
    assert (between_faces(wide, grid) >= between_faces(narrow, grid)).all()


def test_a_box_misses_the_space_where_its_nearest_corner_does() -> None:
    for u in (0.5, 0.8, 0.88, 0.89, 1.0):
        corner = Hyperboloid.from_faces([u, u], [3.0, 3.0])
        assert corner.is_empty == (2 * np.tanh(u) ** 2 >= 1)


def test_a_general_box_is_larger_than_a_special_one() -> None:
    fire = Hyperboloid([0.1, 0.1], [1.5, 1.2])
    fire_tv = Hyperboloid([0.2, 0.1], [0.5, 0.6])
    assert fire.size > fire_tv.size > 0
    assert fire.encloses(fire_tv)
    np.testing.assert_allclose(Hyperboloid(np.zeros(3), [0.5, 1.0, 1.5]).size, 1.0)


@given(pairs(), st.sampled_from([0.1, 0.5]))
def test_meets_keep_type_and_softness(
    pair: tuple[Hyperboloid, Hyperboloid], softness: float
) -> None:
    one, other = (
        Hyperboloid.from_faces(
            box.lower.astype(np.float32),
            box.upper.astype(np.float32),
            box.curvature,
            softness=softness,
        )
        for box in pair
    )
    meet = one.meet(other, name="both")
    assert meet.lower.dtype == np.float32
    assert meet.softness == softness
    assert meet.name == "both"
    with pytest.raises(GeometryError, match="have no meet"):
        one.meet(pair[1])


def test_hyperboloids_from_tensors_and_lists() -> None:
    from_tensor = Hyperboloid(torch.tensor([0.1, 0.2]), torch.tensor(0.5), curvature=0.5)
    assert from_tensor.lower.dtype == np.float32
    from_list = Hyperboloid([0, 1], 1)
    assert from_list.lower.dtype == np.float64
    learned = torch.tensor([0.1, 0.2], requires_grad=True)
    assert Hyperboloid(learned, 0.5, torch.tensor(0.5, requires_grad=True)) == from_tensor  # type: ignore[arg-type]


def test_negative_zero_is_zero() -> None:
    one = Hyperboloid.from_faces([-0.0], [0.0])
    other = Hyperboloid.from_faces([0.0], [-0.0])
    assert one == other
    assert hash(one) == hash(other)


@given(st.integers(1, 40), some_curvature)
def test_from_axial_and_faces_agree(d: int, curvature: float) -> None:
    middle = np.full(d, 0.3 / np.sqrt(d))
    box = Hyperboloid.from_faces(middle - 0.1, middle + 0.1, curvature)
    np.testing.assert_allclose(box.centroid, from_axial(middle, curvature), rtol=1e-12)
