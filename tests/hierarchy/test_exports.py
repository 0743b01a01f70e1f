"""What is written for other programs is what they read back."""

from __future__ import annotations

import json
import re

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hyperquery.errors import ConfigError
from hyperquery.hierarchy import TaxonomyError, embed, from_paths
from hyperquery.hierarchy.exports import FORMATS, to_dot, write_graph
from tests.hierarchy.graphs import dags

READERS = {
    ".graphml": nx.read_graphml,
    ".gexf": nx.read_gexf,
    ".json": lambda file: nx.node_link_graph(
        json.loads(file.read_text()), name="key", edges="edges"
    ),
}


@pytest.fixture
def graph() -> nx.DiGraph:
    graph = from_paths(['TV & "Video" > Stands', 'TV & "Video" > Mounts\\x', "Grün"])
    graph.nodes["Grün"].update(
        id="gid://1",
        none=None,
        tags=("a", 1),
        share=np.float32(0.5),
        count=np.int64(3),
        new=np.True_,
    )
    graph.edges['TV & "Video"', 'TV & "Video" > Stands']["inferred"] = True
    return graph


@pytest.mark.parametrize("ending", READERS)
def test_nodes_edges_and_attributes_come_back(graph, ending, tmp_path):
    file = tmp_path / f"taxonomy{ending}"
    write_graph(graph, file)
    read = READERS[ending](file)
    assert list(read.nodes) == list(graph.nodes)
    assert sorted(read.edges) == sorted(graph.edges)
    assert read.is_directed()
    node = read.nodes["Grün"]
    assert (node["name"], node["depth"], node["share"]) == ("Grün", 1, 0.5)
    assert (node["count"], node["new"]) == (3, True)
    assert node["id_" if ending == ".gexf" else "id"] == "gid://1"
    assert read.edges['TV & "Video"', 'TV & "Video" > Stands']["inferred"] is True
    if ending == ".json":
        assert node["tags"] == ["a", 1]
        assert node["none"] is None
    else:
        assert json.loads(node["tags"]) == ["a", 1]
        assert "none" not in node


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_graph_gives_the_same_file(graph, ending, tmp_path):
    first, second = tmp_path / f"1{ending}", tmp_path / f"2{ending}"
    write_graph(graph, first)
    write_graph(graph, second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"1{ending}", f"2{ending}"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dags())
def test_any_taxonomy_comes_back(tmp_path, drawn):
    named = nx.relabel_nodes(drawn, {node: f"n{node}" for node in drawn})
    for ending, read in READERS.items():
        file = tmp_path / f"g{ending}"
        write_graph(named, file)
        back = read(file)
        assert list(back.nodes) == list(named.nodes)
        assert sorted(back.edges) == sorted(named.edges)


def test_an_embeddings_points_are_written(tmp_path):
    embedding = embed(from_paths(["a > b", "c"]), 2, progress=False)
    for ending in (".json", ".graphml"):
        file = tmp_path / f"e{ending}"
        write_graph(embedding.to_networkx(), file)
        node = READERS[ending](file).nodes["a"]
        point = node["point"] if ending == ".json" else json.loads(node["point"])
        assert point == embedding.points[0].tolist()


def test_dot_quotes_what_it_must(graph):
    lines = to_dot(graph).splitlines()
    assert lines[0] == "digraph taxonomy {"
    assert lines[-1] == "}"
    stands = '"TV & \\"Video\\" > Stands"'
    assert f'    "TV & \\"Video\\"" -> {stands} [inferred="True"];' in lines
    assert any('[label="Mounts\\\\x"' in line for line in lines)
    strings = re.compile(r'"(?:[^"\\]|\\.)*"')
    for line in lines:
        assert '"' not in strings.sub("", line)


def test_an_unknown_ending_and_a_missing_folder_are_refused(graph, tmp_path):
    with pytest.raises(ConfigError, match=r"\.graphml, \.gexf, \.json, \.dot"):
        write_graph(graph, tmp_path / "taxonomy.txt")
    with pytest.raises(TaxonomyError, match="cannot write"):
        write_graph(graph, tmp_path / "nowhere" / "taxonomy.dot")


def test_what_cannot_be_written_leaves_the_old_file(graph, tmp_path):
    for ending in FORMATS:
        file = tmp_path / f"t{ending}"
        write_graph(graph, file)
        before = file.read_bytes()
        broken = graph.copy()
        broken.nodes["Grün"]["model"] = object()
        with pytest.raises(TaxonomyError, match="cannot be written"):
            write_graph(broken, file)
        assert file.read_bytes() == before


def test_a_character_that_xml_lacks_is_named(tmp_path):
    graph = nx.DiGraph()
    graph.add_node("a\x01")
    with pytest.raises(TaxonomyError, match=r"write \.json instead"):
        write_graph(graph, tmp_path / "t.graphml")
    write_graph(graph, tmp_path / "t.json")
    assert list(READERS[".json"](tmp_path / "t.json")) == ["a\x01"]


def test_a_name_that_json_has_for_something_else_is_refused(tmp_path):
    graph = nx.DiGraph([("a", "b")])
    graph.nodes["a"]["key"] = 1
    with pytest.raises(TaxonomyError, match="rename it"):
        write_graph(graph, tmp_path / "t.json")
    graph = nx.DiGraph([("a", "b", {"source": "here"})])
    with pytest.raises(TaxonomyError, match="'source'"):
        write_graph(graph, tmp_path / "t.json")
