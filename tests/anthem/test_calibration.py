"""Where terms end: shifts of edges, and how much farther products with other fields are."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, fbeta_score

from hyperquery import Engine
from hyperquery.anthem import calibration, training
from hyperquery.anthem.batches import Batches
from hyperquery.anthem.calibration import best_shift, calibrate_edges, least_distance
from hyperquery.anthem.encoder import Shift
from hyperquery.anthem.model import Model
from hyperquery.engine.catalog import Catalog
from hyperquery.query import Term
from tests.products import DOCUMENTS, PRODUCTS, SMALL

# Kettles and pans are called alike, so that titles alone do not tell them apart.
ALIKE = [{**product, "title": product["title"].replace("pan", "kettle")} for product in PRODUCTS]
pairs = st.lists(st.tuples(st.integers(-6, 6), st.booleans()), min_size=1, max_size=60)


def test_best_shift_without_members_changes_nothing():
    assert best_shift(np.array([1.0, 2.0]), np.array([False, False])) == 0.0


def test_best_shift_is_in_the_middle_of_all_that_are_about_as_good():
    # Two in seven of the last 301 are members: with each of them F is 4/7, give or take.
    members = np.array([*[True] * 57, *[False, False, True, False, False, False, True] * 43])
    assert best_shift(np.arange(len(members)) / 100, members) == pytest.approx(2.07, abs=0.05)


def test_best_shift_is_in_no_valley():
    members = np.array([*[True] * 50, *[False] * 100, *[True] * 50])
    assert best_shift(np.arange(200.0), members) == 49.5


def test_best_shift_wants_more_recall_with_more_weight():
    margins, members = np.arange(6.0), np.array([True, False, False, True, False, False])
    assert best_shift(margins, members, 0.1) == 0.5
    assert best_shift(margins, members, 10.0) == 4.0


def test_best_shift_parts_nothing_that_is_equal():
    margins = np.array([0.1] * 5 + [0.5] * 100)
    assert best_shift(margins, np.arange(105) < 10) == 0.3


@given(pairs, st.sampled_from([0.5, 1.0, 2.0]))
def test_best_shift_is_about_as_good_as_any(drawn, weight):
    margins, members = (np.array(values) for values in zip(*drawn, strict=True))
    shift = best_shift(margins.astype(float), members, weight)
    if not members.any():
        assert shift == 0
        return

    def measure(edge):
        return fbeta_score(members, margins <= edge, beta=weight, zero_division=0.0)

    best = max(measure(edge) for edge in margins)
    assert measure(shift) >= 0.99 * best - 1e-9


@given(pairs)
def test_the_least_distance_takes_strangers_out_and_no_farther(drawn):
    margins, members = np.array([one for one, _ in drawn]) / 4, np.array([is_ for _, is_ in drawn])
    distance = least_distance(margins, members)

    def measure(farther):
        return f1_score(members, margins + farther * ~members <= 0, zero_division=0.0)

    enough = 0.998 * measure(99.0)
    assert distance >= 0
    assert measure(distance) >= enough
    assert distance == 0 or measure(distance - 0.125) < enough or not measure(99.0)


@pytest.fixture(scope="module")
def calibrated() -> tuple[Model, Batches]:
    """A model as it was calibrated, which knows nothing of the products held out."""
    documents, config = Catalog.read(ALIKE).documents(), replace(SMALL, held_out=0.4)
    model, _ = training.train(documents, config=config, progress=False)
    batches = Batches(documents, (), model.vocabulary, config, np.random.default_rng(config.seed))
    model = model.leaning(batches.leanings(model.facets, held_out=False))
    calibrate_edges(model, batches)
    return model, batches


def margins_of(model, batches, *, titles_alone, farther):
    """The margins of the products held out to the facets of these, and which are members."""
    held_out = [ALIKE[index] for index in batches.held_out]
    encoder = copy.deepcopy(model.encoder)
    encoder.edge_shifts[Shift.FARTHER] = farther
    model = Model(model.vocabulary, encoder, model.facets, model.leanings)
    read = (
        [{key: p[key] for key in ("id", "title")} for p in held_out] if titles_alone else held_out
    )
    engine = Engine(Catalog.read(read), model)
    facets = sorted(
        {f for index in batches.held_out for f, _ in batches.facets.known(index)} & model.facets
    )
    rows = dict.fromkeys(batches.held_out)
    margins = [engine.region(Term(" ".join(facet))).margin(engine.points) for facet in facets]
    members = [[row in batches.facets.having(facet, set(rows)) for row in rows] for facet in facets]
    return np.array(margins), np.array(members)


def test_facets_end_by_title_where_their_held_out_members_do(calibrated):
    model, batches = calibrated
    margins, members = margins_of(model, batches, titles_alone=True, farther=model.farther)
    shift = float(model.encoder.edge_shifts[Shift.FACET])
    assert best_shift(margins + shift, members, 2.0) == pytest.approx(shift, abs=1e-4)


def test_known_fields_tell_products_apart(calibrated):
    model, batches = calibrated
    farther = model.farther
    assert farther > 0
    found = [
        f1_score(members.ravel(), margins.ravel() <= 0)
        for margins, members in (
            margins_of(model, batches, titles_alone=False, farther=distance)
            for distance in (99.0, farther, farther - 0.01, 0.0)
        )
    ]
    surely, calibrated_to, less, nothing = found
    assert calibrated_to >= 0.998 * surely > less
    assert nothing < 0.95


def test_a_product_of_which_another_kind_is_known_is_judged_as_before(calibrated):
    model, _ = calibrated
    records = [
        {"id": "alone", "title": "steel kettle"},
        {"id": "brand", "title": "steel kettle", "brand": "Acme"},
        {"id": "other", "title": "steel kettle", "category": "Shop > Tools > drills"},
    ]
    engine = Engine(Catalog.read(records), model)
    titles = np.array([engine.points[0]] * 3)  # fields move points, too
    alone, brand, other = engine.region(Term("kettles")).margin(titles).tolist()
    assert brand == pytest.approx(alone, abs=1e-5)
    assert other == pytest.approx(alone + model.farther, abs=1e-5)


def test_a_field_in_other_words_takes_no_product_farther(calibrated):
    model, _ = calibrated
    records = [
        {"id": "alone", "title": "steel kettle"},
        {"id": "whistling", "title": "steel kettle", "category": "whistling kettles"},
    ]
    engine = Engine(Catalog.read(records), model)
    points = np.array([engine.points[0]] * 2)
    alone, whistling = engine.region(Term("kettles")).margin(points).tolist()
    assert whistling <= alone + 1e-6


def test_without_axes_there_is_no_shift_for_known_fields():
    flat = replace(SMALL, leaning_weight=0.0)
    model, _ = training.train(Catalog.read(ALIKE).documents(), config=flat, progress=False)
    assert model.farther == 0


def test_terms_end_where_their_kind_of_text_does():
    model, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    found = {}
    for shift in (None, *Shift):
        model.encoder.edge_shifts[:] = 0
        if shift is not None:
            model.encoder.edge_shifts[shift] = 1
        found[shift] = [
            model.encode_term(term).hyperboloid.edge
            for term in ("folding", "folding kitchens", "kitchen")
        ]
    plain = np.array(found.pop(None))
    for shift, edges in found.items():
        expected = [shift == one for one in (Shift.TEXT, Shift.NAMING, Shift.FACET)]
        np.testing.assert_allclose(edges - plain, expected, atol=1e-6)


def test_text_that_names_facets_is_calibrated_apart(monkeypatch):
    """Unless there is too little of it, and then both have the shift of all."""
    apart, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    monkeypatch.setattr(calibration, "_FEWEST_QUERIES", 10**6)
    together, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    text, naming, *facets = together.encoder.edge_shifts.tolist()
    assert text == naming
    assert apart.encoder.edge_shifts.tolist()[2:] == facets
    shifts = apart.encoder.edge_shifts.tolist()
    assert shifts[Shift.TEXT] != shifts[Shift.NAMING]
