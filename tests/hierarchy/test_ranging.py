from __future__ import annotations

import pytest

from hyperquery import ConfigError
from hyperquery.hierarchy import (
    TaxonomyError,
    children_of,
    from_catalog,
    from_paths,
    learn,
    siblings_of,
    under,
)
from hyperquery.query import Nothing
from tests.products import PRODUCTS


def ids(prefix):
    return [p["id"] for p in PRODUCTS if p["category"].startswith(prefix)]


def test_under_a_category_is_its_subtree(small_engine):
    tree = from_catalog(small_engine)
    for query in (under("Kitchen"), under("Shop > Kitchen"), under("Kitchen", tree)):
        assert small_engine.matches(query) == ids("Shop > Kitchen")


def test_children_and_siblings_are_unions(small_engine):
    tree = from_catalog(small_engine)
    assert small_engine.matches(children_of("Shop", tree)) == ids("Shop")
    assert small_engine.matches(siblings_of("kettles", tree)) == ids("Shop > Kitchen > pans")
    assert siblings_of("Shop", tree) == children_of("kettles", tree) == Nothing()


def test_a_learned_hierarchy_ranges_over_any_text(small_engine):
    learned = learn(small_engine, ["Kitchen", "kettles", "pans", "tents"])
    assert str(under("Kitchen", learned, by="term")).startswith("Kitchen")
    for name in learned.descendants("Kitchen"):
        assert name in under("Kitchen", learned, by="term").terms
    assert children_of("Kitchen", learned, by="term").terms == tuple(learned.children("Kitchen"))
    assert siblings_of("pans", learned, by="term").terms == tuple(learned.siblings("pans"))


def test_conditions_and_terms_share_one_query(small_engine):
    query = under("pans", by="either")
    assert str(query) == "category:pans OR pans"
    assert set(ids("Shop > Kitchen > pans")) <= set(small_engine.matches(query))
    assert str(under("Shop > Kitchen", by="term")) == "Kitchen"


def test_names_that_several_nodes_have_need_their_path():
    tree = from_paths(["TV > Stands", "Garden > Stands"])
    assert str(children_of("TV", tree)) == 'category:"TV > Stands"'
    assert str(under("TV > Stands", tree)) == 'category:"TV > Stands"'
    with pytest.raises(TaxonomyError, match="2 nodes called 'Stands'"):
        under("Stands", tree)


def test_unknown_names_and_ways_are_refused():
    tree = from_paths(["TV > Stands"])
    with pytest.raises(TaxonomyError, match="'Mounts'"):
        children_of("Mounts", tree)
    with pytest.raises(ConfigError, match="'box'"):
        under("TV", by="box")
