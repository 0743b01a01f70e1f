"""How much of the disk a picture shows: all of it, or what is within a distance of the centre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hyperquery.plotting.disk import Floats, circle
from hyperquery.plotting.scene import GREY, INK, PALE, PAPER, Line, Shape, Text

_WHOLE = 0.85  # from here on the whole disk is shown
_ROOM = 1.12  # around the outermost point
_MOST_RINGS = 4
_RING_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Frame:
    """A circle around the centre of the disk that becomes the border of the picture.

    Attributes:
        reach: its Euclidean radius, 1 for the whole disk.
    """

    reach: float

    @classmethod
    def around(cls, points: Floats) -> Frame:
        """Return the frame that holds points of the disk, (n, 2), with some room around them.

        Examples:
            >>> Frame.around(np.array([[0.25, 0.0]])), Frame.around(np.array([[0.9, 0.0]]))
            (Frame(reach=0.28), Frame(reach=1.0))
        """
        farthest = float(np.hypot(points[:, 0], points[:, 1]).max(initial=0.0)) * _ROOM
        return cls(1.0 if farthest > _WHOLE or not farthest else round(farthest, 9))

    @property
    def distance(self) -> float:
        """The hyperbolic distance of the border from the centre; infinite for the whole disk."""
        return float(2.0 * np.arctanh(self.reach)) if self.reach < 1.0 else np.inf

    def place(self, points: Floats) -> Floats:
        """Return where points of the disk are in the picture, whose radius is 1."""
        return points / self.reach

    def rings(self) -> list[float]:
        """Return round distances from the centre for circles within the border."""
        end = min(self.distance, 6.0)
        step = next((s for s in _RING_STEPS if end / s <= _MOST_RINGS), _RING_STEPS[-1])
        distances = np.arange(step, end * 0.98, step)
        return [round(float(distance), 6) for distance in distances]

    def ground(self) -> Shape:
        """Return what everything is drawn on."""
        return Shape((circle(1.0),), PAPER)

    def border(self) -> Shape:
        """Return the circle around everything."""
        return Shape((circle(1.0),), edge=INK, width=1.2)

    def ring_lines(self) -> list[Line]:
        """Return circles at round distances from the centre."""
        outlines = [circle(float(np.tanh(d / 2.0)) / self.reach) for d in self.rings()]
        return [
            Line(np.concatenate([outline, outline[:1]]), PALE, 0.5, dashed=True)
            for outline in outlines
        ]

    def ring_names(self) -> list[Text]:
        """Return the distances of the circles, below the centre."""
        return [
            Text(f"{d:g}", 0.0, -float(np.tanh(d / 2.0)) / self.reach, "center", 6.0, GREY)
            for d in self.rings()
        ]
