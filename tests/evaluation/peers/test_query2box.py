from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
import torch

from hyperquery import QueryError, parse
from hyperquery.anthem.documents import Document
from hyperquery.engine.catalog import Catalog
from hyperquery.errors import CatalogError
from hyperquery.evaluation.boolean import make_benchmark
from hyperquery.evaluation.boolean_figures import average_precision, f1
from hyperquery.evaluation.peers import query2box
from hyperquery.evaluation.peers.query2box import (
    Boxes,
    LearnedIntersection,
    Query2BoxSystem,
    box_distances,
)
from hyperquery.evaluation.peers.query2box_training import draw_conjunctions, train_query2box
from tests.products import DOCUMENTS, PRODUCTS, SMALL

TITLES = [document.title for document in DOCUMENTS]


LONGER = replace(SMALL, steps=150)


@pytest.fixture(scope="module")
def model():
    return train_query2box(DOCUMENTS, config=LONGER, progress=False)


@pytest.fixture(scope="module")
def system(model):
    return Query2BoxSystem(model, TITLES)


def random_boxes(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return Boxes(
        torch.randn(*shape, generator=generator, dtype=torch.float64),
        torch.rand(*shape, generator=generator, dtype=torch.float64),
    )


def test_distances_are_those_of_the_paper():
    boxes = random_boxes(5, 4)
    points = random_boxes(7, 4, seed=1).centres
    lower, upper = (
        (boxes.centres - boxes.offsets)[:, None],
        (boxes.centres + boxes.offsets)[:, None],
    )
    outside = ((points - upper).relu() + (lower - points).relu()).sum(-1)
    inside = (boxes.centres[:, None] - points.clamp(lower, upper)).abs().sum(-1)
    torch.testing.assert_close(box_distances(boxes, points), (outside + 0.02 * inside) / 2)


def test_an_intersection_has_a_centre_between_and_no_larger_offsets():
    learned = LearnedIntersection(4, torch.Generator().manual_seed(0)).double()
    boxes = random_boxes(6, 3, 4)
    met = learned(boxes)
    assert (met.offsets < boxes.offsets.amin(1)).all()
    assert (met.centres >= boxes.centres.amin(1)).all()
    assert (met.centres <= boxes.centres.amax(1)).all()
    turned = learned(Boxes(boxes.centres.flip(1), boxes.offsets.flip(1)))
    torch.testing.assert_close(turned.centres, met.centres)
    torch.testing.assert_close(turned.offsets, met.offsets)


def test_conjunctions_are_of_facets_that_some_product_has():
    rng = np.random.default_rng(0)
    members = torch.from_numpy((rng.random((12, 20)) < 0.3).astype(np.float32))
    found = draw_conjunctions(members, 60, rng)
    assert [one.facets.shape[1] for one in found] == [2, 3]
    for one in found:
        assert len(one.facets) > 5
        assert (one.members.sum(1) >= 1).all()
        for facets, held in zip(one.facets.tolist(), one.members, strict=True):
            assert len(set(facets)) == len(facets)
            assert torch.equal(held, members[facets].amin(0))


def test_products_with_one_facet_make_no_conjunctions():
    assert draw_conjunctions(torch.eye(3), 10, np.random.default_rng(0)) == []


@pytest.mark.parametrize(
    ("query", "answers"),
    [("kettle", lambda title: "kettle" in title),
     ("Acme AND kettle", lambda title: "Acme" in title and "kettle" in title),
     ("tent OR novel", lambda title: "tent" in title or "novel" in title),
     ("kettle AND NOT Acme", lambda title: "kettle" in title and "Acme" not in title),
     ("(tent OR lantern) AND Bolt",
      lambda title: ("tent" in title or "lantern" in title) and "Bolt" in title)],
)  # fmt: skip
def test_it_learns_to_answer(system, query, answers):
    answer = np.array([answers(title) for title in TITLES])
    scores = system.scores(parse(query))
    assert ((scores >= 0) & (scores <= 1)).all()
    assert average_precision(scores, answer) > 0.65  # in a random order it would be below 0.3


def test_negation_is_the_complement(system):
    tent, none = system.scores(parse("tent")), system.scores(parse("NOT tent"))
    np.testing.assert_allclose(none, 1 - tent)
    both = system.scores(parse("kettle AND NOT tent"))
    np.testing.assert_allclose(both, system.scores(parse("kettle")) * none)


def test_what_matches_is_above_the_threshold(model):
    query = parse("kettle OR pan")
    for threshold in (0.2, 0.8):
        system = Query2BoxSystem(model, TITLES, threshold)
        assert system.matches(query).tolist() == (system.scores(query) > threshold).tolist()


def test_the_same_seed_gives_the_same_model():
    config = replace(SMALL, steps=20)
    first, second = (
        train_query2box(DOCUMENTS, config=config, progress=False).state_dict() for _ in range(2)
    )
    for name, value in first.items():
        assert torch.equal(value, second[name]), name


def test_the_threshold_is_chosen_on_the_dev_part():
    catalog = Catalog.read(PRODUCTS)
    benchmark = make_benchmark(
        catalog, per_structure=4, dev_per_structure=6, least_products=5, dev_share=0.4,
        unseen_share=0.0,
    )  # fmt: skip
    model = train_query2box(
        benchmark.train.documents(), config=replace(SMALL, steps=20), progress=False
    )
    found = query2box.tuned(model, benchmark)
    dev = Query2BoxSystem(model, benchmark.dev.catalog.titles)
    pairs = [pair for name in ("1", "2i", "2u") for pair in benchmark.dev.queries[name]]

    def quality(threshold):
        return fmean(
            f1(dev.scores(asked) > threshold, benchmark.dev.answer(meant)) for asked, meant in pairs
        )

    assert quality(found.threshold) > max(quality(0.0), quality(1.0))
    assert len(found.scores(parse("kettle"))) == len(benchmark.test.catalog)


def test_other_operators_are_refused(system):
    with pytest.raises(QueryError, match="Phrase is not an operator"):
        system.scores(parse('"red kettle"'))


def test_a_catalog_without_words_is_refused():
    with pytest.raises(CatalogError, match="no product of the catalog has a letter"):
        train_query2box([Document("!!!")], config=SMALL, progress=False)
