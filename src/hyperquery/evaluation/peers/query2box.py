"""Query2Box: boxes whose intersection is learned, for boolean queries.

H. Ren, W. Hu, J. Leskovec, *Query2Box: Reasoning over Knowledge Graphs in Vector Space using Box
Embeddings*, ICLR 2020. A term is a box of Euclidean space by centre and offset, a product a point,
and a learned operator makes the box of a conjunction from those of its terms. Disjunctions are
answered in disjunctive normal form by the nearest box. The paper's relations have no counterpart
here; terms and products come from the text encoder that hyperquery trains.

The model has no negation. As usual where it is needed all the same, a negated term has the
complement of the term's probability, and probabilities within a conjunction are multiplied.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor, nn

from hyperquery import query as q
from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Words
from hyperquery.anthem.encoder import Hyperboloids
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Encoded, Vocabulary, words
from hyperquery.evaluation.boolean import STRUCTURES, BooleanBenchmark, Part
from hyperquery.evaluation.operators import Array, Mask
from hyperquery.evaluation.peers.vectors import FreeLength
from hyperquery.evaluation.score_fusion import best_threshold
from hyperquery.query.normal_forms import disjunctive_normal_form

_INSIDE = 0.02  # what a unit inside a box counts beside one outside: alpha of the paper
_FIRST_EDGE = 0.5
_FIRST_SHARPNESS = 5.0


class Boxes(NamedTuple):
    """Boxes by centre and offset.

    Attributes:
        centres: (..., d).
        offsets: (..., d) half the widths, at least 0.
    """

    centres: Tensor
    offsets: Tensor


def box_distances(boxes: Boxes, points: Tensor) -> Tensor:
    """Return the distance of every point from every box: outside in full, inside a little.

    On each axis, with ``t = |x - c|``, it is ``max(t - o, 0) + alpha min(t, o)``, section 3.2 of
    the paper. With ``max(t - o, 0) = (|x - c - o| + |x - c + o|) / 2 - o`` three distances of
    points are all it takes. It is divided by the root of d, so that it does not grow with it.

    Args:
        boxes: of (m, d).
        points: (n, d).

    Returns:
        (m, n).

    Examples:
        >>> box = Boxes(torch.tensor([[0.0]]), torch.tensor([[1.0]]))
        >>> box_distances(box, torch.tensor([[0.5], [1.0], [3.0]]))
        tensor([[0.0100, 0.0200, 2.0200]])
    """
    centres, offsets = boxes
    inside = torch.cdist(centres, points, p=1)
    faces = torch.cdist(centres + offsets, points, p=1) + torch.cdist(
        centres - offsets, points, p=1
    )
    outside = faces / 2 - offsets.sum(-1, keepdim=True)
    return (_INSIDE * inside + (1 - _INSIDE) * outside) / math.sqrt(points.shape[-1])


class LearnedIntersection(nn.Module):
    """The box of a conjunction: centres weighed by attention, the least offset shrunk.

    ``centre = sum_i a_i c_i`` with ``a = softmax(MLP(c_i))`` over the boxes, on each axis;
    ``offset = min_i o_i * sigmoid(DeepSets(o_1, ..., o_n))``. Section 3.2 of the paper.

    Args:
        dimension: of the boxes.
        generator: source of the random start.
    """

    def __init__(self, dimension: int, generator: torch.Generator) -> None:
        super().__init__()
        scale = math.sqrt(2 / dimension)
        self.attention_in, self.attention_out, self.shrink_in, self.shrink_out = (
            nn.Parameter(torch.randn(dimension, dimension, generator=generator) * scale)
            for _ in range(4)
        )

    def forward(self, boxes: Boxes) -> Boxes:
        """Return the boxes of conjunctions.

        Args:
            boxes: of (conjunctions, terms, d).

        Returns:
            Of (conjunctions, d).
        """
        attention = ((boxes.centres @ self.attention_in).relu() @ self.attention_out).softmax(1)
        pooled = (boxes.offsets @ self.shrink_in).relu().mean(1) @ self.shrink_out
        offsets = boxes.offsets.amin(1) * pooled.sigmoid()
        return Boxes((attention * boxes.centres).sum(1), offsets)


class BoxEncoder(FreeLength):
    """The text encoder with Euclidean boxes of any centre.

    Its configuration's curvature must be 0.
    """

    def boxes(self, terms: Encoded) -> Boxes:
        """Encode terms as boxes.

        Args:
            terms: every one with a known trigram.
        """
        found = self.hyperboloids(terms)
        return Boxes(found.centres, (found.upper - found.lower) / 2)

    def energies(self, points: Tensor, terms: Hyperboloids) -> Tensor:
        """Return the distance of every product from every term's box, (terms, n)."""
        return box_distances(Boxes(terms.centres, (terms.upper - terms.lower) / 2), points)

    def _at_radius(self, vectors: Tensor) -> Tensor:
        return self._of_free_length(vectors)


class Query2Box(nn.Module):
    """The encoder, the learned intersection, and where boxes end.

    Args:
        vocabulary: the known pieces of text.
        config: sizes and starting values, as for hyperquery; always Euclidean, without evidence.
        generator: source of the random start.
        facets: that it is taught, by which terms are read as hyperquery reads them.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        config: Config,
        generator: torch.Generator,
        facets: frozenset[Words],
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.facets = facets
        self.encoder = BoxEncoder(vocabulary, config, generator)
        self.intersection = LearnedIntersection(config.dimension, generator)
        self.edge = nn.Parameter(torch.tensor(_FIRST_EDGE))
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_SHARPNESS)))


class Query2BoxSystem:
    """A trained model over some products.

    Args:
        model: the trained model.
        titles: of the products.
        threshold: the probability above which a product matches.
    """

    def __init__(self, model: Query2Box, titles: Sequence[str], threshold: float = 0.5) -> None:
        self.threshold = threshold
        self._network = model
        self._model = Model(model.vocabulary, model.encoder, model.facets)
        read = [words(title) for title in titles]
        self._new_words = model.vocabulary.new_words(read)
        self._points = torch.from_numpy(self._model.points(model.vocabulary.encode_words(read)))
        self._box = lru_cache(None)(self._encoded)

    def scores(self, query: q.Query) -> Array:
        """Return the probability that each product answers, (products,).

        Raises:
            QueryError: If the query holds anything but terms, AND, OR and NOT, or a term of it
                is unknown.
        """
        form = disjunctive_normal_form(query)
        clauses = form.children if isinstance(form, q.Or) else (form,)
        return np.asarray(np.max([self._of_clause(clause) for clause in clauses], axis=0))

    def matches(self, query: q.Query) -> Mask:
        """Return which products' probability is above the threshold, (products,)."""
        return self.scores(query) > self.threshold

    def _of_clause(self, clause: q.Query) -> Array:
        literals = clause.children if isinstance(clause, q.And) else (clause,)
        wanted = [literal for literal in literals if not isinstance(literal, q.Not)]
        excluded = [literal.operand for literal in literals if isinstance(literal, q.Not)]
        probability = np.ones(len(self._points))
        if wanted:
            probability *= self._probability(wanted)
        for term in excluded:
            probability *= 1 - self._probability([term])
        return probability

    def _probability(self, terms: Sequence[q.Query]) -> Array:
        """Return the probability of satisfying all terms at once, (products,)."""
        boxes = [self._box(term) for term in terms]
        network = self._network
        with torch.no_grad():
            box = Boxes(*(torch.cat(parts) for parts in zip(*boxes, strict=True)))
            if len(terms) > 1:
                box = network.intersection(Boxes(box.centres[None], box.offsets[None]))
            margins = box_distances(box, self._points)[0] - network.edge
            return np.asarray(expit((-network.log_sharpness.exp() * margins).double().numpy()))

    def _encoded(self, term: q.Query) -> Boxes:
        if not isinstance(term, q.Term):
            raise q.QueryError(f"{type(term).__name__} is not an operator on terms")
        with torch.no_grad():
            text = self._model.wording.read(term.text, self._new_words)
            return self._network.encoder.boxes(self._model.read_term(text))


def tuned(model: Query2Box, benchmark: BooleanBenchmark) -> Query2BoxSystem:
    """Return the system over the test part, with the threshold that is best on the dev part."""

    def over(part: Part, threshold: float = 0.5) -> Query2BoxSystem:
        return Query2BoxSystem(model, part.catalog.titles, threshold)

    dev = benchmark.dev
    pairs = [pair for name in STRUCTURES for pair in dev.queries[name]]
    system = over(dev)
    scores = [system.scores(asked) for asked, _ in pairs]
    threshold = best_threshold(scores, [dev.answer(meant) for _, meant in pairs])
    return over(benchmark.test, threshold)
