"""Leanings: one flat axis for each facet, on which a product lies where title and fields put it.

Much of what a title says of a brand, a color or a category adds up word by word, and 64 dimensions
are too few to hold the sums for hundreds of facets. So a linear regression for each facet, on the
trigrams, words and pairs of words of titles, gives every product a coordinate on the facet's axis.
The box of the facet has a lower face at 1 there and none on other axes; what the product is short
of is the energy ``weight * (1 - y)`` of this face. Like evidence it is energy of a leaf and leaves
every law as it is. Coordinates are kept in 32 levels, and as 0 below the third.

A product that is known to have a facet lies at 1, the end of its axis, whatever its title says,
which is all that the axis of a rare facet tells; see :mod:`hyperquery.anthem.places`. One that is
known to have another facet of the kind is farther by an energy that is calibrated, see
:mod:`hyperquery.anthem.calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows

from hyperquery.anthem.documents import KnownFacet, Words
from hyperquery.anthem.features import Features, features_of, number_of_features
from hyperquery.anthem.places import HeldPlaces, Places, Span
from hyperquery.anthem.text import Encoded, Vocabulary
from hyperquery.scan import LEVELS

MOST_TITLES: Final = 8192
"""That are learned from at most: the time grows with the cube, the memory with the square."""

_LEAST_LEVEL = 3
_UNDECIDED = 0.15, 0.5  # and how much of the members' mean coordinate is added
_PENALTY = 1.0
_LEAST_WEIGHT = 0.02  # smaller weights are left out, nine in ten of them
_GREATEST_WEIGHT = 1e6
_AXES_AT_A_TIME = 256
_TITLES_AT_A_TIME = 1024


@dataclass(frozen=True, eq=False)
class Leanings:
    """Sparse weights from features of titles to the axes of facets.

    Attributes:
        places: of the axes.
        starts: (features + 1,) where the weights of each feature start, int32.
        axes: (weights,) the axis that each weight leads to, uint16.
        weights: (weights,) float32.
        undecided: (learned,) what the regression says of a product that is about as likely a member
            as not, float32: the farther members reach, the farther out.

    Examples:
        >>> titles = [("red", "kettle"), ("blue", "kettle"), ("gray", "kettle"), ("red", "pan")]
        >>> vocabulary = Vocabulary.from_texts(map(" ".join, titles))
        >>> members, kinds = {("kettles",): [0, 1, 2]}, {("kettles",): "category"}
        >>> leanings = Leanings.learned(titles, members, kinds, vocabulary)
        >>> levels = leanings.levels(vocabulary.encode(["green kettle", "green pan"]), vocabulary)
        >>> bool(levels[0, 0] > LEVELS / 2 > levels[1, 0])
        True
    """

    places: Places
    starts: npt.NDArray[np.int32]
    axes: npt.NDArray[np.uint16]
    weights: npt.NDArray[np.float32]
    undecided: npt.NDArray[np.float32]

    @classmethod
    def none(cls, vocabulary: Vocabulary) -> Self:
        """Return those of no facet at all."""
        starts = np.zeros(number_of_features(vocabulary) + 1, np.int32)
        nothing = np.zeros(0, np.float32)
        return cls(Places({}, {}), starts, np.zeros(0, np.uint16), nothing, nothing)

    @classmethod
    def learned(
        cls,
        titles: Sequence[Words],
        members: Mapping[Words, Sequence[int]],
        kinds: Mapping[Words, str],
        vocabulary: Vocabulary,
        counts: Mapping[Words, int] | None = None,
    ) -> Self:
        """Learn them: one ridge regression for each facet that is not rare.

        Source: Hoerl and Kennard, *Ridge Regression*, Technometrics 1970, in the dual form, whose
        one matrix serves all facets.

        Args:
            titles: of at most ``MOST_TITLES`` products, as words.
            members: of each facet, positions among the titles.
            kinds: of each facet.
            vocabulary: of their pieces.
            counts: of each facet, how many products have it, with titles that are not learned from;
                as many as there are members if None.
        """
        titled = {facet: len(of_facet) for facet, of_facet in members.items()}
        places = Places.chosen(titled, counts or titled, kinds)
        if not places.learned:
            return replace(cls.none(vocabulary), places=places)
        features = features_of(vocabulary.encode_words(titles), vocabulary)
        targets = [members[facet] for facet in places.learned]
        return cls(places, *_regressed(features, targets, number_of_features(vocabulary)))

    def __post_init__(self) -> None:
        for array in self.arrays().values():
            array.flags.writeable = False  # as mapped ones are, for which loops are compiled

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all but the places, by name."""
        return {
            "starts": self.starts,
            "axes": self.axes,
            "weights": self.weights,
            "undecided": self.undecided,
        }

    def check(self, vocabulary: Vocabulary) -> None:
        """Check that the parts fit together and the vocabulary: the loops check nothing.

        Raises:
            ValueError: If they do not.
        """
        kinds = [array.dtype.name for array in self.arrays().values()]
        shapes = [array.shape for array in self.arrays().values()]
        weights, facets = (self.weights.size,), (len(self.places.learned),)
        fit = (
            kinds == ["int32", "uint16", "float32", "float32"]
            and shapes == [(number_of_features(vocabulary) + 1,), weights, weights, facets]
            and self.places.fit
            and self.starts[0] == 0
            and self.starts[-1] == len(self.axes)
            and bool((np.diff(self.starts) >= 0).all())
            and int(self.axes.max(initial=0)) < max(1, *facets)
            and bool((np.abs(self.weights) < _GREATEST_WEIGHT).all())  # no NaN either
            and bool(((self.undecided >= 0) & (self.undecided <= 1)).all())
        )
        if not fit:
            raise ValueError("the leanings do not fit together")

    def undecided_at(self, span: Span) -> float:
        """Return what the regression of a facet's axis says of one as likely a member as not.

        It is 0 on an axis that titles do not lean to.
        """
        return float(self.undecided[span.first // LEVELS]) if span.steps > 1 else 0.0

    def levels(self, titles: Encoded, vocabulary: Vocabulary) -> npt.NDArray[np.uint8]:
        """Return where titles lie on the axes that are learned, (titles, learned), in levels.

        Args:
            titles: as the vocabulary encodes them.
            vocabulary: that the weights were learned with.
        """
        levels = np.zeros((len(titles), len(self.places.learned)), np.uint8)
        if self.places.learned:
            from hyperquery.anthem.kernels import add_up

            found = features_of(titles, vocabulary)
            sums = np.zeros(levels.shape, np.float32)
            add_up(
                found.ids, found.values, found.offsets, self.starts, self.axes, self.weights, sums
            )
            levels = np.floor(np.clip(sums, 0, 1) * LEVELS + 0.5).astype(np.uint8)
            levels = np.minimum(levels, LEVELS - 1)  # the last is of what is known
            levels[levels < _LEAST_LEVEL] = 0
        return levels

    def held(
        self,
        titles: Encoded,
        known: Sequence[Sequence[KnownFacet]],
        vocabulary: Vocabulary,
        *,
        told: bool = True,
    ) -> HeldPlaces:
        """Return the places that products hold.

        Args:
            titles: of the products, as the vocabulary encodes them.
            known: the facets that each product has; none where only the title is known.
            vocabulary: that the weights were learned with.
            told: whether products are told apart by which kinds of facets are known of them.
        """
        products, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for start in range(0, len(titles), _TITLES_AT_A_TIME):
            levels = self.levels(titles[start : start + _TITLES_AT_A_TIME], vocabulary)
            found = self.places.pairs(levels, known[start : start + len(levels)], told=told)
            products.append(start + found[0])
            places.append(found[1])
        return HeldPlaces.of(np.concatenate(products), np.concatenate(places), len(titles))


def _regressed(
    features: Features, members: Sequence[Sequence[int]], size: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Return what the class keeps of the regression of each set of members.

    How far members reach is predicted for each without itself, which the dual form gives exactly
    (Rifkin and Lippert, *Notes on Regularized Least Squares*, 2007, eq. 7).
    """
    from hyperquery.anthem.kernels import inner_products

    turned = features.turned(size)
    products = np.zeros((len(features), len(features)))
    inner_products(
        features.ids, features.values, features.offsets,
        turned.ids, turned.values, turned.offsets, products,
    )  # fmt: skip
    products[np.diag_indices_from(products)] += _PENALTY
    factor = torch.linalg.cholesky(torch.from_numpy(products))
    del products  # half a gigabyte at most
    inverse = torch.cholesky_inverse(factor).diagonal().clone()
    rows, values = torch.from_numpy(turned.ids), torch.from_numpy(turned.values).double()
    bags = torch.from_numpy(turned.offsets[:-1])
    found, reached = [], []
    for start in range(0, len(members), _AXES_AT_A_TIME):
        part = members[start : start + _AXES_AT_A_TIME]
        targets = torch.zeros(len(features), len(part), dtype=torch.float64)
        for axis, of_axis in enumerate(part):
            targets[of_axis, axis] = 1.0
        dual = torch.cholesky_solve(targets, factor).contiguous()
        for axis, of_axis in enumerate(part):
            alone = 1 - dual[of_axis, axis] / inverse[of_axis]
            reached.append(float(alone.mean().clamp(0, 1)))
        weights = F.embedding_bag(rows, dual, bags, mode="sum", per_sample_weights=values).numpy()
        ids, axes = np.nonzero(np.abs(weights) >= _LEAST_WEIGHT)
        found.append((ids, start + axes, weights[ids, axes]))
    ids, axes, kept = map(np.concatenate, zip(*found, strict=True))
    order = np.argsort(ids, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=size))]).astype(np.int32)
    least, share = _UNDECIDED
    undecided = least + share * np.array(reached)
    return (
        starts,
        axes[order].astype(np.uint16),
        kept[order].astype(np.float32),
        undecided.astype(np.float32),
    )
