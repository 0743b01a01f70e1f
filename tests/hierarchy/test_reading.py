from __future__ import annotations

import json

import networkx as nx
import pytest

from hyperquery.hierarchy import TaxonomyError, read_taxonomy
from tests.products import PRODUCTS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "TV\n  Stands\n"),
        ("a.txt", "TV\nTV > Stands\n"),
        ("a.txt", "1 - TV\n2 - TV > Stands\n"),
        ("a.txt", "gid://shop/1 : TV\ngid://shop/2 : TV > Stands\n"),
        ("a.json", '{"name": "TV", "children": [{"name": "Stands"}]}'),
        ("a.csv", "id,title,category\n1,Oak stand,TV > Stands\n"),
        ("a.jsonl", '{"id": 1, "title": "Oak stand", "category": ["TV", "Stands"]}\n'),
    ],
)
def test_every_file_is_recognized(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert list(read_taxonomy(tmp_path / name).edges) == [("TV", "TV > Stands")]


@pytest.mark.parametrize("name", ["edges.csv", "edges.tsv"])
def test_files_of_edges_are_recognized(tmp_path, name):
    (tmp_path / name).write_text("TV{}Stands\n".format("," if name.endswith("csv") else "\t"))
    assert list(read_taxonomy(tmp_path / name).edges) == [("TV", "Stands")]


@pytest.mark.parametrize(
    "source",
    [
        ["TV > Stands"],
        [["TV", "Stands"]],
        {"name": "TV", "children": [{"name": "Stands"}]},
        [{"name": "TV", "children": [{"name": "Stands"}]}],
        [{"id": 1, "title": "Oak stand", "category": "TV > Stands"}],
        nx.DiGraph([("TV", "TV > Stands")]),
    ],
)
def test_every_object_is_recognized(source):
    assert list(read_taxonomy(source).edges) == [("TV", "TV > Stands")]


def test_a_catalog_an_engine_and_a_data_frame(small_engine):
    pandas = pytest.importorskip("pandas")
    of_engine = read_taxonomy(small_engine)
    assert len(of_engine) == 13
    for source in (small_engine.catalog, PRODUCTS, pandas.DataFrame(PRODUCTS)):
        assert list(read_taxonomy(source).edges) == list(of_engine.edges)


def test_wordnet_is_recognized(wordnet_folder):
    assert len(read_taxonomy(wordnet_folder)) == 5
    copy = wordnet_folder / "nouns.txt"
    copy.write_text((wordnet_folder / "data.noun").read_text())
    assert len(read_taxonomy(copy)) == 5


def test_policies_reach_the_reader(tmp_path):
    (tmp_path / "e.csv").write_text("a,c\nb,c\n")
    assert list(read_taxonomy(tmp_path / "e.csv", parents="first").edges) == [("a", "c")]
    assert list(read_taxonomy([("a", "b"), ("b", "a")], cycles="drop").edges) == [("a", "b")]


@pytest.mark.parametrize("source", [7, [7], json.loads, [], "", b"TV"])
def test_anything_else_is_refused(source):
    with pytest.raises(TaxonomyError):
        read_taxonomy(source)
