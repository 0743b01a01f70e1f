from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest

from hyperquery import QueryError
from hyperquery.demo import demo_engine
from hyperquery.hierarchy import LearnedHierarchy, from_catalog, learn
from hyperquery.query import Term


@pytest.fixture(scope="module")
def learned() -> LearnedHierarchy:
    return learn(demo_engine())


def test_answers_about_known_terms_are_the_graphs(learned):
    graph = learned.graph
    for node in list(graph)[::7]:
        assert set(learned.parents(node)) == set(graph.predecessors(node))
        assert set(learned.children(node)) == set(graph.successors(node))
        assert set(learned.ancestors(node)) == nx.ancestors(graph, node)
        assert set(learned.descendants(node)) == nx.descendants(graph, node)
        assert learned.parents(node.upper()) == learned.parents(node)


def test_most_of_the_catalogs_own_edges_are_found_again(learned):
    tree = from_catalog(demo_engine())
    known = [
        (tree.nodes[p]["name"], tree.nodes[c]["name"])
        for p, c in tree.edges
        if tree.nodes[c]["name"] in learned.graph and tree.nodes[c]["products"] >= 5
    ]
    found = sum(parent in learned.ancestors(child) for parent, child in known)
    assert len(known) > 50
    assert found > 0.8 * len(known)


def test_an_unseen_text_is_below_what_contains_it(learned):
    assert learned.node("kids tablet with games") is None
    above = learned.ancestors("kids tablet with games")
    assert {"Electronics", "Tablets"} <= set(above)
    assert learned.closest_parent("kids tablet with games") in above
    for parent in learned.parents("kids tablet with games"):
        assert not nx.descendants(learned.graph, parent) & set(above)


def test_an_unseen_text_is_above_what_it_contains(learned):
    wide = learn(demo_engine(), ["Kids Tablets", "Fire Tablets", "Sofas"])
    assert set(wide.children("Tablets")) == {"Kids Tablets", "Fire Tablets"}
    assert wide.parents("Tablets") == []


def test_paths_lead_from_a_root_over_closest_parents(learned):
    path = learned.path("fire tv stick")
    assert learned.parents(path[0]) == []
    assert path[-1] == "fire tv stick"
    for above, below in pairwise(path):
        assert learned.closest_parent(below) == above


def test_siblings_share_the_closest_parent(learned):
    found = learned.siblings("Tablets")
    assert "Audio" in found
    assert "Tablets" not in found
    assert learned.siblings("Electronics") == []


def test_the_lowest_common_ancestor_is_above_both(learned):
    assert learned.lowest_common_ancestor("Tablets", "Fire TV Devices") == "Electronics"
    assert learned.lowest_common_ancestor("Tablets", "Kids Tablets") == "Tablets"
    assert learned.lowest_common_ancestor("Tablets", "tablets") == "Tablets"
    assert learned.lowest_common_ancestor("Tablets", "Books") is None


def test_degrees_are_of_any_two_texts(learned):
    assert learned.degree("Tablets", "Electronics") > 0.9
    assert learned.degree("kids tablet", "Electronics") > 0.9
    assert learned.degree("Tablets", "kids tablet") < 0.5
    one, other = "toy car for kids", "toy car"
    ids = {text: set(demo_engine().matches(Term(text))) for text in (one, other)}
    shared = len(ids[one] & ids[other]) / max(len(ids[one]), 1)
    assert learned.degree(one, other) == pytest.approx(shared)


def test_special_terms_are_more_specific(learned):
    general, special = learned.specificity("Electronics"), learned.specificity("Kids Tablets")
    assert 0.0 < general < special <= 1.0


def test_texts_without_a_known_part_are_refused(learned):
    with pytest.raises(QueryError, match="§§§§"):
        learned.parents("§§§§")


def test_new_products_are_placed(learned):
    placement = learned.place("kids tablet with 7 inch screen")
    assert placement.path[:2] == ("Electronics", "Tablets")
    assert repr(learned).startswith("LearnedHierarchy(")
