"""Where a term ends: edges shifted so that the matching sets of held-out products fit well."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from hyperquery.anthem.batches import Batches
from hyperquery.anthem.documents import LONGEST_QUERY, KnownFacet, Words
from hyperquery.anthem.encoder import Anthem, Shift
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.model import Model
from hyperquery.anthem.openings import forms_of, openings_of
from hyperquery.scan import lateness

_MOST_QUERIES = 1000
_MOST_PRODUCTS = 8000
_RECALL_WEIGHT = 2.0  # AND takes from sets what is lost in either, and much is lost
_NEAR_BEST = 0.99  # of the best F-measure; where it is flat, the very best is chance
_PAST = 1e-4  # an edge, so that no rounding brings a product back
_SURELY_APART = 0.998  # of the F-measure without any stranger where fields are known
_FEWEST_QUERIES = 50  # for a shift of their own
_BLOCK = 512  # texts encoded at a time


def best_shift(
    margins: npt.NDArray[np.float32], members: npt.NDArray[np.bool_], recall_weight: float = 1.0
) -> float:
    """Return the shift of all edges with a good F-measure of "margin below 0" over all pairs.

    Args:
        margins: of pairs, before the shift, in any shape.
        members: whether the product satisfies the query, likewise.
        recall_weight: beta of the F-measure, how many times as much recall counts as precision
            (van Rijsbergen, *Information Retrieval*, 1979).

    Returns:
        The value to add to edges, in the middle between the least and the greatest with an
        F-measure within a hundredth of the best, or by the best if that middle is none of
        them; 0.0 if there is no member.

    Examples:
        >>> best_shift(np.array([0.2, 0.4, 0.9]), np.array([True, True, False]))
        0.65
    """
    if not members.any():
        return 0.0
    order = np.argsort(margins, axis=None, kind="stable")
    sorted_margins, hits = margins.ravel()[order], np.cumsum(members.ravel()[order])
    square = recall_weight**2
    measure = (1 + square) * hits / (np.arange(1, len(hits) + 1) + square * hits[-1])
    measure[:-1][np.diff(sorted_margins) == 0] = 0  # no shift parts what is equal

    def middle(first: int, last: int) -> float:
        after = sorted_margins[min(last + 1, len(hits) - 1)]
        return float((sorted_margins[first] + after) / 2)

    good = measure >= _NEAR_BEST * measure.max()
    places = np.flatnonzero(good)
    shift = middle(int(places[0]), int(places[-1]))
    if good[np.searchsorted(sorted_margins, shift, side="right") - 1]:
        return shift
    best = int(np.argmax(measure))  # there is a valley between two that are good
    return middle(best, best)


def least_distance(margins: npt.NDArray[np.float32], members: npt.NDArray[np.bool_]) -> float:
    """Return how much farther strangers must be for a good F-measure of "margin below 0".

    Args:
        margins: of pairs, in any shape.
        members: whether the product satisfies the query, likewise.

    Returns:
        The least value to add to the margins of strangers, at least 0, with an F-measure of .998 of
        that without any stranger.

    Examples:
        >>> margins = np.array([-0.5, -0.25, -0.75, 1.0])
        >>> least_distance(margins, np.array([True, True, False, False]))
        0.7501
    """
    inside = margins <= 0
    found, missed = int((inside & members).sum()), int((~inside & members).sum())
    allowed = int((2 * found + missed) * (1 / _SURELY_APART - 1))
    strangers = np.sort(margins[inside & ~members])
    return float(_PAST - strangers[allowed]) if len(strangers) > allowed else 0.0


def calibrate_edges(model: Model, batches: Batches) -> None:
    """Set the encoder's shifts of edges to a good F-measure of what training did not see.

    Facets learn their edges from their members, so they are asked for among the held-out products,
    by title alone. Where fields are known, products with another facet of the kind must be farther,
    so that those with the facet are told apart from them. All other text is like the held-out
    products' pseudo-queries, and is asked for in the catalog; text that names facets ends
    elsewhere, as known fields bring products nearer to it.

    Args:
        model: its encoder is changed in place. If no facets were taught, their shifts are 0.
        batches: knows the products that training did not see, their queries and the members.
    """
    encoder, shifts = model.encoder, model.encoder.edge_shifts
    shifts.zero_()
    if model.facets:
        by_title = _facets(encoder, batches, known=False)
        shift = best_shift(_margins(model, by_title), by_title.members, _RECALL_WEIGHT)
        by_fields = _facets(encoder, batches, known=True)
        margins, asked = _margins(model, by_fields) - shift, _asked(model, by_fields)
        distance = least_distance(margins[asked], by_fields.members[asked])
        shifts[Shift.FACET], shifts[Shift.FARTHER] = shift, distance
    others = _pseudo_queries(encoder, batches, model.facets)
    names = np.array([bool(model.axes(query)) for query in others.queries], bool)
    margins = _margins(model, others)
    for shift, asked in ((Shift.TEXT, ~names), (Shift.NAMING, names)):
        if asked.sum() < _FEWEST_QUERIES:
            asked = np.ones_like(asked)
        shifts[shift] = best_shift(margins[asked], others.members[asked], _RECALL_WEIGHT)


@dataclass(frozen=True)
class _Questions:
    """Queries and the products that they are asked of.

    Attributes:
        queries: of one kind.
        texts: what is read of each product.
        titles: of each product.
        known: the facets that each product is known to have.
        members: (queries, products) whether a product satisfies a query.
        taught: whether the queries are facets.
    """

    queries: list[Words]
    texts: list[Words]
    titles: list[Words]
    known: list[list[KnownFacet]]
    members: npt.NDArray[np.bool_]
    taught: bool = False


def _asked(model: Model, facets: _Questions) -> npt.NDArray[np.bool_]:
    """Return the products that are known to have a facet or another of its kind, all by the field.

    Those are left out that have the facet only in other words: the color "matte black", for black.

    Returns:
        (facets, products).
    """
    places = model.leanings.places
    asked = np.zeros(facets.members.shape, bool)
    of_products = [({kind for _, kind in known}, places.said(known)) for known in facets.known]
    for row, query in enumerate(facets.queries):
        if model.axes(query):
            kind = places.kind(query)
            said = np.array([query in said for _, said in of_products], bool)
            has_kind = np.array([kind in kinds for kinds, _ in of_products], bool)
            asked[row] = has_kind & (facets.members[row] | ~said)
    return asked


def _margins(model: Model, questions: _Questions) -> npt.NDArray[np.float32]:
    """Return the margins of the products to the queries before any shift, (queries, products)."""
    if not questions.members.size:
        return np.zeros(questions.members.shape, np.float32)
    encoder, vocabulary = model.encoder, model.vocabulary
    asked = vocabulary.encode_words(questions.queries)
    texts = vocabulary.encode_words(questions.texts)
    titles = vocabulary.encode_words(questions.titles)
    with torch.no_grad():
        blocks = range(0, len(texts), _BLOCK)
        points = torch.cat([encoder.points(texts[start : start + _BLOCK]) for start in blocks])
        terms = encoder.hyperboloids(asked)
        lack = lacking(asked.trigrams, texts.trigrams, titles.trigrams, vocabulary)
        weight = terms.evidence[:, None] if questions.taught else encoder.config.evidence_weight
        energies = encoder.energies(points, terms) + weight * lack
        margins = np.asarray((energies - terms.edges[:, None]).numpy())
    if not questions.taught:
        margins += encoder.config.lateness_weight * _lateness(questions, model)
    held = model.leanings.held(titles, questions.known, vocabulary, told=False)
    for of_query, query in zip(margins, questions.queries, strict=True):
        model.add_leanings(of_query, query, held)
    return margins


def _lateness(questions: _Questions, model: Model) -> npt.NDArray[np.float32]:
    """Return how late the titles name the queries, (queries, products); 0 for unknown words."""
    openings = openings_of(questions.titles, model.vocabulary)
    late = np.zeros((len(questions.queries), len(openings)), np.float32)
    for row, query in enumerate(questions.queries):
        late[row] = lateness(openings, *forms_of(query, model.vocabulary))
    return late


def _pseudo_queries(encoder: Anthem, batches: Batches, taught: frozenset[Words]) -> _Questions:
    """Return queries of held-out products that are no facets, asked of all products (or many)."""
    texts = batches.pseudo_queries
    rng = np.random.default_rng(encoder.config.seed)
    # Of few products several each: the shift by one each differs by a tenth from draw to draw.
    draws = math.ceil(_MOST_QUERIES / len(batches.held_out))
    made = {texts.make(index, rng) for index in (batches.held_out * draws)[:_MOST_QUERIES]}
    queries = sorted(query for query in made - taught if 0 < sum(map(len, query)) <= LONGEST_QUERY)
    readable = np.array([i for i, text in enumerate(texts.texts) if text])
    chosen = np.sort(rng.permutation(readable)[:_MOST_PRODUCTS]).tolist()
    among = set(chosen)
    members = _members(queries, chosen, lambda query: texts.satisfying(query, among))
    read = [texts.texts[index] for index in chosen]
    titles = [texts.title(index) for index in chosen]
    return _Questions(queries, read, titles, [*map(batches.facets.known, chosen)], members)


def _facets(encoder: Anthem, batches: Batches, *, known: bool) -> _Questions:
    """Return the facets of held-out products, asked of these by title or with all fields known."""
    held_out, facets = batches.held_out[:_MOST_QUERIES], batches.facets
    queries = facets.draw(held_out, _MOST_QUERIES, np.random.default_rng(encoder.config.seed))
    among = set(held_out)
    members = _members(queries, held_out, lambda facet: facets.having(facet, among))
    titles = [batches.pseudo_queries.title(index) for index in held_out]
    if not known:
        return _Questions(queries, titles, titles, [[] for _ in titles], members, taught=True)
    texts = [batches.pseudo_queries.texts[index] for index in held_out]
    of_products = [*map(facets.known, held_out)]
    return _Questions(queries, texts, titles, of_products, members, taught=True)


def _members(
    queries: list[Words], products: list[int], answering: Callable[[Words], set[int]]
) -> npt.NDArray[np.bool_]:
    column = {index: position for position, index in enumerate(products)}
    members = np.zeros((len(queries), len(products)), dtype=bool)
    for row, query in enumerate(queries):
        members[row, [column[index] for index in answering(query)]] = True
    return members
