"""Where names go, so that no two overlap: beside their points, or in columns beside the disk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hyperquery.errors import ConfigError
from hyperquery.plotting.scene import INK, LINE_HEIGHT, Box, Text

_REACHES = (2.0, 9.0, 18.0, 30.0)  # points from a dot to its name, the farther ones for who insists
_LEADER_GAP = 0.015  # from a line to its name
_ROOM = 1.5  # points to the left and to the right of a name


@dataclass(frozen=True)
class Anchor:
    """A point that wants a name beside it.

    Where there is no room, one that insists may have it over dots, or farther away.
    """

    words: str
    x: float
    y: float
    radius: float
    size: float = 7.0
    color: str = INK
    bold: bool = False
    title: str = ""
    insists: bool = False


def beside_points(
    anchors: Sequence[Anchor],
    scale: float,
    dots: Sequence[Box] = (),
    taken: Sequence[Text] = (),
    most: int | None = None,
) -> list[Text]:
    """Name points, the first ones first, wherever that covers nothing.

    A name may stand on eight sides of its point, tried from the one that looks away from the disk's
    centre. One that fits on none of them is left out.

    Args:
        anchors: the points, most important first.
        scale: points to a unit.
        dots: what names should not cover.
        taken: texts that are there already.
        most: how many names at most.

    Examples:
        >>> names = beside_points([Anchor("tea", 0.5, 0.0, 2.0), Anchor("pot", 0.5, 0.0, 2.0)], 200)
        >>> [(name.words, name.align) for name in names]
        [('tea', 'left'), ('pot', 'right')]
        >>> names[0].box(200).overlaps(names[1].box(200))
        False
    """
    placed: list[Text] = []
    covered = [text.box(scale) for text in taken]
    for anchor in anchors:
        if most is not None and len(placed) >= most:
            break
        found = _free_side(anchor, scale, covered, dots)
        if found is not None:
            placed.append(found[0])
            covered.append(found[1])
    return placed


def _free_side(
    anchor: Anchor, scale: float, covered: Sequence[Box], dots: Sequence[Box]
) -> tuple[Text, Box] | None:
    """Return the name where it covers nothing; if it insists, over dots, then farther away."""
    for reach in _REACHES if anchor.insists else _REACHES[:1]:
        sides = _sides(anchor, reach, scale)
        free = [side for side in sides if not _meets(side[1], covered)]
        clear = [side for side in free if not _meets(side[1], dots)]
        if clear or (free and anchor.insists):
            return (clear or free)[0]
    return None


def _meets(box: Box, others: Sequence[Box]) -> bool:
    return any(box.overlaps(other) for other in others)


def _sides(anchor: Anchor, reach: float, scale: float) -> list[tuple[Text, Box]]:
    """Return the name on each side of its point with what it covers, the outward one first."""
    away = math.atan2(anchor.y, anchor.x)
    angles = sorted(
        (math.pi / 4 * turn for turn in range(8)),
        key=lambda angle: round(-math.cos(angle - away), 9),
    )
    texts = [_on_side(anchor, angle, reach, scale) for angle in angles]
    room = _ROOM / scale
    return [
        (text, Box(box.left - room, box.bottom, box.right + room, box.top))
        for text in texts
        for box in [text.box(scale)]
    ]


def _on_side(anchor: Anchor, angle: float, reach: float, scale: float) -> Text:
    gap = (anchor.radius + reach) / scale
    half = anchor.size * LINE_HEIGHT / 2 / scale
    across, up = round(math.cos(angle), 9), round(math.sin(angle), 9)
    align: Literal["left", "center", "right"] = "center"
    if across:
        align = "left" if across > 0 else "right"
    if not across:
        rise = math.copysign(gap - _REACHES[0] / scale + half, up)
    elif not up:
        rise = 0.0
    else:
        rise = up * gap + math.copysign(0.6 * half, up)
    x, y = anchor.x + across * gap, anchor.y + rise
    return Text(anchor.words, x, y, align, anchor.size, anchor.color, anchor.bold, anchor.title)


@dataclass(frozen=True)
class Leader:
    """A name in a column, and the line from there, at the text's height, to its point."""

    text: Text
    start: float
    x: float
    y: float


def in_columns(
    anchors: Sequence[Anchor], scale: float, beside: float = 1.1, height: float = 0.95
) -> list[Leader]:
    """Name every point, in columns to the left and to the right of the disk.

    Points go to the side that they are on, as far as there is room; lines to the points of a side
    do not cross each other, which is so where they are shortest together.

    Args:
        anchors: the points.
        scale: points to a unit.
        beside: where the columns begin, from the centre.
        height: where they end, above and below the centre.

    Returns:
        In the order of the points.

    Raises:
        ConfigError: If there are more than the columns have lines for.
    """
    places: dict[int, Leader] = {}
    by_x = sorted(range(len(anchors)), key=lambda at: anchors[at].x)
    room = _lines(anchors, scale, height)
    if len(anchors) > 2 * room:
        raise ConfigError(f"there is room for {2 * room} names, not {len(anchors)}: show fewer")
    on_left = sum(anchor.x < 0 for anchor in anchors)
    on_left = min(max(on_left, len(anchors) - room), room)
    for side, members in ((-1.0, by_x[:on_left]), (1.0, by_x[on_left:])):
        slots = _slots([anchors[at] for at in members], scale, height)
        start = side * (beside - _LEADER_GAP)
        members = _uncrossed(sorted(members, key=lambda at: anchors[at].y), anchors, start, slots)
        for at, y in zip(members, slots, strict=True):
            one = anchors[at]
            align: Literal["left", "right"] = "left" if side > 0 else "right"
            x = side * beside
            text = Text(one.words, x, y, align, one.size, one.color, one.bold, one.title)
            places[at] = Leader(text, start, one.x, one.y)
    return [places[at] for at in range(len(anchors))]


def _line(anchors: Sequence[Anchor], scale: float) -> float:
    """Return the height of a column's line."""
    return max(anchor.size for anchor in anchors) * LINE_HEIGHT * 1.15 / scale


def _lines(anchors: Sequence[Anchor], scale: float, height: float) -> int:
    """Return how many lines a column has room for."""
    return int(2 * height / _line(anchors, scale)) + 1 if anchors else 0


def _slots(anchors: Sequence[Anchor], scale: float, height: float) -> list[float]:
    """Return the heights of a column's lines, from the lowest, near those of the points."""
    if not anchors:
        return []
    gaps = len(anchors) - 1
    spread = min(2 * height, gaps * 1.7 * _line(anchors, scale))
    middle = sum(anchor.y for anchor in anchors) / len(anchors)
    middle = max(spread / 2 - height, min(height - spread / 2, middle))
    return [middle - spread / 2 + spread * at / max(1, gaps) for at in range(len(anchors))]


def _uncrossed(
    members: list[int], anchors: Sequence[Anchor], start: float, slots: Sequence[float]
) -> list[int]:
    """Swap names until their lines do not cross: every swap makes the lines shorter together."""
    order = list(members)

    def length(at: int, slot: int) -> float:
        return math.hypot(anchors[at].x - start, anchors[at].y - slots[slot])

    swapped = True
    while swapped:
        swapped = False
        for first in range(len(order)):
            for second in range(first):
                a, b = order[first], order[second]
                now = length(a, first) + length(b, second)
                if length(a, second) + length(b, first) < now - 1e-12:
                    order[first], order[second] = b, a
                    swapped = True
    return order
