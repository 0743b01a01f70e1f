"""Mean rank and mean average precision of ancestors, as Nickel and Kiela define them.

For a node u and one above it, v, the rank of v is 1 plus the number of nodes that are not above u
(u itself aside) and are as near to u as v or nearer. Descendants of u are among them, so a
symmetric distance has a hard time. Ties count against v. The average precision of u is over its
ancestors among the same strangers; the mean is over the nodes that have ancestors.

M. Nickel, D. Kiela, *Poincare Embeddings for Learning Hierarchical Representations* (NIPS 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import networkx as nx
import numpy as np
import numpy.typing as npt

from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.relations import Pairs, transitive_closure_edges

Ints = npt.NDArray[np.int64]
Rows = Callable[[Ints], npt.NDArray[np.floating]]
"""Gives for b positions of nodes their scores (b, nodes) for every node; smaller is nearer."""

_BLOCK = 256


@dataclass(frozen=True, eq=False)
class Questions:
    """Which nodes are asked about, what is to come first, and what is left out.

    Attributes:
        nodes: (q,) positions of the nodes asked about.
        starts: (q + 1,) where each one's targets begin.
        targets: (pairs,) positions of the nodes above that are to come first.
        known_starts: (q + 1,) where each one's known nodes begin.
        known: positions of the node itself and of all nodes above it, which are no strangers.
    """

    nodes: Ints
    starts: Ints
    targets: Ints
    known_starts: Ints
    known: Ints


class Ranker(Protocol):
    """Something that ranks possible ancestors."""

    def strangers_ahead(self, questions: Questions) -> Ints:
        """Return for every target how many strangers are as near as it or nearer, (pairs,)."""


@dataclass(frozen=True)
class RankFigures:
    """How well ancestors are ranked.

    Attributes:
        mean_rank: over pairs of a node and one above it; 1 is perfect.
        map: mean average precision over nodes, from 0 to 1.
        pairs: that were ranked.
        nodes: that were asked about.
        sampled: whether the nodes are a random sample of those that have ancestors.
    """

    mean_rank: float
    map: float
    pairs: int
    nodes: int
    sampled: bool = False


def reconstruction(
    ranker: Ranker, graph: nx.DiGraph, *, sample: int | None = None, seed: int = 0
) -> RankFigures:
    """Return how well an embedding's ranking gives back the closure that it was made of.

    Args:
        ranker: the embedding, nodes in the graph's order.
        graph: acyclic, parent to child.
        sample: how many nodes to ask about, at random; all where None or more than there are.
        seed: of the sample.

    Raises:
        TaxonomyError: If no node has one above it.
    """
    pairs = transitive_closure_edges(graph)
    return rank_pairs(ranker, pairs, pairs, len(graph), sample=sample, seed=seed)


def rank_pairs(
    ranker: Ranker, pairs: Pairs, known: Pairs, nodes: int, *, sample: int | None = None,
    seed: int = 0,
) -> RankFigures:  # fmt: skip
    """Return how well a ranking puts the ancestor of every pair before strangers.

    Args:
        ranker: the embedding.
        pairs: (pairs, 2) to find; for link prediction those that were held out of training.
        known: (more, 2) all pairs of the closure: no target's other ancestors are strangers.
        nodes: how many nodes there are.
        sample: how many nodes to ask about, at random; all where None.
        seed: of the sample.

    Raises:
        TaxonomyError: If there is no pair.
    """
    asked = np.unique(pairs[:, 0]).astype(np.int64)
    if not len(asked):
        raise TaxonomyError("there is no pair of a node and one above it to rank")
    sampled = sample is not None and sample < len(asked)
    if sampled:
        asked = np.sort(np.random.default_rng(seed).choice(asked, sample, replace=False))
    targets, starts = grouped(pairs, asked, nodes)
    itself = np.stack([asked, asked], axis=1)
    known_targets, known_starts = grouped(np.concatenate([known, itself]), asked, nodes)
    questions = Questions(asked, starts, targets, known_starts, known_targets)
    ahead = ranker.strangers_ahead(questions)
    precisions = [
        _average_precision(ahead[starts[at] : starts[at + 1]]) for at in range(len(asked))
    ]
    return RankFigures(
        mean_rank=float(1.0 + ahead.mean()),
        map=float(np.mean(precisions)),
        pairs=len(targets),
        nodes=len(asked),
        sampled=sampled,
    )


def grouped(pairs: Pairs, asked: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Return the second members of pairs by the first, for the first members asked about.

    Returns:
        The members in one array, and where those of each one asked about begin.
    """
    wanted = np.zeros(nodes, bool)
    wanted[asked] = True
    kept = pairs[wanted[pairs[:, 0]]]
    kept = kept[np.argsort(kept[:, 0], kind="stable")]
    starts = np.searchsorted(kept[:, 0], np.append(asked, nodes))
    return kept[:, 1].astype(np.int64), starts.astype(np.int64)


def _average_precision(ahead: Ints) -> float:
    found = np.arange(1, len(ahead) + 1)
    return float(np.mean(found / (found + np.sort(ahead))))


class RowRanker:
    """Ranks by scores that are computed a block of rows at a time.

    Args:
        rows: gives for some nodes their scores for every node; smaller is nearer.

    Examples:
        >>> places = np.array([0.0, 1.0, 1.5, 5.0])
        >>> ranker = RowRanker(lambda nodes: abs(places[nodes, None] - places))
        >>> reconstruction(ranker, nx.DiGraph([(0, 1), (1, 2), (0, 3)]))
        RankFigures(mean_rank=1.75, map=0.611..., pairs=4, nodes=3, sampled=False)
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def strangers_ahead(self, questions: Questions) -> Ints:
        """Return for every target how many strangers are as near as it or nearer, (pairs,)."""
        from hyperquery.hierarchy.kernels import count_ahead

        counts = []
        for first in range(0, len(questions.nodes), _BLOCK):
            block = slice(first, first + _BLOCK)
            scores = np.asarray(self._rows(questions.nodes[block]), np.float64)
            last = first + len(scores)
            counts.append(
                count_ahead(
                    scores,
                    questions.starts[first : last + 1],
                    questions.targets,
                    questions.known_starts[first : last + 1],
                    questions.known,
                )
            )
        return np.concatenate(counts)
