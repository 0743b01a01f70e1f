from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from hyperquery.errors import ConfigError
from hyperquery.geometry import lorentz
from hyperquery.hierarchy import reconstruction
from hyperquery.hierarchy.boxes import boxes_of_faces, nested_boxes
from hyperquery.hierarchy.nesting import nest
from hyperquery.hierarchy.training import (
    FROM_NESTED,
    TrainingSettings,
    random_boxes,
    train,
)

TREE = nx.balanced_tree(4, 3, nx.DiGraph)
SHORT = TrainingSettings(epochs=100, share=0.02)


@pytest.mark.parametrize("curvature", [0.0, 0.25, 1.0])
def test_boxes_that_start_anywhere_learn_a_tree(curvature):
    start = random_boxes(len(TREE), 4, curvature)
    learned = train(start, TREE, SHORT, progress=False)
    assert reconstruction(start, TREE).map < 0.3
    assert reconstruction(learned, TREE).map > 0.9
    assert (learned.lower < learned.upper).all()


def test_training_helps_where_axes_are_too_few():
    graph = nx.DiGraph()
    for child in range(60):
        graph.add_edges_from([(f"a{child % 6}", child), (f"b{child % 5}", child)])
    nesting = nest(graph, 1)
    assert nesting.inexact
    start = nested_boxes(nesting, 1.0)
    learned = train(start, graph, FROM_NESTED, progress=False)
    assert reconstruction(learned, graph).map > reconstruction(start, graph).map


def test_the_same_seed_gives_the_same_bits():
    start = random_boxes(len(TREE), 3, 1.0, seed=5)
    settings = TrainingSettings(epochs=3)
    one, same, other = (
        train(start, TREE, settings, seed=seed, progress=False) for seed in (1, 1, 2)
    )
    assert (one.lower == same.lower).all()
    assert (one.upper == same.upper).all()
    assert (one.lower != other.lower).any()


def test_no_epoch_changes_nothing():
    start = random_boxes(len(TREE), 3, 1.0)
    assert train(start, TREE, TrainingSettings(epochs=0), progress=False) is start


def test_boxes_beyond_the_space_are_drawn_back_with_their_points_inside():
    lower = np.array([[2.0, 2.0], [0.0, 0.0]])
    boxes = boxes_of_faces(lower, lower + 0.5, 1.0)
    places = lorentz.axial(boxes.points, 1.0)
    assert np.allclose(boxes.upper - boxes.lower, 0.5)
    assert (boxes.lower < places).all()
    assert (places < boxes.upper).all()
    assert np.allclose(boxes.lower[1], 0.0)


def test_curvature_only_scales_a_space():
    settings = TrainingSettings(epochs=5)
    one, four = (
        train(random_boxes(len(TREE), 3, curvature), TREE, settings, progress=False)
        for curvature in (1.0, 4.0)
    )
    assert np.allclose(one.lower, 2.0 * four.lower)


@pytest.mark.parametrize(
    "wrong", [{"epochs": -1}, {"rate": 2.0}, {"share": 1.5}, {"width": 0.0}, {"inside_gap": -1.0}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError):
        TrainingSettings(**{"epochs": 1, **wrong})
