from __future__ import annotations

import geoopt
import pytest
import torch

from hyperquery import Config
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.text import Vocabulary
from hyperquery.geometry.lorentz import axial, distance

TEXTS = ["Fire TV stick with Alexa", "Kindle", "Fire", "5"]


@pytest.fixture(params=[1.0, 0.3, 0.0], ids="curvature {}".format)
def encoder(request):
    vocabulary = Vocabulary.from_texts([*TEXTS, "fire tv", "fire tv"], most_pieces=100)
    config = Config(dimension=8, curvature=request.param)
    model = Anthem(vocabulary, config, torch.Generator().manual_seed(0))
    return vocabulary, model


def test_points_lie_at_the_radius(encoder):
    vocabulary, model = encoder
    points = model.points(vocabulary.encode(TEXTS)).detach().double()
    origin = torch.zeros_like(points)
    radii = distance(points, origin, model.curvature.double())
    assert radii.tolist() == pytest.approx([model.config.radius] * 4, rel=1e-5)


def test_centroids_lie_between_their_faces(encoder):
    vocabulary, model = encoder
    boxes = model.hyperboloids(vocabulary.encode(TEXTS))
    middles = axial(boxes.centres, model.curvature)
    assert (boxes.lower < middles).all()
    assert (middles < boxes.upper).all()
    assert boxes.lower.shape == (4, 8)


def test_attention_weighs_elements_and_meets_to_one(encoder):
    vocabulary, model = encoder
    terms = vocabulary.encode(TEXTS)
    weights = model.hyperboloids(terms).weights
    assert weights.sum((1, 2)).tolist() == pytest.approx([1.0] * 4, rel=1e-5)
    assert (weights.triu(1) == 0).all()


def test_without_evidence_terms_of_any_length_have_none():
    vocabulary = Vocabulary.from_texts(TEXTS)
    model = Anthem(vocabulary, Config(dimension=8, evidence_weight=0))
    assert model.hyperboloids(vocabulary.encode(TEXTS)).evidence.tolist() == [0.0] * 4


def test_a_text_is_encoded_alike_alone_and_in_a_batch(encoder):
    vocabulary, model = encoder
    together = model.hyperboloids(vocabulary.encode(TEXTS))
    alone = model.hyperboloids(vocabulary.encode(TEXTS[2:3]))
    torch.testing.assert_close(alone.lower[0], together.lower[2])
    torch.testing.assert_close(alone.upper[0], together.upper[2])
    points = model.points(vocabulary.encode(TEXTS))
    torch.testing.assert_close(model.points(vocabulary.encode(TEXTS[2:3]))[0], points[2])


def test_the_vocabulary_lives_on_a_lorentz_manifold(encoder):
    _, model = encoder
    assert isinstance(model.centroids, geoopt.ManifoldParameter)
    assert isinstance(model.centroids.manifold, geoopt.Lorentz)
    assert model.centroids.manifold.check_point_on_manifold(model.centroids.detach(), atol=1e-4)


def test_every_parameter_learns(encoder):
    vocabulary, model = encoder
    for residual in (model.product_residual, model.term_residual):
        torch.nn.init.constant_(residual.outer, 0.01)  # at 0 the inner layer waits for the outer
    texts = vocabulary.encode(TEXTS)
    boxes = model.hyperboloids(texts)
    points = model.points(texts)
    loss = (boxes.upper - axial(points, model.curvature)).square().sum() + boxes.edges.sum()
    (loss + boxes.lower.square().sum() + boxes.evidence.sum()).backward()
    for name, parameter in model.named_parameters():
        if name == "raw_curvature" and model.config.curvature == 0:
            assert parameter.grad is None  # the Euclidean model stays Euclidean
        else:
            assert torch.isfinite(parameter.grad).all(), name
            assert parameter.grad.abs().sum() > 0, name
