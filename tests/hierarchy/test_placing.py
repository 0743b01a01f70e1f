from __future__ import annotations

import numpy as np
import pytest

from hyperquery import Engine
from hyperquery.engine.catalog import Catalog
from hyperquery.hierarchy import Placer, TaxonomyError
from tests.products import PRODUCTS, SMALL


@pytest.fixture(scope="module")
def placer(small_engine) -> Placer:
    return Placer(small_engine)


def test_products_of_the_catalog_find_their_way_back(placer):
    found = placer.place_many([product["title"] for product in PRODUCTS])
    right = [" > ".join(f.path) == p["category"] for f, p in zip(found, PRODUCTS, strict=True)]
    assert np.mean(right) > 0.9
    assert placer.place("Acme kettle") == placer.place_many(["Acme kettle"])[0]


def test_likelihoods_sum_to_one(placer):
    logs = placer.log_likelihoods(["steel kettle", "unheard of"])
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1.0)


def test_neighbours_vote(placer):
    found = placer.place_by_neighbours("Acme kettle small", k=3)
    assert found.path == ("Shop", "Kitchen", "kettles")
    assert found.confidences[0] == 1.0


@pytest.mark.parametrize("curvature", [0.0, 1.0])
def test_the_nearest_products_are_nearest_by_distance(curvature):
    from dataclasses import replace

    config = replace(SMALL, curvature=curvature, steps=20)
    engine = Engine.fit(PRODUCTS, config=config, progress=False)
    placer = Placer(engine)
    titles = list(engine.catalog.titles)
    nearest = placer.nearest_rows(titles, 5)
    own = [row in rows for row, rows in enumerate(nearest.tolist())]
    assert all(own)


def test_a_product_does_not_vote_for_itself(placer):
    lonely = [{"id": "x", "title": "zebra striped umbrella", "category": "Rain > Umbrellas"}]
    engine = Engine.fit([*PRODUCTS, *lonely], config=SMALL, progress=False)
    other = Placer(engine)
    at = other.paths.index(("Rain", "Umbrellas"))
    with_vote = other.log_likelihoods(["zebra striped umbrella"])
    without = other.log_likelihoods(["zebra striped umbrella"], [len(PRODUCTS)])
    assert with_vote[0, at] != without[0, at]


def test_held_out_products_set_the_weights(small_engine, placer):
    held = [{"id": "n", "title": "Crest kettle", "category": "Shop > Kitchen > kettles"}]
    assert not np.allclose(Placer(small_engine, held).weights, placer.weights)
    by_catalog = Placer(small_engine, Catalog.read(held)).weights
    np.testing.assert_array_equal(by_catalog, Placer(small_engine, held).weights)
    elsewhere = [{"id": "n", "title": "Crest kettle", "category": "Unknown"}]
    with pytest.raises(TaxonomyError, match="held out"):
        Placer(small_engine, elsewhere)


def test_a_catalog_without_categories_is_refused(small_engine):
    bare = [{"id": p["id"], "title": p["title"]} for p in PRODUCTS]
    engine = Engine(Catalog.read(bare), small_engine.model)
    with pytest.raises(TaxonomyError, match="category"):
        Placer(engine)
