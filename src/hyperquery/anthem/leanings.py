"""Leanings: one flat axis for each facet, on which a product lies where title and fields put it.

Much of what a title says of a brand, a color or a category adds up word by word, and 64 dimensions
are too few to hold the sums for hundreds of facets. So a linear regression for each facet, on the
trigrams, words and pairs of words of titles, gives every product a coordinate from 0 to 1 on the
facet's axis. The box of the facet has a lower face at 1 there and none on other axes; what the
product is short of is the energy ``weight * (1 - y)`` of this face. Like evidence it is energy of a
leaf and leaves every law as it is. Coordinates are kept in 32 levels, and as 0 below the third.

A product that is known to have a facet lies at the end of its axis, whatever its title says. One
more axis tells products of which nothing but a title is known, at 1, from all others, at 0: facets
end nearer for products with known fields, see :mod:`hyperquery.anthem.calibration`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows

from hyperquery.anthem.documents import Words
from hyperquery.anthem.features import Features, features_of, number_of_features
from hyperquery.anthem.text import Encoded, Vocabulary
from hyperquery.scan import LEVELS

MOST_TITLES: Final = 8192
"""That are learned from at most: the time grows with the cube, the memory with the square."""

_LEAST_LEVEL = 3
_FEWEST_MEMBERS = 3
_UNDECIDED = 0.15, 0.5  # and how much of the members' mean coordinate is added
_MOST_AXES = 2**16 // LEVELS - 1  # products hold a level in 16 bits, and there is one more axis
_PENALTY = 1.0
_LEAST_WEIGHT = 0.02  # smaller weights are left out, nine in ten of them
_AXES_AT_A_TIME = 256
_TITLES_AT_A_TIME = 1024


@dataclass(frozen=True, eq=False)
class Leanings:
    """Sparse weights from features of titles to the axes of facets.

    Attributes:
        facets: the facet of each axis, as words.
        starts: (features + 1,) where the weights of each feature start, int32.
        axes: (weights,) the axis that each weight leads to, uint16.
        weights: (weights,) float32.
        undecided: (facets,) the coordinate where a product is about as likely a member as not,
            float32: the farther members reach, the farther out.

    Examples:
        >>> titles = [("red", "kettle"), ("blue", "kettle"), ("gray", "kettle"), ("red", "pan")]
        >>> vocabulary = Vocabulary.from_texts(map(" ".join, titles))
        >>> leanings = Leanings.learned(titles, {("kettles",): [0, 1, 2]}, vocabulary)
        >>> levels = leanings.levels(vocabulary.encode(["green kettle", "green pan"]), vocabulary)
        >>> bool(levels[0, 0] > LEVELS / 2 > levels[1, 0])
        True
    """

    facets: tuple[Words, ...]
    starts: npt.NDArray[np.int32]
    axes: npt.NDArray[np.uint16]
    weights: npt.NDArray[np.float32]
    undecided: npt.NDArray[np.float32]

    @classmethod
    def none(cls, vocabulary: Vocabulary) -> Self:
        """Return those of no facet at all."""
        starts = np.zeros(number_of_features(vocabulary) + 1, np.int32)
        nothing = np.zeros(0, np.float32)
        return cls((), starts, np.zeros(0, np.uint16), nothing, nothing)

    @classmethod
    def learned(
        cls,
        titles: Sequence[Words],
        members: Mapping[Words, Sequence[int]],
        vocabulary: Vocabulary,
    ) -> Self:
        """Learn them: one ridge regression for each facet.

        Facets with fewer than 3 members have no axis. Of more facets than there is room for, those
        with the most members have one. Source: Hoerl and Kennard, *Ridge Regression*, Technometrics
        1970, in the dual form, whose one matrix serves all facets.

        Args:
            titles: of at most ``MOST_TITLES`` products, as words.
            members: of each facet, positions among the titles.
            vocabulary: of their pieces.
        """
        frequent = [facet for facet in members if len(members[facet]) >= _FEWEST_MEMBERS]
        frequent.sort(key=lambda facet: (-len(members[facet]), facet))
        facets = tuple(sorted(frequent[:_MOST_AXES]))
        if not facets:
            return cls.none(vocabulary)
        features = features_of(vocabulary.encode_words(titles), vocabulary)
        targets = [members[facet] for facet in facets]
        return cls(facets, *_regressed(features, targets, number_of_features(vocabulary)))

    def __post_init__(self) -> None:
        for array in self.arrays().values():
            array.flags.writeable = False  # as mapped ones are, for which loops are compiled

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all but the facets, by name."""
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
        weights, facets = (self.weights.size,), (len(self.facets),)
        fit = (
            kinds == ["int32", "uint16", "float32", "float32"]
            and shapes == [(number_of_features(vocabulary) + 1,), weights, weights, facets]
            and len(set(self.facets)) == len(self.facets) <= _MOST_AXES
            and self.starts[0] == 0
            and self.starts[-1] == len(self.axes)
            and bool((np.diff(self.starts) >= 0).all())
            and int(self.axes.max(initial=0)) < max(1, len(self.facets))
            and bool(np.isfinite(self.weights).all() and np.isfinite(self.undecided).all())
        )
        if not fit:
            raise ValueError("the leanings do not fit together")

    def axis(self, facet: Words) -> int | None:
        """Return the axis of a facet, None if it has none."""
        return self._axes.get(facet)

    @property
    def title_alone(self) -> int:
        """The axis at the end of which products are that are known by their titles alone."""
        return len(self.facets)

    @cached_property
    def _axes(self) -> dict[Words, int]:
        return {facet: axis for axis, facet in enumerate(self.facets)}

    def levels(self, titles: Encoded, vocabulary: Vocabulary) -> npt.NDArray[np.uint8]:
        """Return where titles lie on all axes, (titles, axes), in levels.

        Args:
            titles: as the vocabulary encodes them.
            vocabulary: that the weights were learned with.
        """
        levels = np.zeros((len(titles), len(self.facets)), np.uint8)
        if self.facets:
            from hyperquery.anthem.kernels import add_up

            found = features_of(titles, vocabulary)
            sums = np.zeros(levels.shape, np.float32)
            add_up(
                found.ids, found.values, found.offsets, self.starts, self.axes, self.weights, sums
            )
            levels = np.floor(np.clip(sums, 0, 1) * LEVELS + 0.5).astype(np.uint8)
            levels[levels < _LEAST_LEVEL] = 0
        return levels

    def held(
        self,
        titles: Encoded,
        known: Sequence[Collection[Words]],
        vocabulary: Vocabulary,
        *,
        told: bool = True,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return where products lie: pairs of a product and ``axis * LEVELS + level - 1``.

        Args:
            titles: of the products, as the vocabulary encodes them.
            known: the facets that each product has, as words; none where only the title is known.
            vocabulary: that the weights were learned with.
            told: whether those known by title alone are told from the others.
        """
        parts = []
        for start in range(0, len(titles), _TITLES_AT_A_TIME):
            levels = self.levels(titles[start : start + _TITLES_AT_A_TIME], vocabulary)
            levels = np.pad(levels, ((0, 0), (0, 1)))
            for row, facets in zip(levels, known[start : start + len(levels)], strict=True):
                row[[self._axes[facet] for facet in facets if facet in self._axes]] = LEVELS
                row[self.title_alone] = LEVELS if told and not facets else 0
            rows, axes = np.nonzero(levels)
            parts.append((start + rows, axes * LEVELS + levels[rows, axes] - 1))
        nothing = np.zeros(0, np.int64)
        rows, positions = map(np.concatenate, zip((nothing, nothing), *parts, strict=True))
        return rows, positions


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
