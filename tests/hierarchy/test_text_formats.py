from __future__ import annotations

import gzip

import pytest

from hyperquery.evaluation.judged import data_folder
from hyperquery.hierarchy import TaxonomyError, from_indented_text, from_path_text, from_paths

SHOPIFY = """\
# Shopify Product Taxonomy - Categories
# Format: {GID} : {Ancestor name} > ... > {Category name}

gid://shopify/TaxonomyCategory/ap     : Animals & Pet Supplies
gid://shopify/TaxonomyCategory/ap-2   : Animals & Pet Supplies > Pet Supplies
"""


def test_names_repeat_without_merging():
    graph = from_paths(["TV > Accessories", "Phones > Accessories", "Phones > Accessories"])
    assert list(graph) == ["TV", "TV > Accessories", "Phones", "Phones > Accessories"]
    report = graph.graph["report"]
    assert report.shared_names == ("Accessories",)
    assert (report.added, report.repeated, report.roots, report.depth) == (2, 1, 2, 2)


def test_a_name_with_the_separator_in_it_stays_one_name():
    graph = from_paths([["TV", "Size > 50 inches"], ["TV", "Size", "50 inches"]])
    assert len(graph) == 4
    assert graph.nodes[r"TV > Size \> 50 inches"]["name"] == "Size > 50 inches"


@pytest.mark.parametrize("path", ["TV > > Stands", "", [], ["TV", " "]])
def test_an_empty_name_is_refused_with_its_place(path):
    with pytest.raises(TaxonomyError, match="path 2 has an empty name"):
        from_paths(["TV", path])


def test_no_path_is_no_taxonomy():
    with pytest.raises(TaxonomyError, match="empty"):
        from_paths([])


def test_shopify_lines_give_ids(tmp_path):
    file = tmp_path / "categories.txt.gz"
    file.write_bytes(gzip.compress(SHOPIFY.encode()))
    graph = from_path_text(file)
    assert list(graph.edges) == [
        ("Animals & Pet Supplies", "Animals & Pet Supplies > Pet Supplies")
    ]
    found = graph.nodes["Animals & Pet Supplies > Pet Supplies"]
    assert found["id"] == "gid://shopify/TaxonomyCategory/ap-2"


def test_google_lines_give_ids_and_a_name_may_hold_a_dash():
    graph = from_path_text("# Google\n5181 - Luggage - Bags > Suit - Cases\n")
    assert graph.nodes["Luggage - Bags > Suit - Cases"]["id"] == "5181"
    assert "id" not in graph.nodes["Luggage - Bags"]
    assert graph.graph["report"].added == 1


def test_a_name_may_hold_a_colon():
    assert list(from_path_text("Home : Garden > Chairs\nap-1 : Pets\n")) == [
        "Home : Garden", "Home : Garden > Chairs", "Pets",
    ]  # fmt: skip


def test_one_path_with_two_ids_is_refused():
    with pytest.raises(TaxonomyError, match="line 2 gives 'A' the id '2'"):
        from_path_text("1 - A\n2 - A\n")


def test_indentation_by_tabs_and_by_spaces():
    spaces = from_indented_text("A\n  B\n    C\n  D\nE\n")
    tabs = from_indented_text("A\n\tB\n\t\tC\n\tD\nE\n")
    assert list(spaces) == ["A", "A > B", "A > B > C", "A > D", "E"]
    assert list(tabs.edges) == list(spaces.edges)


@pytest.mark.parametrize("text", ["A\n    B\n  C\n", "A\n  B\n\tC\n", "A\n  B\n \tC\n"])
def test_indentation_that_means_nothing_is_refused(text):
    with pytest.raises(TaxonomyError, match=r"line 3 .* is indented unlike"):
        from_indented_text(text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TaxonomyError, match=r"there is no taxonomy file .*missing"):
        from_path_text(tmp_path / "missing.txt")


@pytest.mark.data
@pytest.mark.skipif(data_folder() is None, reason="no shared data; see HYPERQUERY_DATA")
def test_shopify_taxonomy_is_whole():
    graph = from_path_text(data_folder() / "taxonomies" / "shopify_categories.txt.gz")
    report = graph.graph["report"]
    assert (report.nodes, report.edges, report.roots, report.depth) == (10_595, 10_569, 26, 8)
    assert report.added == report.repeated == 0
