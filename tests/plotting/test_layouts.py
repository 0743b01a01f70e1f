"""Sectors are nested and apart, levels equally far, whatever the taxonomy."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from hyperquery.hierarchy import TaxonomyError
from hyperquery.plotting import sector_layout
from hyperquery.plotting.disk import disk_distance, geodesics
from tests.hierarchy.graphs import dags, forests


@given(dags())
def test_sectors_are_inside_the_first_parents_and_levels_are_equally_far(graph):
    layout = sector_layout(graph)
    place = {node: at for at, node in enumerate(graph)}
    far = disk_distance(layout.points, np.zeros(2))
    assert far == pytest.approx(layout.levels * layout.step, abs=1e-9)
    for node in graph:
        parent = next(iter(graph.predecessors(node)), None)
        if parent is None:
            continue
        inner, outer = layout.sectors[place[node]], layout.sectors[place[parent]]
        assert outer[0] - 1e-9 <= inner[0] <= inner[1] <= outer[1] + 1e-9
        assert layout.levels[place[node]] == layout.levels[place[parent]] + 1


@given(forests())
def test_nodes_of_a_level_have_sectors_apart_and_edges_stay_in_the_parents(graph):
    layout = sector_layout(graph)
    for level in np.unique(layout.levels):
        spans = np.sort(layout.sectors[layout.levels == level], axis=0)
        assert (spans[1:, 0] >= spans[:-1, 1] - 1e-9).all()
    place = {node: at for at, node in enumerate(graph)}
    for parent, child in graph.edges:
        if layout.levels[place[parent]] == 0:
            continue
        start, end = layout.sectors[place[parent]]
        arc = geodesics(layout.points[[place[parent]]], layout.points[[place[child]]])[0]
        middle = (start + end) / 2
        off = np.angle(np.exp(1j * (np.arctan2(arc[:, 1], arc[:, 0]) - middle)))
        assert (abs(off) <= (end - start) / 2 + 1e-9).all()


def test_a_single_root_is_at_the_centre_and_several_are_around_it():
    alone = sector_layout(nx.DiGraph([("a", "b"), ("a", "c")]))
    assert alone.points[0].tolist() == [0.0, 0.0]
    several = sector_layout(nx.DiGraph([("a", "b"), ("c", "d")]))
    assert several.levels.tolist() == [1, 2, 1, 2]


def test_a_cycle_is_refused():
    with pytest.raises(TaxonomyError, match="cycle"):
        sector_layout(nx.DiGraph([("a", "b"), ("b", "a")]))
