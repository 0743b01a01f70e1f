from __future__ import annotations

import numpy as np

from hyperquery.hierarchy.path_tree import PathTree

PATHS = [("a", "b", "c"), ("a", "b"), ("a", "d"), ("e",)]


def test_means_are_over_the_categories_that_a_path_goes_through():
    tree = PathTree(PATHS, ["a", "b", "c", "d", "e"])
    shares = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
    wanted = [(0.9 + 0.7 + 0.4) / 3, (0.9 + 0.7) / 2, (0.9 + 0.2) / 2, 0.1]
    np.testing.assert_allclose(tree.mean_through(shares)[0], wanted, rtol=1e-6)


def test_names_above_the_last_weigh_alike():
    tree = PathTree(PATHS, ["a", "b", "c", "d", "e"])
    np.testing.assert_array_equal(tree.above[:, 0], [0.5, 0.5, 0, 0, 0])
    np.testing.assert_array_equal(tree.above[:, 3], [0, 0, 0, 0, 1])
    assert tree.first.tolist() == [0, 0, 0, 4]
    assert tree.last.tolist() == [2, 1, 3, 4]
