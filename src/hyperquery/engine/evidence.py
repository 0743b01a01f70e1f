"""Which products hold which trigrams: the catalog's coordinates on the sparse axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.evidence import shares
from hyperquery.anthem.text import Bags, Vocabulary
from hyperquery.scan import Holdings, Lack


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
        holdings: the trigrams of each product, in stored order.
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

    def lack(self, term: str, weight: float) -> Lack:
        """Return the evidence energy of each product.

        Args:
            term: with at least one known trigram.
            weight: the energy of lacking all of the term's trigrams, at least 0.

        Returns:
            From 0, all held in the title, to the weight, none held; far more for a product without
            any trigram. See :func:`hyperquery.anthem.evidence.lacking`.
        """
        wanted = self._vocabulary.encode([term]).trigrams
        parts = shares(wanted, self._vocabulary)
        return Lack(self._holdings, self._stored_at, wanted.ids, parts, weight)

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


def holdings_of(texts: Bags, titles: Bags, vocabulary: Vocabulary) -> Holdings:
    """Return what products hold.

    Args:
        texts: the trigrams of all that is read of each product.
        titles: the trigrams of each product's title.
        vocabulary: that they are of.
    """

    def pairs(bags: Bags) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        return np.repeat(np.arange(len(bags), dtype=np.int64), bags.counts), bags.ids

    return Holdings.from_pairs(pairs(titles), pairs(texts), len(texts), len(vocabulary))
