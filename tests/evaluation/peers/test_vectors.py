from __future__ import annotations

from statistics import fmean

import geoopt
import numpy as np
import pytest
import torch

from hyperquery import Config, QueryError
from hyperquery.anthem.leanings import Leanings
from hyperquery.anthem.text import Vocabulary
from hyperquery.evaluation.boolean_figures import average_precision
from hyperquery.evaluation.peers.vectors import (
    VECTOR_MODELS,
    WITH_LEANINGS,
    HyperbolicPoint,
    VectorScorer,
    squared_distances,
)
from hyperquery.geometry import lorentz
from hyperquery.scan import LEVELS
from tests.products import DOCUMENTS, SMALL

TITLES = [document.title for document in DOCUMENTS]
KINDS = ("kettle", "pan", "tent", "lantern", "hammer", "drill", "novel", "atlas")


@pytest.fixture(scope="module", params=VECTOR_MODELS)
def trained(request):
    kind = VECTOR_MODELS[request.param]
    return kind, kind.fit(DOCUMENTS, SMALL, progress=False)


def test_it_learns_what_terms_mean(trained):
    _, model = trained
    scorer = VectorScorer(model, TITLES)

    def precision(term):
        return average_precision(scorer.scores(term), np.array([term in title for title in TITLES]))

    assert fmean(map(precision, KINDS)) > 0.9  # in a random order it would be about 0.2


def test_scores_are_finite_numbers_for_each_product(trained):
    _, model = trained
    scores = VectorScorer(model, TITLES).scores("steel kettle")
    assert scores.shape == (len(TITLES),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_the_same_seed_gives_the_same_scores(trained):
    kind, model = trained
    again = kind.fit(DOCUMENTS, SMALL, progress=False)
    expected = VectorScorer(model, TITLES).scores("tent")
    assert np.array_equal(VectorScorer(again, TITLES).scores("tent"), expected)


def test_they_have_no_evidence_and_no_leanings(trained):
    kind, model = trained
    assert kind.config(Config()).evidence_weight == 0
    assert model.leanings.places.kinds == ()
    with torch.no_grad():
        terms = model.encoder.hyperboloids(model.vocabulary.encode(["tent", "steel kettle"]))
    assert terms.evidence.tolist() == [0, 0]


def test_with_leanings_a_title_that_leans_to_a_facet_scores_more():
    model = WITH_LEANINGS.fit(DOCUMENTS, SMALL, progress=False)
    (axis,) = model.axes(("kettles",))
    without = VectorScorer(model.leaning(Leanings.none(model.vocabulary)), TITLES)
    gained = VectorScorer(model, TITLES).scores("kettles") - without.scores("kettles")
    levels = model.leanings.levels(model.vocabulary.encode(TITLES), model.vocabulary)
    reached = levels[:, axis.span.first // LEVELS] * axis.leaned / LEVELS
    np.testing.assert_allclose(gained, axis.weight * (reached - axis.undecided), atol=1e-5)
    assert gained.max() > 0.2


def test_a_text_without_words_comes_last(trained):
    _, model = trained
    scores = VectorScorer(model, [*TITLES, "!!!"]).scores("kettle")
    assert scores[-1] == scores.min()


def test_a_term_without_known_trigrams_is_an_error(trained):
    _, model = trained
    with pytest.raises(QueryError, match="日本"):
        VectorScorer(model, TITLES).scores("日本")


def test_a_point_at_a_terms_centre_is_the_nearest(trained):
    _, model = trained
    encoder = model.encoder
    with torch.no_grad():
        terms = encoder.hyperboloids(model.vocabulary.encode(["kettle", "red tent"]))
        near = encoder.energies(terms.centres, terms)
        assert (near.diagonal() <= near).all()


@pytest.fixture
def pairs():
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(40, 6, generator=generator, dtype=torch.float64)
    radii = torch.linspace(0, 5, 40, dtype=torch.float64)
    points = lorentz.exp_origin(torch.nn.functional.normalize(directions, dim=-1) * radii[:, None])
    return points[::2], points[1::2]


def test_hyperbolic_distances_are_those_of_geoopt(pairs):
    manifold = geoopt.Lorentz(k=1.0)

    def on_sheet(points):
        return torch.cat([lorentz.scaled_time(points)[:, None], points], dim=-1)

    first, second = map(on_sheet, pairs)
    expected = manifold.dist(first[:, None], second[None]).square()
    found = squared_distances(*pairs, torch.tensor(1.0, dtype=torch.float64))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("curvature", [0.0, 0.3, 2.0])
def test_hyperbolic_distances_at_any_curvature(pairs, curvature):
    first, second = pairs
    expected = lorentz.distance(first[:, None], second[None], curvature).square()
    kappa = torch.tensor(curvature, dtype=torch.float64)
    torch.testing.assert_close(squared_distances(first, second, kappa), expected)
    at_zero = squared_distances(first, first, kappa).diagonal()
    assert at_zero.abs().max() < 1e-9


@pytest.mark.parametrize("apart", [1e-4, 1e-2, 1.0])
def test_float32_is_sound_as_far_out_as_points_go(apart):
    generator = torch.Generator().manual_seed(1)
    radii = torch.linspace(0, 5, 200)[:, None]
    directions = torch.randn(200, 16, generator=generator)
    others = directions + apart * torch.randn(200, 16, generator=generator)
    points, others = (
        lorentz.exp_origin(radii * torch.nn.functional.normalize(v, dim=-1))
        for v in (directions, others)
    )
    one = torch.tensor(1.0)
    exact = squared_distances(points.double(), others.double(), one.double())
    assert (squared_distances(points, others, one) - exact).abs().max() < 5e-3


def test_gradients_are_finite_at_zero_distance_and_at_the_origin():
    points = torch.zeros(3, 4)
    points[1] = 0.5
    points.requires_grad_()
    squared_distances(points, points, torch.tensor(1.0)).sum().backward()
    assert torch.isfinite(points.grad).all()


def test_lengths_start_on_the_sphere_and_learn():
    vocabulary = Vocabulary.from_texts(TITLES)
    encoder = HyperbolicPoint(vocabulary, Config(dimension=8, radius=4.0))

    def radii():
        points = encoder.points(vocabulary.encode(TITLES)).detach()
        return lorentz.distance(points, torch.zeros_like(points))

    assert radii().std() < 1e-4
    with torch.no_grad():
        encoder.length_exponent.fill_(50.0)
    assert radii().std() > 1
    assert radii().max() <= 5.001  # however long the vectors are
