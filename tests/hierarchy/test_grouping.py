from __future__ import annotations

import pytest

from hyperquery import ConfigError
from hyperquery.hierarchy import group, learn
from hyperquery.query import Term


@pytest.mark.parametrize("depth", [1, 2, 3, 9])
def test_groups_part_the_hits_in_their_order(small_engine, depth):
    results = small_engine.search("Acme OR kettle", k=30)
    groups = group(results, depth=depth)
    assert sorted(h.id for g in groups for h in g.hits) == sorted(results.ids)
    firsts = [results.ids.index(g.hits[0].id) for g in groups]
    assert firsts == sorted(firsts)
    for one in groups:
        assert len(one.path) == min(depth, 3)
        assert all(tuple(h.fields["category"][:depth]) == one.path for h in one.hits)
        assert [h.id for h in one.hits] == [i for i in results.ids if i in {h.id for h in one.hits}]


def test_other_fields_group_as_well(small_engine):
    groups = group(small_engine.search("kettle", k=48), along="brand")
    assert {g.path for g in groups} == {("Acme",), ("Bolt",), ("Crest",), ("Delta",)}
    assert group(small_engine.search("kettle", k=3), along="no field")[0].path == ()


def test_a_learned_hierarchy_groups_by_the_smallest_region(small_engine):
    learned = learn(small_engine, ["Shop", "Kitchen", "kettles", "pans"])
    results = small_engine.search("Acme", k=48)
    groups = group(results, learned, depth=5)
    assert sum(len(g.hits) for g in groups) == 48
    for one in groups:
        for hit in one.hits:
            holding = [n for n in learned.graph if hit.id in small_engine.matches(Term(n))]
            smallest = min(holding, key=lambda n: learned.graph.nodes[n]["extent"], default=None)
            assert one.path == (() if smallest is None else tuple(learned.path(smallest)))


def test_groups_print_and_depth_is_checked(small_engine):
    results = small_engine.search("kettle", k=2)
    assert str(group(results, depth=1)[0]).startswith("Shop: 2\n  ")
    with pytest.raises(ConfigError, match="depth"):
        group(results, depth=0)
