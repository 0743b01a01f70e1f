"""A region tree as flat arrays for the compiled loops: its leaves, and one step a node."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hyperquery.geometry import (
    Attested,
    Boosted,
    Complement,
    Condition,
    Everything,
    Hyperboloid,
    Intersection,
    Region,
)
from hyperquery.geometry.lorentz import face_coefficients
from hyperquery.geometry.traversal import distinct_nodes, shown_key
from hyperquery.scan.lack import Asked, Lack, asking, asking_together, slots_for

BOX, ROWS, CONSTANT = 0, 1, 2
"""Kinds of leaves: a box with or without evidence, a set of rows, everything or nothing."""

MAXIMUM, MINIMUM, NEGATION, PRODUCT = 0, 1, 2, 3
"""Kinds of steps."""

_LARGEST: Final = 1e6  # coefficients and weights with which float32 sums stay sound
_EPS: Final = float(np.finfo(np.float32).eps)
_NOTHING_ASKED: Final = asking()


LEAF: Final = np.dtype(
    [
        *(("kind", "i4"), ("rows", "i4"), ("constant", "f4"), ("softness", "f4"), ("edge", "f4")),
        *(("most", "f4"), ("greatest", "f4")),
        *(("slack", "f4"), ("slack_of_root", "f4"), ("slack_of_energy", "f4")),
        *(("least_bend", "f4"), ("most_bend", "f4"), ("time_bend", "f4")),
    ]
)
"""A leaf's kind; of a set of rows its position in the masks; the margin of a constant. Of a box:
the squared softness; the energy at which it ends; the most evidence that a row can lack, as energy,
and that of a row that has words, but nothing of what is asked; what multiplies 1, the root of the
energy and the energy, to bound the rounding errors of it; the least second derivative of the energy
along x, anywhere, the greatest, and a bound of that along the scaled time."""

STEP: Final = np.dtype([("kind", "i4"), ("first", "i4"), ("second", "i4"), ("weight", "f4")])
"""A step's kind, the register of its first operand (leaves have the first registers), that of its
second, where there is one, and the factor of a product."""


class Leaves(NamedTuple):
    """The leaves of a region, in the order in which they are evaluated.

    Attributes:
        numbers: (leaves,) LEAF.
        faces: (leaves, 4, d) the coefficients of a box: C and S of the upper faces, then of the
            lower ones.
        asked: what the leaves ask of rows; nothing but of boxes with evidence.
        slots: (leaves, trigrams) which of the trigrams that a leaf wants each is, see `slots_for`.
    """

    numbers: npt.NDArray[Any]
    faces: npt.NDArray[np.float32]
    asked: Asked
    slots: npt.NDArray[np.uint16]


class Program(NamedTuple):
    """A region as the compiled loops take it.

    Attributes:
        leaves: of the region.
        steps: (steps,) STEP, from their margins to the region's: each writes the register after the
            last.
        masks: (sets of rows, n) in stored order.
        evidence: (leaves, balls) that the rows of each ball have at least.
    """

    leaves: Leaves
    steps: npt.NDArray[Any]
    masks: npt.NDArray[np.bool_]
    evidence: npt.NDArray[np.float32]


class Box(NamedTuple):
    """A box with or without evidence, as one leaf of :class:`Leaves`."""

    faces: npt.NDArray[np.float32]
    softness: float
    edge: float
    most: float
    slack: tuple[float, float, float]
    bends: tuple[float, float, float]
    asked: Asked
    greatest: float


def box_of(leaf: Region, reach: npt.NDArray[np.float64]) -> Box | None:
    """Return a hyperboloid with or without evidence as a box; None if the loops cannot take it.

    Args:
        leaf: the hyperboloid.
        reach: (d + 1,) the largest absolute coordinates of the points, the scaled time last.
    """
    asked, most, greatest = _NOTHING_ASKED, 0.0, 0.0
    if isinstance(leaf, Attested):
        lack = leaf.source
        if not isinstance(lack, Lack):
            return None
        asked, most, greatest = lack.asked, lack.most, lack.greatest
    box = leaf.hyperboloid if isinstance(leaf, Attested) else leaf
    assert isinstance(box, Hyperboloid)
    with np.errstate(over="ignore"):
        faces = _coefficients(box)
    sound = np.isfinite(faces).all() and abs(faces).max() < _LARGEST
    if not (sound and abs(box.edge) < _LARGEST and 1e-6 < box.softness < _LARGEST):
        return None
    slack, bends = _slack(faces, box, reach), _bends(faces, box.softness, reach)
    return Box(faces, box.softness**2, box.edge, most, slack, bends, asked, greatest)


def compile_region(
    region: Region,
    dimension: int,
    trigrams: int,
    balls: int,
    box: Callable[[Region], Box | None],
    mask: Callable[[Condition], npt.NDArray[np.bool_]],
) -> Program | None:
    """Return a region as a program; None if it has a leaf that the loops cannot take.

    Args:
        region: of a space with the dimension given, or of none.
        dimension: of the points.
        trigrams: of the vocabulary, as far as any row holds them.
        balls: around the points; their evidence is left to be filled in.
        box: gives a hyperboloid as :func:`box_of` does.
        mask: gives the rows of a condition in stored order.
    """
    nodes = distinct_nodes(region)
    found = [node for node in nodes if node.is_leaf]
    boxes = {i: box(leaf) for i, leaf in enumerate(found) if _is_box(leaf)}
    if any(one is None for one in boxes.values()):
        return None
    steps = _steps(nodes, found)
    if any(kind == PRODUCT and not 1 / _LARGEST < w < _LARGEST for kind, _, _, w in steps):
        return None
    masks = [mask(leaf) for leaf in found if isinstance(leaf, Condition)]
    sound = {i: one for i, one in boxes.items() if one is not None}
    return Program(
        _leaves(found, sound, dimension, trigrams),
        np.array(steps, STEP),
        np.stack(masks) if masks else np.zeros((0, 0), np.bool_),
        np.zeros((len(found), balls), np.float32),
    )


def _is_box(leaf: Region) -> bool:
    return isinstance(leaf, Hyperboloid | Attested)


def _steps(nodes: list[Region], found: list[Region]) -> list[tuple[int, int, int, float]]:
    """Return the kind, operands and weight of each step; the last one gives the root."""
    registers: dict[object, int] = {shown_key(leaf): i for i, leaf in enumerate(found)}
    steps: list[tuple[int, int, int, float]] = []

    def step(kind: int, first: int, second: int = 0, weight: float = 1.0) -> int:
        steps.append((kind, first, second, weight))
        return len(found) + len(steps) - 1

    register = 0
    for node in nodes:
        if node.is_leaf:
            continue
        operands = [registers[shown_key(operand)] for operand in node.operands]
        register = operands[0]
        if isinstance(node, Complement):
            register = step(NEGATION, register)
        elif isinstance(node, Boosted):
            register = step(PRODUCT, register, weight=node.weight)
        else:
            kind = MAXIMUM if isinstance(node, Intersection) else MINIMUM
            for operand in operands[1:]:
                register = step(kind, register, operand)
        registers[shown_key(node)] = register
    if steps and register != len(found) + len(steps) - 1:
        step(MAXIMUM, register, register)
    return steps


def _coefficients(box: Hyperboloid) -> npt.NDArray[np.float32]:
    """Return C and S of the upper faces, then of the lower ones, ``(4, d)``."""
    both = (face.astype(np.float32) for face in (box.upper, box.lower))
    pairs = [face_coefficients(face, box.curvature) for face in both]
    return np.array([part for pair in pairs for part in pair], np.float32)


def _leaves(found: list[Region], boxes: dict[int, Box], dimension: int, trigrams: int) -> Leaves:
    numbers = np.zeros(len(found), LEAF)
    faces = np.zeros((len(found), 4, dimension), np.float32)
    asked = [_NOTHING_ASKED] * len(found)
    for i, leaf in enumerate(found):
        if isinstance(leaf, Condition):
            numbers["rows"][i] = np.count_nonzero(numbers["kind"] == ROWS)
            numbers["kind"][i] = ROWS
        elif i in boxes:
            box = boxes[i]
            faces[i], asked[i] = box.faces, box.asked
            numbers[i] = (
                *(BOX, 0, 0, box.softness, box.edge, box.most, box.greatest),
                *(*box.slack, *box.bends),
            )
        else:
            numbers["kind"][i] = CONSTANT
            numbers["constant"][i] = -math.inf if isinstance(leaf, Everything) else math.inf
    together = asking_together(asked)
    return Leaves(numbers, faces, together, slots_for(together, trigrams))


def _slack(
    faces: npt.NDArray[np.float32], box: Hyperboloid, reach: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return bounds of the rounding errors of an energy: constant, by its root, by itself.

    A face coordinate ``C x - S X0`` is computed with an error below ``d + 4`` eps of the sum of
    absolute values (of which d for X0, see `scaled_time`), which enters the energy times twice its
    root; the sum over the faces with d eps of it. Both the reference and the loops have such an
    error, and so has a tangent plane, whose terms are bounded by the greatest energy's.
    """
    d = faces.shape[1]
    upper = abs(faces[0]) * reach[:-1] + abs(faces[1]) * reach[-1]
    lower = abs(faces[2]) * reach[:-1] + abs(faces[3]) * reach[-1]
    reach_of_faces = math.sqrt(float((upper**2).sum() + (lower**2).sum()))
    error = 2 * (d + 4) * _EPS * reach_of_faces
    constant = error * (box.softness + error) + 4 * _EPS * (1.0 + abs(box.edge))
    return 2 * constant, 4 * error, 8 * (d + 4) * _EPS


def _bends(
    faces: npt.NDArray[np.float32], softness: float, reach: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return the least and greatest second derivative along x, and a bound of that along time.

    See :mod:`hyperquery.scan.bounding`. The faces of a pair are nowhere farther apart than at the
    points' largest coordinates.
    """
    c_upper, s_upper, c_lower, s_lower = faces.astype(np.float64)
    apart = (s_upper - s_lower) * reach[-1] + abs(c_upper - c_lower) * reach[:-1]
    u = -0.5 * apart / np.sqrt(0.25 * apart**2 + softness**2)
    least = (1 + u) ** 2 * (2 - u)
    closest = s_upper - s_lower - abs(c_upper - c_lower) * reach[:-1]
    most = np.where(closest >= 0, 2, 4) * np.maximum(c_upper, c_lower) ** 2
    return (
        float(least.min()) * 0.999,
        float(most.max()) * 1.001,
        float(4 * (s_upper**2 + s_lower**2).sum()),
    )
