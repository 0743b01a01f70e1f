"""Leanings are the predictions of ridge regressions, in levels."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from hyperquery.anthem import leanings as module
from hyperquery.anthem.features import features_of, number_of_features
from hyperquery.anthem.leanings import Leanings
from hyperquery.anthem.text import Vocabulary
from hyperquery.scan import LEVELS

KINDS = ["kettle", "pan", "fire tablet", "tablet case", "strip light"]
COLORS = ["red", "blue", "green", "steel"]
TITLES = [
    (*color.split(), *kind.split(), f"model{n % 7}")
    for n in range(10)
    for color in COLORS
    for kind in KINDS
]
MEMBERS = {
    (*kind.split(), "s"): [i for i, title in enumerate(TITLES) if kind in " ".join(title)]
    for kind in KINDS
} | {("rare",): [0, 1]}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.from_texts(map(" ".join, TITLES), most_pieces=1000)


@pytest.fixture(scope="module")
def leanings(vocabulary) -> Leanings:
    return Leanings.learned(TITLES, MEMBERS, vocabulary)


def dense(titles, vocabulary) -> np.ndarray:
    found = features_of(vocabulary.encode_words(titles), vocabulary)
    matrix = np.zeros((len(titles), number_of_features(vocabulary)))
    for row in range(len(found)):
        entries = slice(found.offsets[row], found.offsets[row + 1])
        matrix[row, found.ids[entries]] = found.values[entries]
    return matrix


def test_they_are_ridge_regressions(leanings, vocabulary):
    targets = np.zeros((len(TITLES), len(leanings.facets)))
    for axis, facet in enumerate(leanings.facets):
        targets[MEMBERS[facet], axis] = 1
    peer = KernelRidge(alpha=1.0).fit(dense(TITLES, vocabulary), targets)
    asked = [("green", "pan"), ("new", "fire", "tablet"), ("tablet", "case"), ("nothing",)]
    expected = peer.predict(dense(asked, vocabulary))
    levels = leanings.levels(vocabulary.encode_words(asked), vocabulary)
    assert levels.max() > LEVELS / 2
    # Weights below .02 are left out, and coordinates are rounded to levels.
    far = np.abs(levels / LEVELS - np.clip(expected, 0, 1))
    assert far[levels > 0].max() < 0.1
    assert expected[levels == 0].max() < 0.2


def test_the_undecided_are_between_members_that_were_not_learned_from_and_the_rest(
    leanings, vocabulary
):
    features, facet = dense(TITLES, vocabulary), leanings.facets[0]
    targets = np.isin(np.arange(len(TITLES)), MEMBERS[facet]).astype(float)
    reached = []
    for row in MEMBERS[facet]:
        others = np.arange(len(TITLES)) != row
        peer = KernelRidge(alpha=1.0).fit(features[others], targets[others])
        reached.append(peer.predict(features[row : row + 1])[0])
    expected = 0.15 + 0.5 * np.mean(reached)
    assert leanings.undecided[0] == pytest.approx(expected, abs=1e-5)
    assert leanings.undecided.min() > 0.15
    assert leanings.undecided.max() < 0.65


def test_a_title_leans_to_what_it_is(leanings, vocabulary):
    levels = leanings.levels(vocabulary.encode(["purple pan", "pruple kettel"]), vocabulary)
    pan, kettle = leanings.axis(("pan", "s")), leanings.axis(("kettle", "s"))
    assert levels[0].argmax() == pan
    assert levels[1].argmax() == kettle


def test_rare_facets_have_no_axis(leanings):
    assert leanings.axis(("rare",)) is None
    assert set(leanings.facets) == MEMBERS.keys() - {("rare",)}
    assert list(leanings.facets) == sorted(leanings.facets)


def test_held_levels_are_the_levels(leanings, vocabulary, monkeypatch):
    monkeypatch.setattr(module, "_TITLES_AT_A_TIME", 7)
    encoded = vocabulary.encode_words(TITLES)
    known: list[list[tuple[str, ...]]] = [[] for _ in TITLES]
    known[3] = [("pan", "s"), ("never", "seen")]
    rows, positions = leanings.held(encoded, known, vocabulary)
    levels = np.zeros((len(TITLES), len(leanings.facets) + 1), np.uint8)
    levels[rows, positions // LEVELS] = positions % LEVELS + 1
    expected = leanings.levels(encoded, vocabulary)
    expected[3, leanings.axis(("pan", "s"))] = LEVELS
    np.testing.assert_array_equal(levels[:, :-1], expected)
    alone = [0 if facets else LEVELS for facets in known]
    np.testing.assert_array_equal(levels[:, leanings.title_alone], alone)


def test_parts_of_the_facets_give_the_same(leanings, vocabulary, monkeypatch):
    monkeypatch.setattr(module, "_AXES_AT_A_TIME", 2)
    again = Leanings.learned(TITLES, MEMBERS, vocabulary)
    assert again.facets == leanings.facets
    for name, array in again.arrays().items():
        np.testing.assert_array_equal(array, leanings.arrays()[name])


def test_where_there_is_no_room_the_facets_with_the_most_members_have_axes(vocabulary, monkeypatch):
    most = {**MEMBERS, ("pan", "s"): [*MEMBERS["pan", "s"], 0]}
    monkeypatch.setattr(module, "_MOST_AXES", 1)
    assert Leanings.learned(TITLES, most, vocabulary).facets == (("pan", "s"),)


def test_a_level_of_any_axis_fits_in_16_bits():
    assert (module._MOST_AXES + 1) * LEVELS == 2**16


def test_no_facets_no_axes(vocabulary):
    for none in (
        Leanings.none(vocabulary),
        Leanings.learned(TITLES, {}, vocabulary),
    ):
        none.check(vocabulary)
        encoded = vocabulary.encode_words(TITLES)
        assert none.levels(encoded, vocabulary).shape == (len(TITLES), 0)
        for known, told in (([("pan", "s")], True), ([], False)):
            held = none.held(encoded, [known for _ in TITLES], vocabulary, told=told)
            assert [len(part) for part in held] == [0, 0]


def test_parts_that_do_not_fit_are_refused(leanings, vocabulary):
    leanings.check(vocabulary)
    for change in (
        {"facets": leanings.facets[:-1]},
        {"facets": leanings.facets[:-1] + leanings.facets[:1]},
        {"starts": leanings.starts[:-1]},
        {"starts": leanings.starts[::-1].copy()},
        {"axes": leanings.axes[:-1]},
        {"axes": np.stack([leanings.axes, leanings.axes], axis=1)},
        {"axes": leanings.axes.astype(np.int32)},
        {"weights": leanings.weights * np.float32(np.nan)},
        {"undecided": leanings.undecided[:-1]},
        {"undecided": leanings.undecided * np.float32(np.inf)},
    ):
        with pytest.raises(ValueError, match="leanings do not fit"):
            replace(leanings, **change).check(vocabulary)
