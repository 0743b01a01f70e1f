from __future__ import annotations

import numpy as np
import pytest

from hyperquery import Config, ConfigError
from hyperquery.geometry import lorentz
from hyperquery.hierarchy import Aligner, TaxonomyError, from_paths, shared_names
from hyperquery.hierarchy.aligning import described, records

TARGET = from_paths(
    [f"{root} > {kind} > {word} {kind}" for root, kind in
     [("Home", "chairs"), ("Home", "tables"), ("Sport", "tents"), ("Sport", "boots")]
     for word in ["folding", "wooden", "small", "large"]]
)  # fmt: skip
SOURCE = from_paths(
    ["Camping > tents", "Camping > boots > large boots", "Furniture > wooden chair"]
)


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    config = Config(dimension=8, steps=60, checks=6, batch_size=16, seed=1)
    return Aligner.fit(TARGET, config=config, progress=False)


def test_nodes_find_their_counterparts(aligner):
    found = {one.node: one.targets[0] for one in aligner.align(SOURCE, k=3)}
    assert found["Camping > boots > large boots"] == "Sport > boots > large boots"
    assert found["Furniture > wooden chair"] == "Home > chairs > wooden chairs"
    assert list(found) == list(SOURCE)


def test_answers_are_ranked_and_as_many_as_wanted(aligner):
    one = aligner.align(SOURCE, ["Camping > tents"], 4)[0]
    assert len(one.targets) == 4
    assert list(one.scores) == sorted(one.scores)
    assert str(one).startswith("Camping > tents\n")
    assert len(aligner.align(SOURCE, ["Camping"], 1000)[0].targets) == len(TARGET)


def test_hidden_names_are_not_read(aligner):
    renamed = from_paths(["Camping > qqqq > large boots"])
    hidden = aligner.align(SOURCE, ["Camping > boots"], hide_names=True)[0]
    same = aligner.align(renamed, ["Camping > qqqq"], hide_names=True)[0]
    assert hidden.targets == same.targets
    assert hidden.scores == same.scores
    read = described(SOURCE, ["Camping", "Camping > boots"], hide_names=True)
    assert [(r["title"], r["category"]) for r in read] == [
        ("tents, boots", None), ("large boots", ["Camping"]),
    ]  # fmt: skip


def test_a_name_of_which_nothing_is_known_is_placed_by_its_path(aligner):
    found = aligner.align(from_paths(["Sport > tents > §§§"]), ["Sport > tents > §§§"])[0]
    assert found.targets[0].startswith("Sport > tents")


def test_distances_are_geodesic(aligner):
    points = aligner.engine.points.astype(np.float64)
    curvature = aligner.engine.model.curvature
    for row in (0, 5):
        wanted = lorentz.distance(points, points[row][None], curvature)
        np.testing.assert_allclose(aligner._distances(points[row]), wanted, atol=1e-6)


def test_shared_names_are_unique_on_both_sides():
    one = from_paths(["A > TV stands", "A > lamps", "B > lamps"])
    other = from_paths(["C > tv-stands", "C > lamps"])
    assert shared_names(one, other) == {"A > TV stands": "C > tv-stands"}


def test_what_does_not_fit_is_refused(aligner):
    with pytest.raises(TaxonomyError, match="records"):
        Aligner(SOURCE, aligner.engine)
    with pytest.raises(ConfigError, match="k is"):
        aligner.align(SOURCE, k=0)
    assert [r["id"] for r in records(TARGET)] == list(TARGET)
