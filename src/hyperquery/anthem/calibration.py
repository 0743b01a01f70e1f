"""Where a term ends: edges shifted so that the matching sets of held-out queries fit best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import LONGEST_QUERY, PseudoQueries
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.pairwise import pairwise_energy
from hyperquery.anthem.text import Vocabulary

_MOST_QUERIES = 1000
_MOST_PRODUCTS = 8000
_BLOCK = 512  # texts encoded at a time


def best_shift(margins: np.ndarray, members: np.ndarray) -> float:
    """Return the shift of all edges with the best F1 of "margin below 0" over all pairs.

    Args:
        margins: (pairs,) margins before the shift.
        members: (pairs,) whether the product satisfies the query.

    Returns:
        The value to add to edges, halfway between the last margin that is to be inside and the
        first that is to be outside; 0.0 if there is no member.

    Examples:
        >>> best_shift(np.array([0.2, 0.4, 0.9]), np.array([True, True, False]))
        0.65
    """
    order = np.argsort(margins, kind="stable")
    sorted_margins, hits = margins[order], np.cumsum(members[order])
    if not hits[-1]:
        return 0.0
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    last = int(np.argmax(f1))
    after = sorted_margins[min(last + 1, len(hits) - 1)]
    return float((sorted_margins[last] + after) / 2)


def calibrate_edges(
    encoder: Anthem,
    vocabulary: Vocabulary,
    pseudo_queries: PseudoQueries,
    held_out: Sequence[int],
    config: Config,
) -> None:
    """Shift the encoder's edges to the best F1 of held-out products' queries over the catalog.

    Args:
        encoder: changed in place.
        vocabulary: the encoder's trigrams.
        pseudo_queries: makes the queries and knows their members.
        held_out: products that training did not see, whose queries are used.
        config: for the seed.
    """
    rng = np.random.default_rng(config.seed)
    made = {pseudo_queries.make(index, rng) for index in held_out[:_MOST_QUERIES]}
    queries = sorted(query for query in made if 0 < sum(map(len, query)) <= LONGEST_QUERY)
    readable = np.array([i for i, text in enumerate(pseudo_queries.texts) if text])
    if not queries:
        return
    chosen = np.sort(rng.permutation(readable)[:_MOST_PRODUCTS])
    column = {index: position for position, index in enumerate(chosen.tolist())}
    members = np.zeros((len(queries), len(chosen)), dtype=bool)
    for row, query in enumerate(queries):
        found = pseudo_queries.satisfying(query, set(column))
        members[row, [column[index] for index in found]] = True
    terms = vocabulary.encode_words(queries)
    texts = vocabulary.encode_words([pseudo_queries.texts[index] for index in column])
    with torch.no_grad():
        blocks = range(0, len(texts), _BLOCK)
        points = torch.cat([encoder.points(texts[start : start + _BLOCK]) for start in blocks])
        boxes = encoder.hyperboloids(terms)
        energies = pairwise_energy(
            points, boxes.lower, boxes.upper, encoder.curvature, config.softness
        )
        energies += config.evidence_weight * lacking(terms, texts, vocabulary)
        margins = (energies - boxes.edges[:, None]).numpy()
        encoder.edge_map.bias.add_(best_shift(margins.ravel(), members.ravel()))
