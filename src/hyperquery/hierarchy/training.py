r"""Learning boxes from a taxonomy's transitive closure, in hyperbolic or in Euclidean space.

For a node u and one above it, v, all 2d faces of u's box are to be inside v's by a gap; for a
stranger w, which is not above u, one face of u's box is to be outside w's by a gap. The losses are
the squared hinges of these face coordinates, for strangers only at the face that is nearest to it
(one suffices). Steps are stochastic Riemannian gradient steps: where u's point is, moving a face by
``dw`` in its axial coordinate moves it by ``R_i dw``, so in the metric ``R_i^2 dw^2`` the gradient
of ``(R_i w)^2 / 2`` is ``w``, and a step with rate 1 lands on the face that is wanted. Far from the
origin the same gap takes less of an axis: that is the room that hyperbolic space has. A node's
point is the middle of its box in the Klein ball. At curvature 0 every ``R_i`` is 1.

Half of the strangers are children of u or of a node above u (siblings, uncles, ...), which are the
hardest to tell apart; the others are drawn from all nodes. Of each step that puts u inside v, v's
face takes the smaller share: else early, when boxes lie anywhere, the upper nodes would be
stretched over everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from tqdm import tqdm

from hyperquery.errors import ConfigError
from hyperquery.hierarchy.boxes import Boxes, boxes_of_faces
from hyperquery.hierarchy.relations import transitive_closure_edges, transitive_reduction


@dataclass(frozen=True)
class TrainingSettings:
    """How boxes are learned; lengths are for curvature 1 and shrink with the square root of it.

    Attributes:
        epochs: passes over the closure.
        rate: of the first epoch; it falls linearly. 1 undoes a violation in one step.
        inside_gap: by which boxes are to be inside those above them.
        outside_gap: by which boxes are to be outside those of strangers.
        width: of the narrowest box on any axis.
        share: of a step inside that the upper node takes.
        strangers: drawn for each pair, half of them near.
    """

    epochs: int
    rate: float = 1.0
    inside_gap: float = 0.001
    outside_gap: float = 0.01
    width: float = 0.001
    share: float = 0.005
    strangers: int = 20

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.strangers < 0:
            raise ConfigError("epochs and strangers are at least 0")
        if not (0.0 < self.rate < 2.0 and 0.0 <= self.share <= 1.0):
            raise ConfigError("rate is between 0 and 2, and share from 0 to 1")
        if min(self.inside_gap, self.outside_gap) < 0 or self.width <= 0:
            raise ConfigError("gaps are at least 0 and the width is above 0")


FROM_SCRATCH = TrainingSettings(epochs=200)
"""For boxes that start anywhere."""

FROM_NESTED = TrainingSettings(
    epochs=100, inside_gap=0.0, outside_gap=1e-4, width=1e-6, share=0.2
)  # fmt: skip
"""For boxes that are nested already, as well as the axes allow."""

_SPREAD = 0.3


def random_boxes(nodes: int, dimension: int, curvature: float, *, seed: int = 0) -> Boxes:
    """Return small boxes around normally distributed places near the origin."""
    scale = 1.0 / np.sqrt(curvature or 1.0)
    rng = np.random.default_rng(seed)
    middle = scale * np.clip(rng.normal(0.0, _SPREAD, (nodes, dimension)), -1.0, 1.0)
    half = np.full_like(middle, FROM_SCRATCH.width * scale)
    return boxes_of_faces(middle - half, middle + half, curvature)


def train(
    boxes: Boxes, graph: nx.DiGraph, settings: TrainingSettings, *, seed: int = 0,
    progress: bool = True,
) -> Boxes:  # fmt: skip
    """Return boxes that were trained on the closure of a graph.

    Args:
        boxes: to start from, nodes in the graph's order; left as they are.
        graph: acyclic, parent to child.
        settings: see :class:`TrainingSettings`.
        seed: of the order of pairs and of the strangers; the same seed gives the same bits.
        progress: whether to show a progress bar on a terminal.

    Examples:
        >>> graph = nx.DiGraph([("pet", "dog"), ("pet", "cat")])
        >>> start = random_boxes(3, 2, 1.0)
        >>> settings = TrainingSettings(epochs=60, share=0.5)
        >>> found = train(start, graph, settings, progress=False)
        >>> found.violations(np.array([1, 2, 1]), np.array([0, 0, 2])) > 0
        array([False, False,  True])
    """
    from hyperquery.hierarchy.kernels import train_epoch

    nodes = list(graph)
    position = {node: at for at, node in enumerate(nodes)}
    pairs = transitive_closure_edges(graph)
    starts = np.searchsorted(pairs[:, 0], np.arange(len(nodes) + 1))
    reduced = transitive_reduction(graph)
    children = [[position[child] for child in reduced.successors(node)] for node in nodes]
    below_starts = np.cumsum([0, *map(len, children)])
    below = np.array([child for of in children for child in of], np.int64)
    scale = 1.0 / np.sqrt(boxes.curvature or 1.0)
    lengths = (settings.inside_gap, settings.outside_gap)
    near = settings.strangers // 2
    rng = np.random.default_rng(seed)
    for epoch in tqdm(
        range(settings.epochs), desc="taxonomy", unit="epoch", disable=None if progress else True
    ):
        lower, upper = boxes.lower.copy(), boxes.upper.copy()
        draws = rng.integers(2**64, size=(len(pairs), settings.strangers), dtype=np.uint64)
        rate = settings.rate * (1.0 - epoch / settings.epochs)
        train_epoch(
            lower, upper, pairs, rng.permutation(len(pairs)), starts, below_starts, below,
            draws, float(np.sqrt(boxes.curvature)), rate,
            *(length * scale for length in lengths), settings.share, settings.width * scale,
            near, settings.strangers - near,
        )  # fmt: skip
        boxes = boxes_of_faces(lower, upper, boxes.curvature)
    return boxes
