from __future__ import annotations

import pytest

from hyperquery.hierarchy import generalize, learn, specialize
from hyperquery.query import Everything, Not, parse


@pytest.fixture(scope="module")
def learned(small_engine):
    return learn(small_engine)


@pytest.mark.parametrize(
    "text", ["kettles", "Acme AND pans", "steel pan OR tents", "category:pans price<30", "pans^2"]
)
def test_walks_up_never_lose_products_and_end_without_terms(small_engine, learned, text):
    query = parse(text, fields=small_engine.collection.schema)
    steps = generalize(learned, query)
    assert steps[0].query == query
    assert [s.products for s in steps] == sorted(s.products for s in steps)
    assert all(s.products == len(small_engine.matches(s.query)) for s in steps)
    assert steps[-1].query.terms == ()
    assert len(steps) > 1


def test_what_is_replaced_is_named(small_engine):
    steps = small_engine.generalize("category:kettles AND price<30")
    assert [str(s.query) for s in steps] == [
        "category:kettles AND price<30",
        'category:"Shop > Kitchen" AND price<30',
        "category:Shop AND price<30",
        "price<30",
    ]
    assert str(steps[1].replaced) == "category:kettles"
    assert str(steps[1].by) == 'category:"Shop > Kitchen"'
    assert (steps[0].replaced, steps[-1].by) == (None, Everything())


def test_negated_parts_stay(small_engine, learned):
    steps = generalize(learned, parse("pans AND NOT Acme"))
    assert steps[-1].query == Not(parse("Acme"))
    assert all("NOT Acme" in str(step.query) for step in steps)


def test_narrower_queries_come_with_what_they_match(small_engine):
    steps = small_engine.specialize("category:Kitchen AND price<50")
    assert {str(s.by) for s in steps} == {
        'category:"Shop > Kitchen > kettles"', 'category:"Shop > Kitchen > pans"',
    }  # fmt: skip
    assert all(s.products == len(small_engine.matches(s.query)) == 4 for s in steps)
    assert small_engine.specialize("category:kettles") == ()


def test_terms_give_way_to_their_children(small_engine, learned):
    parent = next(node for node in learned.graph if learned.children(node))
    steps = specialize(learned, parse(f'"{parent}"' if " " in parent else parent))
    wanted = [child for child in learned.children(parent) if learned.graph.nodes[child]["products"]]
    assert {step.by.text for step in steps} == set(wanted)
    counts = [step.products for step in steps]
    assert counts == sorted(counts, reverse=True)
    assert str(steps[0]).split()[0] == str(counts[0])


def test_a_query_without_terms_stays_where_it_is(small_engine):
    assert [s.query for s in small_engine.generalize("*")] == [Everything()]
    assert small_engine.specialize("price<30") == ()
