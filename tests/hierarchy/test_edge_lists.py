from __future__ import annotations

import networkx as nx
import pytest

from hyperquery.hierarchy import TaxonomyError, from_edges, from_graph


@pytest.mark.parametrize(
    ("name", "text"),
    [("e.csv", 'parent,child\n"TV, Video",Stands\n'), ("e.tsv", "TV, Video\tStands\n")],
)
def test_files_of_edges(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert list(from_edges(tmp_path / name).edges) == [("TV, Video", "Stands")]


@pytest.mark.parametrize("edges", [[("a",)], [("a", "b", "c")], [("a", " ")], [("a", None)]])
def test_a_row_that_is_no_edge_is_refused(edges):
    with pytest.raises(TaxonomyError, match="edge 1 is not a parent and a child"):
        from_edges(edges)


def test_a_graph_keeps_its_attributes():
    graph = nx.DiGraph([("a", "b")])
    graph.nodes["b"].update(name="B", color="red")
    checked = from_graph(graph)
    assert checked.nodes["b"] == {"name": "B", "color": "red", "depth": 2}
    assert "depth" not in graph.nodes["b"]


def test_an_undirected_graph_is_refused():
    with pytest.raises(TaxonomyError, match="undirected"):
        from_graph(nx.Graph([("a", "b")]))


def test_nodes_that_are_the_same_text_are_refused():
    with pytest.raises(TaxonomyError, match="two nodes of the graph are '1'"):
        from_graph(nx.DiGraph([(1, "1")]))
