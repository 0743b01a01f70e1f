from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from hyperquery.hierarchy import (
    RowRanker,
    TaxonomyError,
    rank_pairs,
    reconstruction,
    transitive_closure_edges,
)
from hyperquery.hierarchy.boxes import boxes_of_faces
from tests.hierarchy.graphs import dags


def by_definition(scores, graph):
    """Mean rank and MAP as the paper's own code computes them, without ties."""
    ranks, precisions = [], []
    nodes = list(graph)
    for row, node in enumerate(nodes):
        above = [nodes.index(a) for a in nx.ancestors(graph, node)]
        if not above:
            continue
        strangers = [at for at in range(len(nodes)) if at != row and at not in above]
        ranks += [1 + sum(scores[row, s] <= scores[row, a] for s in strangers) for a in above]
        asked = above + strangers
        truth = [at in above for at in asked]
        precisions.append(average_precision_score(truth, -scores[row, asked]))
    return np.mean(ranks), np.mean(precisions)


@given(dags(), st.integers(0, 100))
def test_figures_are_those_of_the_definition(graph, seed):
    if not graph.number_of_edges():
        return
    scores = np.random.default_rng(seed).permutation(len(graph) ** 2).reshape(len(graph), -1)
    found = reconstruction(RowRanker(lambda nodes: scores[nodes]), graph)
    assert (found.mean_rank, found.map) == pytest.approx(by_definition(scores, graph))


def test_ties_count_against_the_ancestor():
    graph = nx.DiGraph([(0, 1)])
    graph.add_node(2)
    found = reconstruction(RowRanker(lambda nodes: np.zeros((len(nodes), 3))), graph)
    assert (found.mean_rank, found.map) == (2.0, 0.5)


@given(dags(), st.integers(0, 100), st.sampled_from([0.0, 1.0]))
def test_boxes_are_counted_as_their_violations_are(graph, seed, curvature):
    if not graph.number_of_edges():
        return
    rng = np.random.default_rng(seed)
    middle, half = rng.integers(-3, 4, (len(graph), 2)) / 20, rng.integers(1, 9, (len(graph), 2))
    boxes = boxes_of_faces(middle - half / 20, middle + half / 20, curvature)
    everything = np.arange(len(graph))
    rows = RowRanker(
        lambda nodes: np.stack(
            [boxes.violations(np.full_like(everything, n), everything) for n in nodes]
        )
    )
    assert reconstruction(boxes, graph) == reconstruction(rows, graph)


def test_other_known_ancestors_are_no_strangers():
    graph = nx.path_graph(3, nx.DiGraph)
    scores = np.array([[0, 9, 9], [9, 0, 9], [2, 1, 0]])
    known = transitive_closure_edges(graph)
    ranker = RowRanker(lambda nodes: scores[nodes])
    found = rank_pairs(ranker, np.array([[2, 0]], np.int32), known, 3)
    assert (found.mean_rank, found.map, found.pairs, found.nodes) == (1.0, 1.0, 1, 1)


def test_a_sample_is_said_to_be_one_and_depends_on_the_seed():
    graph = nx.balanced_tree(3, 4, nx.DiGraph)
    ranker = RowRanker(lambda nodes: abs(nodes[:, None] - np.arange(len(graph))))
    all_, some, same, other = (
        reconstruction(ranker, graph, sample=size, seed=seed)
        for size, seed in [(1000, 0), (20, 1), (20, 1), (20, 2)]
    )
    assert (all_.sampled, all_.nodes) == (False, len(graph) - 1)
    assert (some.sampled, some.nodes) == (True, 20)
    assert some == same != other


def test_nothing_to_rank_is_refused():
    with pytest.raises(TaxonomyError, match="no pair"):
        reconstruction(RowRanker(lambda nodes: nodes), nx.empty_graph(3, nx.DiGraph))
