"""Scenes as matplotlib figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hyperquery.plotting.disk import Floats
from hyperquery.plotting.scene import (
    BASELINE,
    DASHES,
    Scene,
    Shape,
    Text,
    readable,
    require_matplotlib,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HALO = 2.2  # points of white around a text


def to_figure(scene: Scene) -> Figure:
    """Draw a scene.

    Returns:
        A figure of its own, unknown to pyplot, as large as the scene says.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    left, bottom, right, top = scene.extent
    inches = scene.scale / 72.0
    figure = Figure(figsize=((right - left) * inches, (top - bottom) * inches), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_axis_off()
    for shape in scene.shapes:
        _draw_shape(axes, shape)
    _draw_lines(axes, scene)
    _draw_dots(axes, scene)
    for text in scene.texts:
        _draw_text(axes, text, scene.scale)
    return figure


def _draw_shape(axes: Axes, shape: Shape) -> None:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    outline = Path.make_compound_path(
        *(Path(ring, closed=False) for ring in map(_closed, shape.outlines))
    )
    axes.add_patch(
        PathPatch(
            outline,
            facecolor=to_rgba(shape.fill, shape.opacity) if shape.fill else "none",
            edgecolor=shape.edge or "none",
            linewidth=shape.width,
            zorder=1,
        )
    )


def _closed(ring: Floats) -> Floats:
    return np.concatenate([ring, ring[:1]])


def _draw_lines(axes: Axes, scene: Scene) -> None:
    from matplotlib.collections import LineCollection

    lines = LineCollection(
        [line.points for line in scene.lines],
        colors=[line.color for line in scene.lines],
        linewidths=[line.width for line in scene.lines],
        linestyles=[(0, DASHES) if line.dashed else "-" for line in scene.lines],
        capstyle="round",
        zorder=2,
    )
    axes.add_collection(lines, autolim=False)


def _draw_dots(axes: Axes, scene: Scene) -> None:
    axes.scatter(
        [dot.x for dot in scene.dots],
        [dot.y for dot in scene.dots],
        s=[(2.0 * dot.radius) ** 2 for dot in scene.dots],
        c=[dot.fill for dot in scene.dots],
        edgecolors=[dot.edge for dot in scene.dots],
        linewidths=0.6,
        zorder=3,
    )


def _draw_text(axes: Axes, text: Text, scale: float) -> None:
    from matplotlib.patheffects import withStroke

    axes.text(
        text.x,
        text.y - BASELINE * text.size / scale,
        readable(text.words),
        ha=text.align,
        va="baseline",
        fontsize=text.size,
        fontfamily="DejaVu Sans",
        weight="bold" if text.bold else "normal",
        color=text.color,
        parse_math=False,
        zorder=4,
        path_effects=[withStroke(linewidth=_HALO, foreground="white")],
    )
