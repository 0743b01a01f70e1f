"""Which products hold which trigrams: the catalog's coordinates on the sparse axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.evidence import HELD_IN_FACETS, shares
from hyperquery.anthem.text import Bags, Vocabulary

_WORDLESS = 1e6  # energy that keeps a product of which nothing can be read out of every term


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
    """An inverted index from trigrams to products.

    Args:
        texts: the trigrams of all that is read of each product.
        titles: the trigrams of each product's title.
        vocabulary: the trigrams' positions and rarity.
    """

    def __init__(self, texts: Bags, titles: Bags, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._products = len(texts)
        self._wordless = texts.counts == 0
        in_title, anywhere = _holdings(titles), _holdings(texts)
        only_elsewhere = np.setdiff1d(anywhere, in_title, assume_unique=True)
        self._titles = _Postings(in_title, self._products, len(vocabulary))
        self._elsewhere = _Postings(only_elsewhere, self._products, len(vocabulary))

    def energies(self, term: str, weight: float) -> npt.NDArray[np.float32]:
        """Return the evidence energy of each product.

        Args:
            term: with at least one known trigram.
            weight: the energy of lacking all of the term's trigrams, at least 0.

        Returns:
            (products,) from 0, all held in the title, to the weight, none held; far more for a
            product without any trigram. See :func:`hyperquery.anthem.evidence.lacking`.
        """
        lack = np.ones(self._products, dtype=np.float32)
        for trigram, share in self._shares(term):
            lack[self._titles.of(trigram)] -= share
            lack[self._elsewhere.of(trigram)] -= np.float32(HELD_IN_FACETS) * share
        energies = np.float32(weight) * np.maximum(lack, 0)
        energies[self._wordless] = _WORDLESS
        return energies

    def contributions(self, term: str, product: int) -> list[Contribution]:
        """Return what each trigram of a term has to do with what a product lacks of it, in order.

        Args:
            term: with at least one known trigram.
            product: its position.
        """

        def held(trigram: int) -> float:
            if product in self._titles.of(trigram):
                return 1.0
            return HELD_IN_FACETS if product in self._elsewhere.of(trigram) else 0.0

        names = self._vocabulary.trigrams
        return [
            Contribution(names[trigram], share, held(trigram))
            for trigram, share in self._shares(term)
        ]

    def _shares(self, term: str) -> list[tuple[int, np.float32]]:
        """Return the positions of a term's trigrams and what lacking each adds, in order."""
        trigrams = self._vocabulary.encode([term]).trigrams
        return list(zip(trigrams.ids.tolist(), shares(trigrams, self._vocabulary), strict=True))


class _Postings:
    """The products that hold each trigram."""

    def __init__(self, holdings: npt.NDArray[np.int64], products: int, trigrams: int) -> None:
        held, self._holders = np.divmod(holdings, max(1, products))
        self._starts = np.searchsorted(held, np.arange(trigrams + 1))

    def of(self, trigram: int) -> npt.NDArray[np.int64]:
        """Return the products that hold a trigram, in order."""
        return self._holders[self._starts[trigram] : self._starts[trigram + 1]]


def _holdings(texts: Bags) -> npt.NDArray[np.int64]:
    """Return the distinct pairs of a trigram and a product that holds it, as one number each."""
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), texts.counts)
    return np.unique(texts.ids * max(1, len(texts)) + owners)
