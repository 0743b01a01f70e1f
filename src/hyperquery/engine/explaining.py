"""Taking the margin of one product to a term apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.attention import AttentionGrid, attention_grid
from hyperquery.anthem.model import Model, TermCode
from hyperquery.anthem.text import words
from hyperquery.engine.evidence import EvidenceIndex, holdings_of
from hyperquery.engine.reasons import (
    Evidence,
    Faces,
    KnownField,
    Leaning,
    NamedWord,
    Naming,
    TermReason,
    TrigramEvidence,
    WordEffect,
)
from hyperquery.geometry import Attested, face_energies
from hyperquery.geometry.lorentz import face_distance, scaled_time

_MOST_WORDS = 200  # that are left out one by one; longer texts take the first of theirs


class TermReader:
    """Takes terms' margins apart at one product.

    Args:
        model: encodes the product's text anew, a word less at a time.
        parts: what is read of the product, in order, each with the field it is from.
        point: (d,) the product's point.
        region: the region of a term as it is read over the texts of an index.
        encoded: what the model makes of it.
    """

    def __init__(
        self,
        model: Model,
        parts: Sequence[tuple[str, str]],
        point: npt.NDArray[np.float32],
        region: Callable[[str, EvidenceIndex], Attested],
        encoded: Callable[[str], TermCode],
    ) -> None:
        self._model = model
        self._encoded = encoded
        self._region = region
        read = [(word, field) for field, text in parts for word in words(text)]
        self._words = [word for word, _ in read]
        self._fields = tuple(field for _, field in read)
        self._point = point[None]
        self._facets = [(words(text), field) for field, text in parts if field != "title"]
        self._index = self._index_of([read], [None])
        known = dict.fromkeys(filter(model.vocabulary.word_ids, self._words))
        self._left_out = list(known)[:_MOST_WORDS]
        rest = [[pair for pair in read if pair[0] != left] for left in self._left_out]
        texts = [[word for word, _ in text] for text in rest]
        self._points_of_rest = model.points(model.vocabulary.encode_words(texts))
        self._index_of_rest = self._index_of(rest, self._left_out)

    def _index_of(
        self, texts: list[list[tuple[str, str]]], left_out: Sequence[str | None]
    ) -> EvidenceIndex:
        """Return an index of texts, given as pairs of a word and the field that it is from."""
        whole = [[word for word, _ in text] for text in texts]
        titles = [[word for word, field in text if field == "title"] for text in texts]
        shortened = (
            [(tuple(word for word in facet if word != left), kind) for facet, kind in self._facets]
            for left in left_out
        )
        facets = [[known for known in rest if known[0]] for rest in shortened]
        holdings = holdings_of(whole, titles, facets, self._model)
        return EvidenceIndex(holdings, self._model.vocabulary)

    def reason(self, text: str, term: str, margin: float) -> TermReason:
        """Return what the product's margin to a term is made of.

        Args:
            text: of the term, as typed.
            term: as it is read, with at least one known trigram.
            margin: as the search has it.
        """
        leaf = self._region(term, self._index)
        grid = attention_grid(self._model, term, self._words)
        return TermReason(
            text=text,
            read_as=term,
            margin=margin,
            edge=leaf.hyperboloid.edge,
            faces=self._faces(leaf),
            evidence=self._evidence(term, leaf, grid),
            words=self._effects_of_words(term, margin, grid),
            term_words=self._effects_of_term_words(term, margin, grid),
            attention=grid,
            fields=self._fields,
        )

    def _faces(self, leaf: Attested) -> Faces:
        box, point = leaf.hyperboloid, self._point
        below, above = face_energies(
            point,
            box.lower,
            box.upper,
            box.curvature,
            box.softness,
            time=scaled_time(point, box.curvature),
        )
        return Faces(
            below[0],
            above[0],
            -face_distance(point, box.lower, box.curvature)[0],
            face_distance(point, box.upper, box.curvature)[0],
        )

    def _evidence(self, term: str, leaf: Attested, grid: AttentionGrid) -> Evidence:
        code = self._encoded(term)
        owners = [word.text for word in grid.rows for _ in word.trigrams]
        found = self._index.contributions(term, 0)
        trigrams = [
            TrigramEvidence(trigram, word, float(code.evidence * share), held)
            for word, (trigram, share, held) in zip(owners, found, strict=True)
        ]
        axes = [*zip(code.axes, self._index.leanings(code, 0), strict=True)]
        leanings = [
            Leaning(" ".join(axis.facet), axis.weight, reached)
            for axis, reached in axes
            if axis.facet
        ]
        known = (axis for axis, unknown in axes if not axis.facet and not unknown)
        has = any(reached == 1 for _, reached in axes)
        field = next((KnownField(axis.kind, axis.weight, has) for axis in known), None)
        named = [NamedWord(*found) for found in self._index.naming(term, 0)]
        naming = Naming(code.lateness, tuple(named)) if named and code.lateness else None
        energy = float(leaf.evidence[0])
        return Evidence(energy, tuple(trigrams), naming, tuple(leanings), field)

    def _effects_of_words(
        self, term: str, margin: float, grid: AttentionGrid
    ) -> tuple[WordEffect, ...]:
        margins = self._region(term, self._index_of_rest).margin(self._points_of_rest)
        shares = _by_text(self._words, *grid.column_shares())
        fields: dict[str, dict[str, None]] = defaultdict(dict)
        for word, field in zip(self._words, self._fields, strict=True):
            fields[word][field] = None
        return tuple(
            _effect(word, tuple(fields[word]), without, margin, shares[word])
            for word, without in zip(self._left_out, margins.tolist(), strict=True)
        )

    def _effects_of_term_words(
        self, term: str, margin: float, grid: AttentionGrid
    ) -> tuple[WordEffect, ...]:
        term_words = words(term)
        shares = _by_text(term_words, *grid.row_shares())
        known = self._model.vocabulary.word_ids
        effects = []
        for left in dict.fromkeys(filter(known, term_words)):
            rest = [word for word in term_words if word != left]
            if any(map(known, rest)):
                region = self._region(" ".join(rest), self._index)
                without = float(region.margin(self._point)[0])
                effects.append(_effect(left, (), without, margin, shares[left]))
        return tuple(effects)


def _effect(
    word: str, fields: tuple[str, ...], without: float, margin: float, shares: list[float]
) -> WordEffect:
    attention, alone = shares
    lift = attention / alone if alone else 1.0
    return WordEffect(word, fields, without, without - margin, attention, lift)


def _by_text(
    occurrences: Sequence[str], *values: npt.NDArray[np.float64]
) -> dict[str, list[float]]:
    """Return the sums of several values over the occurrences of each word."""
    sums: dict[str, list[float]] = {}
    for word, row in zip(occurrences, np.stack(values, axis=1).tolist(), strict=True):
        sums[word] = [a + b for a, b in zip(sums.get(word, [0.0] * len(row)), row, strict=True)]
    return sums
