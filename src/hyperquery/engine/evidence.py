"""Which trigrams products hold, and which facets they lean to: coordinates on the sparse axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.evidence import shares
from hyperquery.anthem.model import Model, TermCode
from hyperquery.anthem.text import Bags, Encoded, Vocabulary
from hyperquery.scan import LEVELS, Holdings, Lack


class Contribution(NamedTuple):
    """What one trigram of a term has to do with what a product lacks of the term.

    Attributes:
        trigram: its three letters.
        share: what lacking it adds; a term's shares sum to 1.
        held: how much the product holds it: 1 in its title, one half only elsewhere, or 0.
    """

    trigram: str
    share: np.float32
    held: float


class EvidenceIndex:
    """What products hold, and what they lack of terms.

    Args:
        holdings: of each product, in stored order.
        vocabulary: the trigrams' positions and rarity.
        stored_at: (products,) where each product is stored; in their order if None.
    """

    def __init__(
        self,
        holdings: Holdings,
        vocabulary: Vocabulary,
        stored_at: npt.NDArray[np.int32] | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._holdings = holdings
        in_order = np.arange(len(holdings), dtype=np.int32)
        self._stored_at = in_order if stored_at is None else stored_at

    def lack(self, term: str, code: TermCode) -> Lack:
        """Return the evidence energy of each product.

        Args:
            term: with at least one known trigram.
            code: what the model makes of it.

        Returns:
            From 0, all held in the title and the end of all axes reached, to the sum of the code's
            weights; far more for a product without any trigram. See
            :func:`hyperquery.anthem.evidence.lacking` and :mod:`hyperquery.anthem.leanings`.
        """
        wanted = self._vocabulary.encode([term]).trigrams
        parts, axes = shares(wanted, self._vocabulary), self._first_levels(code)
        weights = [one.weight for one in code.axes]
        at = self._stored_at
        return Lack(self._holdings, at, wanted.ids, parts, code.evidence, axes, weights)

    def contributions(self, term: str, product: int) -> list[Contribution]:
        """Return what each trigram of a term has to do with what a product lacks of it, in order.

        Args:
            term: with at least one known trigram.
            product: its position.
        """
        wanted = self._vocabulary.encode([term]).trigrams
        names, row = self._vocabulary.trigrams, int(self._stored_at[product])
        return [
            Contribution(names[trigram], share, self._holdings.held(row, trigram))
            for trigram, share in zip(
                wanted.ids.tolist(), shares(wanted, self._vocabulary), strict=True
            )
        ]

    def leanings(self, code: TermCode, product: int) -> list[float]:
        """Return where a product lies on each of a term's axes, from 0 to 1.

        Args:
            code: of the term.
            product: its position.
        """
        row = int(self._stored_at[product])
        return [self._holdings.leaning(row, first) for first in self._first_levels(code)]

    def _first_levels(self, code: TermCode) -> list[int]:
        return [len(self._vocabulary) + one.axis * LEVELS for one in code.axes]


def holdings_of(texts: Bags, titles: Encoded, model: Model) -> Holdings:
    """Return what products hold and which facets they lean to.

    Args:
        texts: the trigrams of all that is read of each product.
        titles: the pieces of each product's title.
        model: that read them.
    """

    def pairs(bags: Bags) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        return np.repeat(np.arange(len(bags), dtype=np.int64), bags.counts), bags.ids

    trigrams = len(model.vocabulary)
    leaning, levels = model.leanings.held(titles, model.vocabulary)
    title, held = pairs(titles.trigrams)
    in_title = np.concatenate([title, leaning]), np.concatenate([held, trigrams + levels])
    axes = len(model.leanings.facets)
    return Holdings.from_pairs(in_title, pairs(texts), len(texts), trigrams, axes)
