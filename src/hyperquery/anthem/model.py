"""A trained model: terms in, hyperboloids out; texts in, points out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from hyperquery.anthem.documents import Words
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.text import Encoded, Vocabulary, words
from hyperquery.errors import QueryError
from hyperquery.geometry import Hyperboloid

_BLOCK = 512  # texts encoded at a time
_LONGEST_TERM = 250  # trigrams, about as many as letters; the work grows with the square


@dataclass(frozen=True)
class TermCode:
    """What the model makes of a term.

    Attributes:
        hyperboloid: the term's box; its edge counts for the sum of both energies.
        evidence: the energy of lacking all of the term's trigrams, at least 0.
    """

    hyperboloid: Hyperboloid
    evidence: float


class Model:
    """A vocabulary and the encoder trained with it.

    Args:
        vocabulary: the known trigrams.
        encoder: the network, in evaluation mode.
        facets: the texts, as words, whose members training has taught; they have learned how much
            evidence counts for them and where they end.
    """

    def __init__(
        self, vocabulary: Vocabulary, encoder: Anthem, facets: frozenset[Words] = frozenset()
    ) -> None:
        self.vocabulary = vocabulary
        self.facets = facets
        self.encoder = encoder
        self.config = encoder.config
        self.curvature = float(encoder.curvature.detach())

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
        taught = tuple(words(term)) in self.facets
        hyperboloid = Hyperboloid.from_faces(
            encoded.lower[0].numpy(),
            encoded.upper[0].numpy(),
            self.curvature,
            edge=float(encoded.edges[0] + self.encoder.edge_shifts[int(taught)]),
            softness=self.config.softness,
            name=term,
        )
        evidence = float(encoded.evidence[0]) if taught else self.config.evidence_weight
        return TermCode(hyperboloid, evidence)

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
