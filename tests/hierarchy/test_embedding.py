from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from hyperquery.errors import ConfigError, ModelFileError
from hyperquery.evaluation.judged import data_folder
from hyperquery.hierarchy import (
    TaxonomyError,
    embed,
    from_paths,
    load_embedding,
    read_taxonomy,
    reconstruction,
    transitive_reduction,
)
from hyperquery.hierarchy.nesting import nest
from tests.hierarchy.graphs import dags

SHOP = from_paths(["TV > Stands > Oak", "TV > Mounts", "Garden > Stands"])


@given(dags())
def test_an_exact_embedding_gives_the_reduced_graph_back(graph):
    embedding = embed(graph, nest(graph, 1).colours, progress=False)
    reduced = transitive_reduction(graph)
    for node in graph:
        assert set(embedding.parents_of(str(node))) == set(map(str, reduced.predecessors(node)))


@pytest.mark.parametrize("curvature", [0.0, 1.0, 2.5])
def test_containment_is_the_hierarchy(curvature):
    embedding = embed(SHOP, 3, curvature=curvature)
    closure = nx.transitive_closure(SHOP, reflexive=True)
    for parent in SHOP:
        for child in SHOP:
            assert embedding.contains(parent, child) == closure.has_edge(parent, child)
            assert (embedding.score(child, parent) == 0) == embedding.contains(parent, child)


def test_candidates_come_nearest_first():
    ranked = embed(SHOP, 3).rank("TV > Stands > Oak", 3)
    assert [node for node, _ in ranked[:2]] == ["TV > Stands", "TV"]
    assert [score for _, score in ranked[:2]] == [0.0, 0.0]
    assert ranked[2][1] > 0
    assert len(embed(SHOP, 3).rank("TV")) == len(SHOP) - 1


def test_the_graph_comes_out_with_its_geometry():
    embedding = embed(SHOP, 3)
    graph = embedding.to_networkx()
    assert list(graph.edges) == list(SHOP.edges)
    assert graph.nodes["TV"]["name"] == "TV"
    assert graph.nodes["TV"]["lower"] == embedding.lower[0].tolist()
    assert "lower" not in embedding.graph.nodes["TV"]


def test_unknown_nodes_are_named_with_the_nearest():
    with pytest.raises(TaxonomyError, match="no node 'TV > Stand'; did you mean 'TV > Stands'"):
        embed(SHOP, 2).parents_of("TV > Stand")


@pytest.mark.parametrize(
    "wrong", [{"dimension": 0}, {"curvature": -1.0}, {"epochs": -1}, {"start": "sarkar"}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError):
        embed(SHOP, **wrong)


def test_an_exact_start_is_not_trained_and_a_random_one_is():
    assert (embed(SHOP, 2).lower == embed(SHOP, 2, epochs=0).lower).all()
    one, same = (embed(SHOP, 2, start="random", seed=3, progress=False) for _ in range(2))
    assert (one.lower == same.lower).all()
    untrained = embed(SHOP, 2, start="random", seed=3, epochs=0)
    assert (one.lower != untrained.lower).any()


def test_saved_and_loaded_is_the_same(tmp_path):
    embedding = embed(read_taxonomy([("pet", "dog"), ("animal", "dog")]), 2, curvature=0.5)
    embedding.save(tmp_path / "pets.safetensors")
    loaded = load_embedding(tmp_path / "pets.safetensors")
    assert list(loaded.graph.edges) == list(embedding.graph.edges)
    assert dict(loaded.graph.nodes(data=True)) == dict(embedding.graph.nodes(data=True))
    assert loaded.curvature == 0.5
    for name in ("points", "lower", "upper"):
        assert (getattr(loaded, name) == getattr(embedding, name)).all()
    assert loaded.score("pet", "dog") == embedding.score("pet", "dog")
    assert [path.name for path in tmp_path.iterdir()] == ["pets.safetensors"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_damaged_file_is_refused(tmp_path, share):
    file = tmp_path / "shop"
    embed(SHOP, 2).save(file)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelFileError, match="shop"):
        load_embedding(file)


def test_other_files_are_refused(tmp_path):
    from safetensors.numpy import save_file

    save_file({"points": np.zeros((1, 1))}, tmp_path / "other")
    with pytest.raises(ModelFileError, match="not 'hyperquery taxonomy embedding'"):
        load_embedding(tmp_path / "other")
    with pytest.raises(ModelFileError, match="there is no saved embedding"):
        load_embedding(tmp_path / "missing")


def test_what_cannot_be_saved_leaves_the_old_file(tmp_path):
    file = tmp_path / "shop"
    embed(SHOP, 2).save(file)
    before = file.read_bytes()
    odd = SHOP.copy()
    odd.nodes["TV"]["color"] = object()
    with pytest.raises(TaxonomyError, match="cannot be saved"):
        embed(odd, 2).save(file)
    assert file.read_bytes() == before


@pytest.mark.data
@pytest.mark.skipif(data_folder() is None, reason="no shared data; see HYPERQUERY_DATA")
def test_shopify_in_five_dimensions_is_exact():
    graph = read_taxonomy(data_folder() / "taxonomies" / "shopify_categories.txt.gz")
    figures = reconstruction(embed(graph, 5), graph)
    assert (figures.map, figures.mean_rank) == (1.0, 1.0)
