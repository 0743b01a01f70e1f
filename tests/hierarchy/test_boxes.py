from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from hyperquery.geometry import Hyperboloid, lorentz
from hyperquery.hierarchy.boxes import Boxes, nested_boxes
from hyperquery.hierarchy.nesting import nest

TREE = nx.balanced_tree(3, 3, nx.DiGraph)


@pytest.mark.parametrize("curvature", [0.0, 0.3, 1.0, 4.0])
def test_points_are_in_their_boxes_and_in_those_above(curvature):
    boxes = nested_boxes(nest(TREE, 4), curvature)
    places = lorentz.axial(boxes.points, curvature)
    assert (boxes.lower < places).all()
    assert (places < boxes.upper).all()
    for parent, child in TREE.edges:
        assert (boxes.lower[parent] < places[child]).all()
        assert (places[child] < boxes.upper[parent]).all()


def test_corners_are_points_of_the_space():
    boxes = nested_boxes(nest(TREE, 4), 1.0)
    farthest = np.maximum(abs(boxes.lower), abs(boxes.upper))
    assert (lorentz.axial_inside(farthest, 1.0) > 0).all()


@pytest.mark.parametrize("curvature", [0.0, 0.5, 1.0])
def test_a_violation_is_that_of_the_point_moved_to_the_face(curvature):
    """Move the child's point along the axis, by a Lorentz boost, to its own upper face."""
    rng = np.random.default_rng(0)
    points = lorentz.exp_origin(rng.normal(0, 0.5, (2, 3)), curvature)
    places = lorentz.axial(points, curvature)
    lower, upper = places - 0.1, places + np.array([[0.3], [0.1]])
    lower[1] = -9.0  # the parent's box is open below
    boxes = Boxes(points, lower, upper, curvature)
    expected = 0.0
    for axis in range(3):
        root = np.sqrt(curvature)
        moved = points[0].copy()
        rest = lorentz.rest(points[0], curvature)[axis]
        face = upper[0, axis]
        moved[axis] = rest * (np.sinh(root * face) / root if curvature else face)
        assert lorentz.axial(moved, curvature)[axis] == pytest.approx(face)
        over = lorentz.face_coordinate(moved, np.full(3, upper[1, axis]), curvature)[axis]
        expected += max(0.0, over) ** 2
    found = boxes.violations(np.array([0]), np.array([1]))
    assert expected > 0
    assert found[0] == pytest.approx(expected, rel=1e-9)


def test_a_box_agrees_with_the_hyperboloid_of_its_faces():
    boxes = nested_boxes(nest(TREE, 4), 1.0)
    region = Hyperboloid.from_faces(boxes.lower[1], boxes.upper[1])
    inside = boxes.violations(np.arange(len(TREE)), np.full(len(TREE), 1)) == 0
    beyond = lorentz.face_coordinate(boxes.points, region.upper, 1.0)
    below = lorentz.face_coordinate(boxes.points, region.lower, 1.0)
    assert inside.sum() == 13
    assert (((beyond < 0) & (below > 0)).all(axis=-1)[inside]).all()
