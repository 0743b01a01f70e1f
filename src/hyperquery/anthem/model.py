"""A trained model: terms in, hyperboloids out; texts in, points out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from hyperquery.anthem.documents import Words
from hyperquery.anthem.encoder import Anthem, Shift
from hyperquery.anthem.leanings import Leanings
from hyperquery.anthem.places import HeldPlaces, Span
from hyperquery.anthem.text import Encoded, Vocabulary, words
from hyperquery.anthem.wording import Wording
from hyperquery.errors import QueryError
from hyperquery.geometry import Attested, Hyperboloid, RowEvidence
from hyperquery.scan import coordinate

_BLOCK = 512  # texts encoded at a time
_LONGEST_TERM = 250  # trigrams, about as many as letters; the work grows with the square


class Axis(NamedTuple):
    """The axis of a facet, or of products of which none of its kind is known, as a term asks of it.

    Attributes:
        span: its places.
        weight: the energy at 0; at 1, the end, there is none.
        leaned: how far titles lean at most.
        undecided: the coordinate where a product is about as likely a member as not: 0 for a rare
            facet, which titles do not lean to, and 1 where none of the kind is known, so that edges
            are those of such products.
        facet: as words; none where no facet of the kind is known.
        kind: of the facet.
    """

    span: Span
    weight: float
    leaned: float
    undecided: float
    facet: Words
    kind: str

    def coordinate(self, step: int) -> float:
        """Return where a step of the axis is, from 0 to 1."""
        return float(coordinate(step, self.span.steps, self.leaned))


@dataclass(frozen=True)
class TermCode:
    """What the model makes of a term.

    Attributes:
        hyperboloid: the term's box; its edge counts for the sum with the evidence of trigrams.
        evidence: the energy of lacking all of the term's trigrams, at least 0.
        axes: of the facet that the term is, and of products of which none of its kind is known; or
            of those that it names; none for most terms.
        lateness: the energy of a title that does not name the term, at least 0.
    """

    hyperboloid: Hyperboloid
    evidence: float
    axes: tuple[Axis, ...] = ()
    lateness: float = 0.0

    def region(self, evidence: RowEvidence | npt.ArrayLike) -> Attested:
        """Return the term's region over rows, whose edge allows for titles that are undecided.

        Args:
            evidence: what the rows lack of the term, on the axes of facets, too.
        """
        box = self.hyperboloid
        allowed = sum(one.weight * (1 - one.undecided) for one in self.axes)
        raised = Hyperboloid.from_faces(
            box.lower,
            box.upper,
            box.curvature,
            edge=box.edge + allowed,
            softness=box.softness,
            name=box.name,
        )
        return Attested(raised, evidence)


class Model:
    """A vocabulary and the encoder trained with it.

    Args:
        vocabulary: the known trigrams.
        encoder: the network, in evaluation mode.
        facets: the texts, as words, whose members training has taught; they have learned how much
            evidence counts for them and where they end.
        leanings: to facets; none if None.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        encoder: Anthem,
        facets: frozenset[Words] = frozenset(),
        leanings: Leanings | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.facets = facets
        self.leanings = leanings or Leanings.none(vocabulary)
        self.encoder = encoder
        self.wording = Wording(facets, vocabulary.words)
        self.config = encoder.config
        self.curvature = float(encoder.curvature.detach())

    def leaning(self, leanings: Leanings) -> Model:
        """Return the same model with other leanings."""
        return Model(self.vocabulary, self.encoder, self.facets, leanings)

    @property
    def farther(self) -> float:
        """How much farther products are of which another facet of the kind is known, at least 0."""
        return float(self.encoder.edge_shifts[Shift.FARTHER])

    def points(self, texts: Encoded) -> npt.NDArray[np.float32]:
        """Encode product texts.

        Args:
            texts: what the vocabulary makes of them. A text without any trigram lands at the
                origin.

        Returns:
            (texts, d) space coordinates on the Lorentz sheet, float32.
        """
        points = np.zeros((len(texts), self.config.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            known = np.flatnonzero(block.trigrams.counts)
            if len(known):
                readable = block if len(known) == len(block) else block.chosen(known)
                with torch.no_grad():
                    points[start + known] = self.encoder.points(readable).numpy()
        return points

    def encode_term(self, term: str) -> TermCode:
        """Encode a term.

        Args:
            term: any text with at least one known trigram.

        Raises:
            QueryError: If no trigram of the term is known, or it is too long.
        """
        with torch.no_grad():
            encoded = self.encoder.hyperboloids(self.read_term(term))
        text = tuple(words(term))
        taught, axes = text in self.facets, self.axes(text)
        shift = Shift.FACET if taught else Shift.NAMING if axes else Shift.TEXT
        edge = float(encoded.edges[0] + self.encoder.edge_shifts[shift])
        hyperboloid = Hyperboloid.from_faces(
            encoded.lower[0].numpy(),
            encoded.upper[0].numpy(),
            self.curvature,
            edge=edge,
            softness=self.config.softness,
            name=term,
        )
        if taught:
            if self.farther and axes:
                kind = axes[0].kind
                unknown = self.leanings.places.unknown(kind)
                axes = (*axes, Axis(unknown, self.farther, 0.0, 1.0, facet=(), kind=kind))
            return TermCode(hyperboloid, float(encoded.evidence[0]), axes)
        config = self.config
        return TermCode(hyperboloid, config.evidence_weight, axes, config.lateness_weight)

    def add_leanings(self, margins: npt.NDArray[np.float32], text: Words, held: HeldPlaces) -> None:
        """Add to margins to a term what products are short of on the axes of its facets.

        Short of where a product is about as likely a member as not: nearer ones gain. What it is
        worth that a kind is known is left out.

        Args:
            margins: (products,) changed in place.
            text: the term, as words.
            held: by the products.
        """
        for axis in self.axes(text):
            reached = [axis.coordinate(step) for step in range(axis.span.steps + 1)]
            short = np.float32(axis.undecided) - np.array(reached, np.float32)
            margins += np.float32(axis.weight) * short[held.steps(axis.span)]

    def axes(self, text: Words) -> tuple[Axis, ...]:
        """Return the axes of the facet that a term is, or of those that it names.

        Titles lean as far as the weight of leanings is worth. The end, of products that are known
        to have the facet, makes up for what they are farther for a known facet of the kind: so they
        lie where titles put them that lean wholly, and not farther than their own titles would.

        Args:
            text: the term, as words.
        """
        weight = self.config.leaning_weight
        if not weight:
            return ()
        named, share = [text], 1.0
        if text not in self.facets:
            named, share = self.wording.named(text), self.config.naming_share
        whole = weight + self.farther
        leaned, places = weight / whole, self.leanings.places
        found = []
        for facet in named:
            span = places.span(facet)
            if span is not None and share:
                undecided = leaned * self.leanings.undecided_at(span)
                found.append(
                    Axis(span, share * whole, leaned, undecided, facet, places.kind(facet))
                )
        return tuple(found)

    def read_term(self, term: str) -> Encoded:
        """Return the known pieces of a term.

        Raises:
            QueryError: If there are none, or it is too long.
        """
        read = self.vocabulary.encode([term])
        if len(read.trigrams.ids) > _LONGEST_TERM:
            raise QueryError(
                f"the term that begins {term[:30]!r} is too long (the limit is about "
                f"{_LONGEST_TERM} letters): connect shorter terms with AND or OR"
            )
        if not len(read.trigrams.ids):
            raise QueryError(
                f"no part of the term {term!r} is known: none of its three-letter pieces occurs in "
                f"the catalog; try another word"
            )
        return read
