"""A picture before it is drawn: shapes, lines, dots and texts at their places.

Figures, SVG and HTML are all drawn from the same scene, so they have the same coordinates. Lengths
are in units of the disk's radius, y upwards; sizes of type, dots and strokes are in points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from hyperquery.plotting.disk import Floats

INK, GREY, PALE, PAPER = "#222831", "#8a929c", "#c9ced6", "#f7f8fa"
BLUE, ORANGE, GREEN = "#3b6fb6", "#d9822b", "#2f8f6b"
PALETTE = (
    BLUE, ORANGE, GREEN, "#a4508b", "#b5473c",
    "#2b93a8", "#8c6d31", "#6f5fb0", "#5c7f2b", "#56677d",
)  # fmt: skip
"""Colors of categories, in turn."""

DASHES = (4.0, 3.0)  # of a dashed line: drawn, and left out
LINE_HEIGHT = 1.25  # of the type's size
BASELINE = 0.36  # from the middle of a line down to its baseline
_HINTED = 1.04  # of a text's width: on a grid of pixels, letters move apart
_FONT = "DejaVu Sans"
_UNKNOWN = "\N{WHITE SQUARE}"


class Box(NamedTuple):
    """A rectangle along the axes."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether the insides of two rectangles meet."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


@dataclass(frozen=True, eq=False)
class Shape:
    """An area within closed outlines; where two lie in each other, the inner one is a hole."""

    outlines: tuple[Floats, ...]
    fill: str | None = None
    opacity: float = 1.0
    edge: str | None = None
    width: float = 0.8
    title: str = ""


@dataclass(frozen=True, eq=False)
class Line:
    """A path through points, (n, 2)."""

    points: Floats
    color: str = GREY
    width: float = 0.8
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A point with what it says when pointed at."""

    x: float
    y: float
    radius: float
    fill: str
    edge: str = "white"
    title: str = ""


@dataclass(frozen=True)
class Text:
    """One line of text, its middle at a height."""

    words: str
    x: float
    y: float
    align: Literal["left", "center", "right"] = "left"
    size: float = 8.0
    color: str = INK
    bold: bool = False
    title: str = ""

    def box(self, scale: float) -> Box:
        """Return the rectangle that the text covers, with so many points to a unit."""
        width = _HINTED * text_width(self.words, self.size, self.bold) / scale
        height = self.size * LINE_HEIGHT / scale
        left = self.x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return Box(left, self.y - height / 2, left + width, self.y + height / 2)


@dataclass(frozen=True, eq=False)
class Scene:
    """All of a picture, from back to front.

    Attributes:
        name: what it shows, in words.
        shapes: at the back.
        lines: over them.
        dots: over the lines.
        texts: at the front.
        scale: points to a unit.
        extent: what is shown.
    """

    name: str
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    texts: tuple[Text, ...]
    scale: float
    extent: Box


def extent_of(texts: Iterable[Text], scale: float, pad: float = 0.03) -> Box:
    """Return what holds the disk and all texts."""
    boxes = [Box(-1.0, -1.0, 1.0, 1.0), *(text.box(scale) for text in texts)]
    return Box(
        min(box.left for box in boxes) - pad,
        min(box.bottom for box in boxes) - pad,
        max(box.right for box in boxes) + pad,
        max(box.top for box in boxes) + pad,
    )


def readable(text: str) -> str:
    """Return a text with a white square for every character that the font has no sign for.

    Examples:
        >>> readable("tea pot")
        'tea pot'
    """
    known = _known_characters()
    return "".join(letter if ord(letter) in known else _UNKNOWN for letter in text)


@cache
def text_width(words: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is, in points.

    Raises:
        ImportError: If matplotlib, which knows the font, is not installed.
    """
    require_matplotlib()
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=_FONT, size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(readable(words), font, ismath=False)
    return float(width)


def require_matplotlib() -> None:
    """Say what to install where matplotlib is missing.

    Raises:
        ImportError: If it is.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install 'hyperquery[plot]'") from error


@cache
def _known_characters() -> frozenset[int]:
    require_matplotlib()
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=_FONT))).get_charmap())
