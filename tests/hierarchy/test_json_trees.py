from __future__ import annotations

import json

import pytest

from hyperquery.evaluation.judged import data_folder
from hyperquery.hierarchy import TaxonomyError, from_json_tree

BEST_BUY = [
    {"id": "a", "name": "TV", "path": [{"id": "a", "name": "TV"}],
     "subCategories": [{"id": "b", "name": "Sale"}, {"id": "x", "name": "Outlet"}]},
    {"id": "b", "name": "Sale",
     "path": [{"id": "d", "name": "Deals"}, {"id": "b", "name": "Sale"}], "subCategories": []},
    {"id": "c", "name": None, "path": [{"id": "a", "name": "TV"}, {"id": "c", "name": None}],
     "subCategories": []},
]  # fmt: skip


def test_best_buys_categories_have_ids_for_nodes_and_several_parents():
    graph = from_json_tree(BEST_BUY)
    assert list(graph) == ["a", "b", "c", "d", "x"]
    assert list(graph.predecessors("b")) == ["d", "a"]  # the parent on its path is the first
    assert graph.nodes["x"] == {"name": "Outlet", "id": "x", "depth": 2}
    report = graph.graph["report"]
    assert (report.added, report.unnamed, report.multi_parents) == (2, 1, ("b",))
    assert graph.nodes["c"]["name"] == "c"


def test_nested_objects_from_a_file(tmp_path):
    tree = [{"name": "TV", "children": [{"name": "Stands", "children": [{"name": "Oak"}]}]}]
    (tmp_path / "tree.json").write_text(json.dumps(tree, indent=1))
    assert list(from_json_tree(tmp_path / "tree.json")) == [
        "TV", "TV > Stands", "TV > Stands > Oak",
    ]  # fmt: skip


def test_siblings_of_one_name_and_two_ids_stay_apart():
    tree = {"name": "TV", "children": [{"name": "New", "id": 1}, {"name": "New", "id": 2}]}
    graph = from_json_tree(tree)
    assert list(graph) == ["TV", "TV > New", "TV > New (2)"]
    assert graph.graph["report"].shared_names == ("New",)


def test_a_tree_deeper_than_the_recursion_limit():
    tree = {"name": "n"}
    for _ in range(2000):
        tree = {"name": "n", "children": [tree]}
    assert from_json_tree(tree).graph["report"].depth == 2001


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{\n", "not JSON"),
        ([1], "an object or a list of objects"),
        ({"name": "TV", "children": [{"id": 1}]}, "below 'TV' has no name"),
        ([{"id": "a", "name": "A", "path": [{"name": "A"}]}], "has no id"),
        ([{"id": "a", "name": "A", "path": None, "subCategories": [7]}], "has no id: 7"),
    ],
)
def test_what_is_not_a_taxonomy_is_refused(source, message):
    with pytest.raises(TaxonomyError, match=message):
        from_json_tree(source)


@pytest.mark.data
@pytest.mark.skipif(data_folder() is None, reason="no shared data; see HYPERQUERY_DATA")
def test_best_buys_taxonomy_is_whole():
    graph = from_json_tree(data_folder() / "taxonomies" / "bestbuy_categories.json.gz")
    report = graph.graph["report"]
    assert report.nodes - report.added == 4584
    assert (report.unnamed, len(report.multi_parents)) == (1, 444)
