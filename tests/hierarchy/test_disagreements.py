from __future__ import annotations

import pytest

from hyperquery import Engine
from hyperquery.engine.catalog import Catalog
from hyperquery.engine.collection import Collection
from hyperquery.hierarchy import disagreements
from hyperquery.hierarchy.placing import titles_of
from hyperquery.query import Term
from tests.products import PRODUCTS, SMALL


@pytest.fixture(scope="module")
def doubled() -> Engine:
    """An engine over a catalog in which kettles are in two categories, which are called alike."""
    categories = {"pan": "Shop > Kitchen > kettles & pots", "lantern": "Shop > Light > lanterns",
                  "hammer": "Shop > Tools > hand tools > hammers"}  # fmt: skip
    products = []
    for product in PRODUCTS:
        kind = product["id"][:-1]
        category = categories.get(kind, product["category"])
        if kind == "pan":
            product = {**product, "title": product["title"].replace("pan", "kettle")}
        products.append({**product, "category": category})
    return Engine.fit(products, config=SMALL, progress=False)


@pytest.fixture(scope="module")
def by_titles(doubled) -> Engine:
    """The same products, by title alone."""
    titles = [{"id": p["id"], "title": p["title"]} for p in doubled.catalog.records()]
    return Engine(Catalog.from_records(titles), doubled.model)


def test_overlapping_siblings_are_reported_with_their_share(doubled, by_titles):
    found = disagreements(doubled, least_share=0.05)
    pairs = {(one.first, one.second): one for one in found.overlaps}
    one = pairs["kettles", "kettles & pots"]
    first, second = (set(by_titles.matches(Term(n))) for n in (one.first, one.second))
    assert one.share == pytest.approx(len(first & second) / len(first | second))
    assert one.parent == "Shop > Kitchen"
    shares = [one.share for one in found.overlaps]
    assert shares == sorted(shares, reverse=True)
    assert "kettles | kettles & pots   in Shop > Kitchen" in str(found)


def test_categories_in_others_that_are_not_above_them(doubled, by_titles):
    found = disagreements(doubled, least_degree=0.05)
    siblings = [one for one in found.contained if one.relation == "siblings"]
    assert {"kettles", "kettles & pots"} in [{one.inner, one.outer} for one in siblings]
    upside_down = {(one.inner, one.outer) for one in found.contained
                   if one.relation == "upside down"}  # fmt: skip
    assert ("Shop", "Kitchen") in upside_down
    # All hand tools are hammers, so that the category below has every right to its region.
    assert ("hand tools", "hammers") not in upside_down
    for one in found.contained:
        inner, outer = (set(by_titles.matches(Term(n))) for n in (one.inner, one.outer))
        assert one.degree == pytest.approx(len(inner & outer) / len(inner))
        assert one.reverse == pytest.approx(len(inner & outer) / len(outer))


def test_the_report_is_cut_where_it_is_long(doubled):
    found = disagreements(doubled, least_degree=0.05, products=2)
    assert len(found.contained) > 10
    assert f"and {len(found.contained) - 10} more" in str(found)
    assert len(found.misplaced) <= 2


def test_small_categories_are_not_looked_at(doubled):
    found = disagreements(doubled, least_products=1000)
    assert found.overlaps == found.contained == ()


def test_titles_are_asked_for_categories_as_the_engine_reads_them(doubled):
    engine = Engine(doubled.catalog, doubled.model)
    assert engine.hyperboloid("lanternss") == engine.hyperboloid("lanterns")  # mended
    engine.add([{"id": "new", "title": "acme light", "category": "Shop > Light > lanternss"}])
    by_titles = Engine.of(Collection((titles_of(engine),)), engine.model)
    found = [one.hyperboloid("lanternss") for one in (engine, by_titles)]
    assert found[0] == found[1] != engine.hyperboloid("lanterns")
