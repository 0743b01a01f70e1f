from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hyperquery.evaluation.errors import EvaluationError
from hyperquery.evaluation.significance import (
    bootstrap_interval,
    compare,
    mean_over_seeds,
    randomization_p_value,
)

RNG = np.random.default_rng(0)


def test_few_queries_are_flipped_in_every_way():
    differences = np.array([0.3, -0.1, 0.2, 0.4, 0.05, 0.1])
    means = [np.mean(differences * signs) for signs in product([1, -1], repeat=6)]
    expected = np.mean(np.abs(means) >= differences.mean() - 1e-12)
    assert randomization_p_value(differences) == pytest.approx(expected)


def test_p_values_of_equal_systems_are_uniform():
    p_values = [randomization_p_value(RNG.normal(size=10), seed=i) for i in range(200)]
    assert np.mean(np.array(p_values) < 0.1) == pytest.approx(0.1, abs=0.06)
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.06)


def test_a_clear_difference_is_significant_in_either_direction():
    differences = RNG.normal(0.1, 0.1, size=99)
    assert randomization_p_value(differences) == pytest.approx(0.0002)
    assert randomization_p_value(-differences) == pytest.approx(0.0002)


def test_no_difference_is_not_significant():
    assert randomization_p_value(np.zeros(99)) == 1.0


def test_a_seed_gives_the_same_figures_again():
    differences = RNG.normal(0.05, 0.3, size=50)
    assert randomization_p_value(differences, seed=3) == randomization_p_value(differences, seed=3)
    assert bootstrap_interval(differences, seed=3) == bootstrap_interval(differences, seed=3)
    assert bootstrap_interval(differences, seed=3) != bootstrap_interval(differences, seed=4)


def test_the_interval_is_that_of_the_normal_law_where_it_holds():
    differences = RNG.normal(0.1, 0.2, size=400)
    low, high = bootstrap_interval(differences)
    half = 1.96 * differences.std() / np.sqrt(len(differences))
    assert low == pytest.approx(differences.mean() - half, abs=0.003)
    assert high == pytest.approx(differences.mean() + half, abs=0.003)


def test_seeds_are_averaged_before_queries_are_compared():
    first = [[0.1, 0.9, 0.5, 0.7], [0.5, 0.5, 0.3, 0.9]]
    second = [[0.2, 0.6, 0.3, 0.6]]
    found = compare(first, second)
    differences = mean_over_seeds(first) - mean_over_seeds(second)
    assert found.difference == pytest.approx(differences.mean())
    assert found.p_value == randomization_p_value(differences)
    assert (found.low, found.high) == bootstrap_interval(differences)


def test_comparing_is_antisymmetric():
    first, second = [[0.1, 0.9, 0.5, 0.7]], [[0.2, 0.6, 0.3, 0.6]]
    there, back = compare(first, second), compare(second, first)
    assert there.difference == -back.difference
    assert there.p_value == back.p_value


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([[0.1, 0.2]], [[0.1, 0.2, 0.3]], "2 and of 3 queries cannot be paired"),
        ([[0.1, 0.2], [0.1]], [[0.1, 0.2]], r"not \[1, 2\]"),
        ([], [[0.1]], r"not \[\]"),
        ([[]], [[]], r"not \[0\]"),
        ([[0.1]], [[0.2]], "at least 2 queries, not 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(first, second, message):
    with pytest.raises(EvaluationError, match=message):
        compare(first, second)
