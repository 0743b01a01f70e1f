"""A region tree as flat arrays for the compiled loops: its leaves, and one step a node."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

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
from hyperquery.scan.ceilings import slots_of
from hyperquery.scan.lack import Asked, Lack, asking, asking_together

BOX, ROWS, CONSTANT = 0, 1, 2
"""Kinds of leaves: a box with or without evidence, a set of rows, everything or nothing."""

MAXIMUM, MINIMUM, NEGATION, PRODUCT = 0, 1, 2, 3
"""Kinds of steps."""

_LARGEST: Final = 1e6  # coefficients and weights with which float32 sums stay sound
_EPS: Final = float(np.finfo(np.float32).eps)
_NOTHING_ASKED: Final = asking()


class Leaves(NamedTuple):
    """The leaves of a region, in the order in which they are evaluated.

    A call of a compiled loop copies seven words for each array that it is given, and can take far
    longer than its work if these are many: three numbers of a leaf are one array here.

    Attributes:
        kinds: (leaves,) BOX, ROWS or CONSTANT.
        faces: (leaves, 4, d) the coefficients of a box: C and S of the upper faces, then of the
            lower ones.
        softness: (leaves,) squared.
        edges: (leaves,) the energy at which a box ends.
        most: (leaves,) the most evidence that a row can lack, as energy.
        slack: (leaves, 3) what multiplies 1, the root of the energy and the energy, to bound the
            rounding errors of it.
        bends: (leaves, 3) the least second derivative of the energy along x, anywhere, the
            greatest, and a bound of that along the scaled time.
        constants: (leaves,) the margin of a constant.
        rows: (leaves,) of a set of rows: its position in the masks.
        asked: what the leaves ask of rows; nothing but of boxes with evidence.
        axis_slots: of the axes that they ask of, among the ceilings of balls.
        greatest: (leaves,) the evidence of a row that has nothing of what is asked.
    """

    kinds: npt.NDArray[np.int64]
    faces: npt.NDArray[np.float32]
    softness: npt.NDArray[np.float32]
    edges: npt.NDArray[np.float32]
    most: npt.NDArray[np.float32]
    slack: npt.NDArray[np.float32]
    bends: npt.NDArray[np.float32]
    constants: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]
    asked: Asked
    axis_slots: npt.NDArray[np.int64]
    greatest: npt.NDArray[np.float32]


class Steps(NamedTuple):
    """What is done with the margins of leaves: each step writes the register after the last.

    Attributes:
        kinds: (steps,) MAXIMUM, MINIMUM, NEGATION or PRODUCT.
        first: (steps,) the register of the first operand; leaves have the first registers.
        second: (steps,) that of the second, where there is one.
        weights: (steps,) the factor of a product.
        root: (1,) the register of the whole region's margin.
    """

    kinds: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    root: npt.NDArray[np.int64]


class Program(NamedTuple):
    """A region as the compiled loops take it.

    Attributes:
        leaves: of the region.
        steps: from their margins to the region's.
        masks: (sets of rows, n) in stored order.
    """

    leaves: Leaves
    steps: Steps
    masks: npt.NDArray[np.bool_]


class Box(NamedTuple):
    """A box with or without evidence, as one row of :class:`Leaves`."""

    faces: npt.NDArray[np.float32]
    softness: float
    edge: float
    most: float
    slack: tuple[float, float, float]
    bends: tuple[float, float, float]
    asked: Asked
    axis_slots: npt.NDArray[np.int64]
    greatest: float


def box_of(leaf: Region, reach: npt.NDArray[np.float64], slots: int) -> Box | None:
    """Return a hyperboloid with or without evidence as a box; None if the loops cannot take it.

    Args:
        leaf: the hyperboloid.
        reach: (d + 1,) the largest absolute coordinates of the points, the scaled time last.
        slots: of the balls' ceilings.
    """
    asked, axis_slots = _NOTHING_ASKED, _NOTHING_ASKED.axes
    most = greatest = 0.0
    if isinstance(leaf, Attested):
        lack = leaf.source
        if not isinstance(lack, Lack):
            return None
        asked, most, greatest = lack.asked, lack.most, lack.greatest
        axis_slots = slots_of(asked.axes, lack.holdings.trigrams, slots)
    box = leaf.hyperboloid if isinstance(leaf, Attested) else leaf
    assert isinstance(box, Hyperboloid)
    with np.errstate(over="ignore"):
        faces = _coefficients(box)
    sound = np.isfinite(faces).all() and abs(faces).max() < _LARGEST
    if not (sound and abs(box.edge) < _LARGEST and 1e-6 < box.softness < _LARGEST):
        return None
    slack, bends = _slack(faces, box, reach), _bends(faces, box.softness, reach)
    return Box(
        faces, box.softness**2, box.edge, most, slack, bends, asked, axis_slots, greatest
    )  # fmt: skip


def compile_region(
    region: Region,
    dimension: int,
    box: Callable[[Region], Box | None],
    mask: Callable[[Condition], npt.NDArray[np.bool_]],
) -> Program | None:
    """Return a region as a program; None if it has a leaf that the loops cannot take.

    Args:
        region: of a space with the dimension given, or of none.
        dimension: of the points.
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
    last = len(found) + len(steps) - 1
    return Program(
        _leaves(found, {i: one for i, one in boxes.items() if one is not None}, dimension),
        Steps(
            kinds=np.array([kind for kind, *_ in steps], np.int64),
            first=np.array([first for _, first, *_ in steps], np.int64),
            second=np.array([second for *_, second, _ in steps], np.int64),
            weights=np.array([weight for *_, weight in steps], np.float32),
            root=np.array([last], np.int64),
        ),
        np.stack(masks) if masks else np.zeros((0, 0), np.bool_),
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


def _leaves(found: list[Region], boxes: dict[int, Box], dimension: int) -> Leaves:
    count = len(found)
    softness, edges, most, constants, greatest = np.zeros((5, count), np.float32)
    faces = np.zeros((count, 4, dimension), np.float32)
    slack, bends = np.zeros((2, count, 3), np.float32)
    kinds = np.full(count, CONSTANT)
    rows = np.zeros(count, np.int64)
    asked, axis_slots = [_NOTHING_ASKED] * count, [_NOTHING_ASKED.axes]
    for i, leaf in enumerate(found):
        if isinstance(leaf, Condition):
            rows[i] = np.count_nonzero(kinds == ROWS)
            kinds[i] = ROWS
        elif i in boxes:
            box = boxes[i]
            kinds[i], faces[i], softness[i], edges[i] = BOX, box.faces, box.softness, box.edge
            most[i], slack[i], bends[i] = box.most, box.slack, box.bends
            asked[i], greatest[i] = box.asked, box.greatest
            axis_slots.append(box.axis_slots)
        else:
            constants[i] = -math.inf if isinstance(leaf, Everything) else math.inf
    return Leaves(
        kinds, faces, softness, edges, most, slack, bends, constants,
        rows, asking_together(asked), np.concatenate(axis_slots), greatest,
    )  # fmt: skip


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
