"""What products hold, how their titles begin, and which facets they lean to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.documents import KnownFacet
from hyperquery.anthem.evidence import shares
from hyperquery.anthem.model import Model, TermCode
from hyperquery.anthem.openings import forms_of
from hyperquery.anthem.text import Vocabulary, words
from hyperquery.scan import Holdings, Lack, Spellings, asking


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
            From 0, all held at the beginning of the title and the end of all axes reached, to the
            sum of the code's weights; far more for a product without any trigram. See
            :func:`hyperquery.anthem.evidence.lacking`, :mod:`hyperquery.anthem.openings` and
            :mod:`hyperquery.anthem.leanings`.
        """
        wanted = self._vocabulary.encode([term]).trigrams
        asked = asking(
            (wanted.ids, shares(wanted, self._vocabulary), code.evidence),
            (*forms_of(words(term), self._vocabulary), code.lateness),
            (
                [one.span.first for one in code.axes],
                [one.span.steps for one in code.axes],
                [one.weight for one in code.axes],
                [one.leaned for one in code.axes],
            ),
        )
        return Lack(self._holdings, self._stored_at, asked)

    def contributions(self, term: str, product: int) -> list[Contribution]:
        """Return what each trigram of a term has to do with what a product lacks of it, in order.

        Args:
            term: with at least one known trigram.
            product: its position.
        """
        wanted = self._vocabulary.encode([term]).trigrams
        names, row = self._vocabulary.trigrams, int(self._stored_at[product])
        return [
            Contribution(names[trigram], share, self._holdings.holding(row, trigram))
            for trigram, share in zip(
                wanted.ids.tolist(), shares(wanted, self._vocabulary), strict=True
            )
        ]

    def naming(self, term: str, product: int) -> list[tuple[str, float, int | None]]:
        """Return where a product's title names the words of a term that the catalog knows.

        Args:
            term: as it is read.
            product: its position.

        Returns:
            Each word, how much it counts, and its place among the first words of the title, from 0;
            None where it is not there.
        """
        row, known = int(self._stored_at[product]), self._vocabulary
        typed = {known.forms[word]: word for word in reversed(words(term)) if word in known.forms}
        forms, rarities = forms_of(words(term), known)
        return [
            (typed[form], rarity, self._holdings.place(row, form))
            for form, rarity in zip(forms.tolist(), rarities.tolist(), strict=True)
        ]

    def leanings(self, code: TermCode, product: int) -> list[float]:
        """Return where a product lies on each of a term's axes, from 0 to 1.

        Args:
            code: of the term.
            product: its position.
        """
        row = int(self._stored_at[product])
        steps = [self._holdings.step(row, *one.span) for one in code.axes]
        return [one.coordinate(step) for one, step in zip(code.axes, steps, strict=True)]


def holdings_of(
    texts: Sequence[Sequence[str]],
    titles: Sequence[Sequence[str]],
    facets: Sequence[Sequence[KnownFacet]],
    model: Model,
) -> Holdings:
    """Return the words that products hold, and which facets they have or lean to.

    Args:
        texts: all that is read of each product, as words.
        titles: of the products, as words.
        facets: that each product is known to have.
        model: that reads them.
    """
    vocabulary, positions = model.vocabulary, dict[str, int]()

    def written(words: Sequence[str]) -> list[int]:
        return [positions.setdefault(word, len(positions)) for word in words]

    held = [written(title) for title in titles], [written(text) for text in texts]
    forms = vocabulary.forms
    spelled = [(vocabulary.word_ids(word), forms.get(word, 0)) for word in positions]
    encoded = vocabulary.encode_words(titles)
    leanings = model.leanings.held(encoded, facets, vocabulary, told=model.farther > 0)
    places = leanings.products, leanings.places
    return Holdings.from_words(*held, Spellings.of(spelled), places)
