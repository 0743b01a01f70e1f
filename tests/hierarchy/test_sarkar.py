from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from hyperquery.errors import ConfigError
from hyperquery.geometry import lorentz
from hyperquery.hierarchy import distance_ranker, reconstruction, sarkar

TREE = nx.balanced_tree(3, 3, nx.DiGraph)


@pytest.mark.parametrize("dimension", [2, 3, 5])
@pytest.mark.parametrize("scale", [3.0, 6.0])
def test_distances_are_those_of_the_tree_times_the_scale(dimension, scale):
    points = sarkar(TREE, dimension, scale=scale)
    found = lorentz.distance(points[:, None], points)
    steps = dict(nx.all_pairs_shortest_path_length(TREE.to_undirected()))
    true = scale * np.array([[steps[a][b] for b in TREE] for a in TREE])
    assert np.allclose(found[true == scale], scale, atol=1e-6)
    assert (found <= true + 1e-6).all()
    # each turn, of at least a right angle, cuts off at most log 2 as the scale grows
    turns = np.maximum(true / scale - 1.0, 0.0)
    assert (true - found <= (1.0 + 3.0 * np.exp(-scale)) * np.log(2.0) * turns + 1e-6).all()


def test_several_roots_are_as_far_apart_as_siblings():
    graph = nx.DiGraph([("a", "b"), ("x", "y")])
    points = sarkar(graph, 2, scale=4.0)
    assert lorentz.distance(points[0], points[2]) == pytest.approx(8.0)
    assert lorentz.distance(points[0], points[1]) == pytest.approx(4.0)


def test_the_deepest_node_is_at_the_edge_of_precision():
    points = sarkar(nx.path_graph(6, nx.DiGraph), 3)
    assert lorentz.distance(np.zeros(3), points).max() == pytest.approx(30.0)


def test_parents_are_among_the_nearest():
    figures = reconstruction(distance_ranker(sarkar(TREE, 2, scale=6.0)), TREE)
    assert 0.5 < figures.map < 0.9  # siblings are nearer than the root, as in the tree


@pytest.mark.parametrize("wrong", [{"dimension": 1}, {"scale": 0.0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError):
        sarkar(TREE, **wrong)
