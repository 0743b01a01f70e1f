"""Leanings are the predictions of ridge regressions, in levels."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from hyperquery.anthem import leanings as module
from hyperquery.anthem.documents import KnownFacet
from hyperquery.anthem.features import features_of, number_of_features
from hyperquery.anthem.leanings import Leanings
from hyperquery.anthem.places import Places
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
OF_KINDS = dict.fromkeys(MEMBERS, "category")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.from_texts(map(" ".join, TITLES), most_pieces=1000)


@pytest.fixture(scope="module")
def leanings(vocabulary) -> Leanings:
    return Leanings.learned(TITLES, MEMBERS, OF_KINDS, vocabulary)


def dense(titles, vocabulary) -> np.ndarray:
    found = features_of(vocabulary.encode_words(titles), vocabulary)
    matrix = np.zeros((len(titles), number_of_features(vocabulary)))
    for row in range(len(found)):
        entries = slice(found.offsets[row], found.offsets[row + 1])
        matrix[row, found.ids[entries]] = found.values[entries]
    return matrix


def test_they_are_ridge_regressions(leanings, vocabulary):
    targets = np.zeros((len(TITLES), len(leanings.places.learned)))
    for axis, facet in enumerate(leanings.places.learned):
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
    features, facet = dense(TITLES, vocabulary), next(iter(leanings.places.learned))
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
    learned = list(leanings.places.learned)
    assert levels[0].argmax() == learned.index(("pan", "s"))
    assert levels[1].argmax() == learned.index(("kettle", "s"))


def test_held_places_are_the_levels_and_the_ends_of_what_is_known(
    leanings, vocabulary, monkeypatch
):
    monkeypatch.setattr(module, "_TITLES_AT_A_TIME", 7)
    encoded = vocabulary.encode_words(TITLES)
    known: list[list[KnownFacet]] = [[] for _ in TITLES]
    known[3] = [(("pan", "s"), "category"), (("never", "seen"), "category")]
    known[12] = [(("rare",), "category")]
    known[20] = [(("never", "seen"), "brand")]
    held, places = leanings.held(encoded, known, vocabulary), leanings.places
    expected = leanings.levels(encoded, vocabulary)
    learned = list(places.learned)
    for axis, facet in enumerate(learned):
        steps = expected[:, axis].copy()
        if facet == ("pan", "s"):
            steps[3] = LEVELS
        np.testing.assert_array_equal(held.steps(places.span(facet)), steps)
    has_category = np.isin(np.arange(len(TITLES)), [3, 12])
    unknown = held.steps(places.unknown("category"))
    np.testing.assert_array_equal(unknown, np.where(has_category, 0, LEVELS))
    assert np.flatnonzero(held.steps(places.span(("rare",)))).tolist() == [12]
    expected[3, learned.index(("pan", "s"))] = LEVELS
    assert len(held.places) == np.count_nonzero(expected) + (len(TITLES) - 2) + 1
    untold = leanings.held(encoded, known, vocabulary, told=False)
    assert not untold.steps(places.unknown("category")).any()


def test_parts_of_the_facets_give_the_same(leanings, vocabulary, monkeypatch):
    monkeypatch.setattr(module, "_AXES_AT_A_TIME", 2)
    again = Leanings.learned(TITLES, MEMBERS, OF_KINDS, vocabulary)
    assert again.places.learned == leanings.places.learned
    for name, array in again.arrays().items():
        np.testing.assert_array_equal(array, leanings.arrays()[name])


def test_no_facets_no_axes(vocabulary):
    for none in (
        Leanings.none(vocabulary),
        Leanings.learned(TITLES, {}, {}, vocabulary),
    ):
        none.check(vocabulary)
        encoded = vocabulary.encode_words(TITLES)
        assert none.levels(encoded, vocabulary).shape == (len(TITLES), 0)
        for known in ([(("pan", "s"), "category")], []):
            held = none.held(encoded, [known for _ in TITLES], vocabulary)
            assert len(held.products) == len(held.places) == 0
            assert held.number == len(TITLES)


def test_rare_facets_alone_are_places_alone(vocabulary):
    rare = {("rare",): [0, 1]}
    leanings = Leanings.learned(TITLES, rare, {("rare",): "brand"}, vocabulary)
    leanings.check(vocabulary)
    assert leanings.undecided_at(leanings.places.span(("rare",))) == 0
    known = [[(("rare",), "brand")], []]
    held = leanings.held(vocabulary.encode_words(TITLES[:2]), known, vocabulary)
    assert held.steps(leanings.places.span(("rare",))).tolist() == [1, 0]
    assert held.steps(leanings.places.unknown("brand")).tolist() == [0, LEVELS]


def test_parts_that_do_not_fit_are_refused(leanings, vocabulary):
    leanings.check(vocabulary)
    for change in (
        {"places": Places({("pan", "s"): "category"}, {})},
        {"places": replace(leanings.places, rare=leanings.places.learned)},
        {"starts": leanings.starts[:-1]},
        {"starts": leanings.starts[::-1].copy()},
        {"axes": leanings.axes[:-1]},
        {"axes": np.stack([leanings.axes, leanings.axes], axis=1)},
        {"axes": leanings.axes.astype(np.int32)},
        {"weights": leanings.weights * np.float32(np.nan)},
        {"weights": leanings.weights * np.float32(1e30)},
        {"undecided": leanings.undecided[:-1]},
        {"undecided": leanings.undecided * np.float32(np.inf)},
        {"undecided": leanings.undecided - 1},
    ):
        with pytest.raises(ValueError, match="leanings do not fit"):
            replace(leanings, **change).check(vocabulary)
