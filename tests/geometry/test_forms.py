"""Regions as text, JSON, graphs and pickles, and back."""

from __future__ import annotations

import copy
import json
import pickle

import networkx
import numpy as np
import pytest
from hypothesis import given

from hyperquery.geometry import (
    Condition,
    Everything,
    GeometryError,
    Hyperboloid,
    Intersection,
    Nothing,
    Region,
    distinct_nodes,
)
from hyperquery.testing import Scene, scenes

FIRE = Hyperboloid([0.0, 0.5], [1.0, 2.0], edge=0.5, name="fire tv")
KINDLE = Hyperboloid.from_faces([-np.inf, 0.0], np.float32([1.0, np.inf]), edge=0.1, name="kindle")
RED = Condition("red", [True, False, True])


@given(scenes(1))
def test_json_and_pickle_give_an_equal_region_back(scene: Scene) -> None:
    (a,) = scene.regions
    for again in (Region.from_json(a.to_json()), pickle.loads(pickle.dumps(a))):
        assert again == a
        assert hash(again) == hash(a)
        assert (again.margin(scene.points) == a.margin(scene.points)).all()
        assert again.to_text() == a.to_text()
    assert copy.copy(a) is a
    assert copy.deepcopy(a) is a


@given(scenes(1))
def test_text_reads_back_with_the_leaves_by_name(scene: Scene) -> None:
    (a,) = scene.regions
    named: dict[str, Region] = {"everything": Everything(), "nothing": Nothing()}
    named |= {leaf.to_text(): leaf for leaf in scene.leaves}
    read = eval(a.to_text(), {}, named)
    assert (read.margin(scene.points) == a.margin(scene.points)).all()
    assert read.equivalent(a)


def test_text_uses_names_and_no_more_parentheses_than_needed() -> None:
    region = (FIRE | KINDLE) & ~(RED & FIRE) | 2 * (KINDLE & RED) - KINDLE
    assert region.to_text() == (
        "('fire tv' | kindle) & ~(red & 'fire tv') | 2.0 * (kindle & red) & ~kindle"
    )
    assert (FIRE & (KINDLE & RED)).to_text() == "'fire tv' & (kindle & red)"
    assert ((FIRE & KINDLE) & RED).to_text() == "'fire tv' & kindle & red"
    assert (Everything() - Nothing()).to_text() == "everything & ~nothing"
    assert repr(~(np.float32(0.5) * FIRE) & 2 * (3 * RED)) == (
        "~(0.5 * 'fire tv') & 2.0 * (3.0 * red)"
    )
    assert repr(~~FIRE) == "~~'fire tv'"
    assert Intersection([FIRE]).to_text() == "'fire tv'"


def test_leaves_show_what_they_are() -> None:
    assert repr(FIRE) == (
        "Hyperboloid(lower=[-0.917, -1.519], upper=[0.917, 2.481], edge=0.5, name='fire tv')"
    )
    flat = Hyperboloid(np.zeros(100), 1.0, 0.0)
    assert repr(flat) == (
        "Hyperboloid(lower=[-1., -1., ..., -1., -1.], upper=[1., 1., ..., 1., 1.], curvature=0, "
        f"edge={flat.edge:.3g})"
    )
    assert repr(RED) == "Condition('red', 2 of 3 rows)"
    assert (flat & flat).to_text() == f"{flat!r} & {flat!r}"


def test_a_large_region_has_a_short_repr() -> None:
    region: Region = FIRE
    for _ in range(20_000):
        region = region & (region | KINDLE)
    assert len(repr(region)) == 400
    assert repr(region).endswith("...")
    assert Region.from_json(region.to_json()) == region


def test_json_is_standard_and_complete() -> None:
    document = json.loads((KINDLE & RED).to_json(), parse_constant=pytest.fail)
    box, condition, root = document["nodes"]
    assert box == {
        "kind": "hyperboloid",
        "name": "kindle",
        "dtype": "float64",
        "curvature": 1.0,
        "edge": 0.1,
        "softness": 0.25,
        "lower": ["-inf", 0.0],
        "upper": [1.0, "inf"],
    }
    assert condition == {"kind": "condition", "name": "red", "rows": 3, "holds": "oA=="}
    assert root == {"kind": "intersection", "operands": [0, 1]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a region in JSON"),
        ("[]", "not a region in JSON"),
        ('{"format": "hyperquery.region", "version": 2, "nodes": []}', "version 2"),
        ('{"format": "hyperquery.region", "version": 1, "nodes": []}', "not a region in JSON"),
        (
            '{"format": "hyperquery.region", "version": 1, '
            '"nodes": [{"kind": "complement", "operands": [0]}]}',
            "refers to node 0",
        ),
        (
            '{"format": "hyperquery.region", "version": 1, '
            '"nodes": [{"kind": "everything"}, {"kind": "sum", "operands": [0]}]}',
            "unknown kind of region: 'sum'",
        ),
        (RED.to_json().replace('"rows": 3', '"rows": 300'), "1 bytes of rows"),
    ],
)
def test_json_that_is_no_region_is_refused(text: str, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        Region.from_json(text)


@given(scenes(1))
def test_the_graph_has_a_node_for_each_distinct_part(scene: Scene) -> None:
    (a,) = scene.regions
    graph = a.to_networkx()
    assert networkx.is_directed_acyclic_graph(graph)
    assert graph.number_of_nodes() == len(distinct_nodes(a))
    assert graph.nodes[graph.graph["root"]]["region"] is a
    leaves = [data["label"] for _, data in graph.nodes(data=True) if data["region"].is_leaf]
    assert len(set(leaves)) == len(leaves)
    for number, data in graph.nodes(data=True):
        places = sorted(
            (position, below)
            for _, below, edge in graph.out_edges(number, data=True)
            for position in edge["positions"]
        )
        operands = [graph.nodes[below]["region"] for _, below in places]
        assert operands == list(data["region"].operands)
