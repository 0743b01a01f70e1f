"""What a product's margin to one term is made of: faces, evidence, edge, words, attention."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.attention import AttentionGrid
from hyperquery.scan import OPENING

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Faces:
    """What the faces of a term's hyperboloid add to a product's energy.

    Attributes:
        lower: (d,) energies of the lower faces.
        upper: (d,) energies of the upper faces.
        lower_distances: (d,) geodesic distances to the lower faces, positive outside.
        upper_distances: (d,) geodesic distances to the upper faces, positive outside.
    """

    lower: Vector
    upper: Vector
    lower_distances: Vector
    upper_distances: Vector

    @property
    def axes(self) -> Vector:
        """The energy of both faces of each axis, (d,)."""
        return self.upper + self.lower

    @property
    def energy(self) -> float:
        """The sum over all faces: the hyperbolic energy that the search computes, to the bit."""
        return float(self.axes.sum())

    def farthest(self, number: int) -> list[tuple[int, bool, float, float]]:
        """Return the axes of most energy: each with whether it is the upper face that counts more.

        Args:
            number: how many axes, at most.

        Returns:
            ``(axis, upper, distance, energy)``: the distance is to that face, the energy that of
            both faces of the axis.
        """
        axes = self.axes
        found = []
        for axis in np.argsort(-axes, kind="stable")[:number].tolist():
            upper = bool(self.upper[axis] > self.lower[axis])
            distance = (self.upper_distances if upper else self.lower_distances)[axis]
            found.append((axis, upper, float(distance), float(axes[axis])))
        return found


@dataclass(frozen=True)
class TrigramEvidence:
    """One trigram of a term as evidence.

    Attributes:
        trigram: its three letters.
        word: the word of the term that it is from.
        energy: what lacking it altogether adds.
        held: how much the product holds it: 1 in its title, one half only elsewhere, or 0.
    """

    trigram: str
    word: str
    energy: float
    held: float

    @property
    def added(self) -> float:
        """What it adds for this product: the more, the less the product holds it."""
        return self.energy * (1 - self.held)


@dataclass(frozen=True)
class NamedWord:
    """Where a product's title names a word of a term.

    Attributes:
        word: of the term.
        rarity: how much it counts.
        place: among the first words of the title, from 0; None if it is not there.
    """

    word: str
    rarity: float
    place: int | None


@dataclass(frozen=True)
class Naming:
    """Where a product's title names a term: see :mod:`hyperquery.anthem.openings`.

    Attributes:
        energy: what a title adds that names no word of the term, at least not at its beginning.
        words: those of the term that the catalog knows, each once.
    """

    energy: float
    words: tuple[NamedWord, ...]

    @property
    def late(self) -> float:
        """The mean place of the named words, by rarity, of 20; 1 if none of them is named."""
        named = [(word.rarity, word.place) for word in self.words if word.place is not None]
        rarity = OPENING * sum(rarity for rarity, _ in named)
        return sum(rarity * place for rarity, place in named) / rarity if named else 1.0

    @property
    def added(self) -> float:
        """What it adds for this product: the more, the later the title names the term."""
        return self.energy * self.late


@dataclass(frozen=True)
class Leaning:
    """One facet that a term is or names as evidence.

    Attributes:
        facet: the brand, color or category.
        energy: what a product adds that does not lean to it at all.
        reached: where the product is on the facet's axis, from 0 to 1: at 1 if a field says that it
            has the facet, else where its title puts it, which is short of that.
    """

    facet: str
    energy: float
    reached: float

    @property
    def added(self) -> float:
        """What it adds for this product: the more, the less it leans to the facet."""
        return self.energy * (1 - self.reached)


@dataclass(frozen=True)
class KnownField:
    """That a field of the product is known, which moves it farther; its own facets make up for it.

    Attributes:
        name: of the field: brand, color, category.
        added: what it adds.
        has: whether it is the term, for which its leaning makes up.
    """

    name: str
    added: float
    has: bool


@dataclass(frozen=True)
class Evidence:
    """The energy of what a product's words say beside the geometry.

    See :mod:`hyperquery.anthem.evidence`, :mod:`hyperquery.anthem.openings` and
    :mod:`hyperquery.anthem.leanings`.

    Attributes:
        energy: of all trigrams that the product lacks, each as far as it is not held, of naming the
            term late, of what it is short of on the axes of facets, and of its known field: up to
            rounding the sum of theirs, and far more for a product of which nothing can be read.
        trigrams: those of the term, in order.
        naming: where the title names the term; None where that makes no difference, as for facets.
        leanings: to the facet that the term is, or to those that it names.
        field: that the term is from; None if the term is no facet, or the product's is not known.
    """

    energy: float
    trigrams: tuple[TrigramEvidence, ...]
    naming: Naming | None
    leanings: tuple[Leaning, ...]
    field: KnownField | None = None

    @property
    def lacked(self) -> tuple[TrigramEvidence, ...]:
        """The trigrams that add energy: those that the product does not hold in its title."""
        return tuple(trigram for trigram in self.trigrams if trigram.held < 1)

    @property
    def parts(self) -> tuple[TrigramEvidence | Naming | Leaning | KnownField, ...]:
        """All that adds up to the energy."""
        others = (part for part in (self.naming, self.field) if part)
        return (*self.lacked, *self.leanings, *others)


@dataclass(frozen=True)
class WordEffect:
    """How much a word mattered: what the margin would be had it not been there.

    Attributes:
        word: as the model reads it.
        fields: the fields of the product that it is in; none for a word of the term.
        without: the term's margin with the word left out wherever it occurs. What is left of a
            term may be a facet, or no longer be one, and then ends at another edge.
        change: ``without`` minus the margin; positive if the word brings the product nearer.
        attention: the share of all attention that it has in the term's grid.
        lift: that share as a multiple of what the word has without the other side.
    """

    word: str
    fields: tuple[str, ...]
    without: float
    change: float
    attention: float
    lift: float

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes by name."""
        return {**vars(self), "fields": list(self.fields)}


@dataclass(frozen=True, eq=False)
class TermReason:
    """Why a product is where it is for one term.

    The margin is ``energy - edge``, and the energy ``faces.energy + evidence.energy``, both in
    float32 and to the bit (see :func:`hyperquery.geometry.energy.margin` for a margin of 0).

    Attributes:
        text: of the term.
        read_as: the text that it is read as: another form, or without a slip; mostly its own.
        margin: the product's, as the search has it.
        edge: the energy at which the term ends.
        faces: what the faces add.
        evidence: what lacking the term's trigrams and not leaning to it as a facet adds.
        words: the effect of each word that is read of the product, in order.
        term_words: the effect of each word of the term, in order; without a word that is alone.
        attention: of the term's trigrams to the product's.
        fields: the field of the product that each word of ``attention.columns`` is from.
    """

    text: str
    read_as: str
    margin: float
    edge: float
    faces: Faces
    evidence: Evidence
    words: tuple[WordEffect, ...]
    term_words: tuple[WordEffect, ...]
    attention: AttentionGrid
    fields: tuple[str, ...]

    @property
    def energy(self) -> float:
        """The energy of the faces and of the evidence."""
        return float(np.float32(self.faces.energy) + np.float32(self.evidence.energy))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        faces, grid = self.faces, self.attention
        return {
            "text": self.text,
            "read_as": self.read_as,
            "margin": self.margin,
            "energy": self.energy,
            "edge": self.edge,
            "faces": {
                "energy": faces.energy,
                "lower": faces.lower.tolist(),
                "upper": faces.upper.tolist(),
                "lower_distances": faces.lower_distances.tolist(),
                "upper_distances": faces.upper_distances.tolist(),
            },
            "evidence": {
                "energy": self.evidence.energy,
                "trigrams": [vars(trigram) for trigram in self.evidence.trigrams],
                "naming": asdict(self.evidence.naming) if self.evidence.naming else None,
                "leanings": [vars(leaning) for leaning in self.evidence.leanings],
                "field": vars(self.evidence.field) if self.evidence.field else None,
            },
            "words": [effect.to_dict() for effect in self.words],
            "term_words": [effect.to_dict() for effect in self.term_words],
            "attention": {
                "rows": [[word.text, list(word.trigrams)] for word in grid.rows],
                "columns": [
                    [word.text, list(word.trigrams), field]
                    for word, field in zip(grid.columns, self.fields, strict=True)
                ],
                "values": grid.values.tolist(),
            },
        }
