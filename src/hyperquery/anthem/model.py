"""A trained model: terms in, hyperboloids out; texts in, points out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.text import Trigrams, Vocabulary
from hyperquery.errors import QueryError
from hyperquery.geometry import Hyperboloid

_BLOCK = 512  # texts encoded at a time
_LONGEST_TERM = 250  # trigrams, about as many as letters; the work grows with the square


class Model:
    """A vocabulary and the encoder trained with it.

    Args:
        vocabulary: the known trigrams.
        encoder: the network, in evaluation mode.
    """

    def __init__(self, vocabulary: Vocabulary, encoder: Anthem) -> None:
        self.vocabulary = vocabulary
        self.encoder = encoder
        self.config = encoder.config
        self.curvature = float(encoder.curvature.detach())

    def points(self, texts: Trigrams) -> npt.NDArray[np.float32]:
        """Encode product texts.

        Args:
            texts: the trigrams of each product's text. A text without any lands at the origin.

        Returns:
            (texts, d) space coordinates on the Lorentz sheet, float32.
        """
        points = np.zeros((len(texts), self.config.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            known = np.flatnonzero(block.counts)
            offsets = np.append(block.offsets[known], block.offsets[-1])  # empty texts take no ids
            if len(known):
                with torch.no_grad():
                    encoded = self.encoder.points(Trigrams(block.ids, offsets))
                points[start + known] = encoded.numpy()
        return points

    def hyperboloid(self, term: str) -> Hyperboloid:
        """Encode a term.

        Args:
            term: any text with at least one known trigram.

        Raises:
            QueryError: If no trigram of the term is known, or it is too long.
        """
        trigrams = self.read_term(term)
        with torch.no_grad():
            encoded = self.encoder.hyperboloids(trigrams)
        return Hyperboloid.from_faces(
            encoded.lower[0].numpy(),
            encoded.upper[0].numpy(),
            self.curvature,
            edge=float(encoded.edges[0]),
            softness=self.config.softness,
            name=term,
        )

    def read_term(self, term: str) -> Trigrams:
        """Return the known trigrams of a term.

        Raises:
            QueryError: If there are none, or it is too long.
        """
        trigrams = self.vocabulary.encode([term])
        if len(trigrams.ids) > _LONGEST_TERM:
            raise QueryError(
                f"the term that begins {term[:30]!r} is too long (the limit is about "
                f"{_LONGEST_TERM} letters): connect shorter terms with AND or OR"
            )
        if not len(trigrams.ids):
            raise QueryError(
                f"no part of the term {term!r} is known: none of its three-letter pieces occurs in "
                f"the catalog; try another word"
            )
        return trigrams
