"""Scenes as matplotlib figures, as SVG and as a page of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np

from hyperquery.engine.columns import cell
from hyperquery.plotting.disk import Floats
from hyperquery.plotting.scene import (
    BASELINE,
    PAPER,
    Scene,
    Shape,
    readable,
    require_matplotlib,
    text_width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DASHES = (4.0, 3.0)
_HALO = 2.2  # points of white around a text
_STYLE = """
circle:hover, path.area:hover { stroke: #222831; stroke-width: 1.6; }
text { font-family: "DejaVu Sans", Verdana, sans-serif; paint-order: stroke; stroke: white;
       stroke-width: 2.2px; stroke-linejoin: round; }
"""


def to_figure(scene: Scene) -> Figure:
    """Draw a scene.

    Returns:
        A figure of its own, unknown to pyplot, as large as the scene says.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.patheffects import withStroke

    left, bottom, right, top = scene.extent
    inches = scene.scale / 72.0
    figure = Figure(figsize=((right - left) * inches, (top - bottom) * inches), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_axis_off()
    for shape in scene.shapes:
        _draw_shape(axes, shape)
    lines = LineCollection(
        [line.points for line in scene.lines],
        colors=[line.color for line in scene.lines],
        linewidths=[line.width for line in scene.lines],
        linestyles=[(0, _DASHES) if line.dashed else "-" for line in scene.lines],
        capstyle="round",
        zorder=2,
    )
    axes.add_collection(lines, autolim=False)
    axes.scatter(
        [dot.x for dot in scene.dots],
        [dot.y for dot in scene.dots],
        s=[(2.0 * dot.radius) ** 2 for dot in scene.dots],
        c=[dot.fill for dot in scene.dots],
        edgecolors=[dot.edge for dot in scene.dots],
        linewidths=0.6,
        zorder=3,
    )
    for text in scene.texts:
        axes.text(
            text.x,
            text.y - BASELINE * text.size / scene.scale,
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


def to_svg(scene: Scene) -> str:
    """Return a scene as SVG; dots and areas say their titles when pointed at.

    The same scene gives the same text, to the last character.

    Raises:
        ImportError: If matplotlib, which measures texts, is not installed.
    """
    left, bottom, right, top = scene.extent
    scale = scene.scale

    def x(value: float) -> str:
        return f"{(value - left) * scale:.2f}"

    def y(value: float) -> str:
        return f"{(top - value) * scale:.2f}"

    def path(points: Floats) -> str:
        return "M" + "L".join(f"{x(px)} {y(py)}" for px, py in points.tolist())

    width, height = f"{(right - left) * scale:.2f}", f"{(top - bottom) * scale:.2f}"
    svg = ElementTree.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
    )
    _titled(svg, scene.name)
    ElementTree.SubElement(svg, "style").text = _STYLE
    for shape in scene.shapes:
        drawn = ElementTree.SubElement(
            svg,
            "path",
            {
                "d": "".join(f"{path(ring)}Z" for ring in shape.outlines),
                "class": "area" if shape.title else "ground",
                "fill": shape.fill or "none",
                "fill-opacity": f"{shape.opacity:g}",
                "fill-rule": "evenodd",
                "stroke": shape.edge or "none",
                "stroke-width": f"{shape.width:g}",
            },
        )
        _titled(drawn, shape.title)
    for line in scene.lines:
        style = {"stroke-dasharray": " ".join(f"{dash:g}" for dash in _DASHES)}
        ElementTree.SubElement(
            svg,
            "path",
            {
                "d": path(line.points),
                "fill": "none",
                "stroke": line.color,
                "stroke-width": f"{line.width:g}",
                **(style if line.dashed else {}),
            },
        )
    for dot in scene.dots:
        place = {"cx": x(dot.x), "cy": y(dot.y), "r": f"{dot.radius:g}"}
        stroke = {"stroke": dot.edge, "stroke-width": "0.6"}
        drawn = ElementTree.SubElement(svg, "circle", {**place, "fill": dot.fill, **stroke})
        _titled(drawn, dot.title)
    anchors = {"left": "start", "center": "middle", "right": "end"}
    for text in scene.texts:
        drawn = ElementTree.SubElement(
            svg,
            "text",
            {
                "x": x(text.x),
                "y": f"{(top - text.y) * scale + BASELINE * text.size:.2f}",
                "font-size": f"{text.size:g}",
                "font-weight": "bold" if text.bold else "normal",
                "fill": text.color,
                "text-anchor": anchors[text.align],
                # whatever font is there, the text is as wide as it was measured
                "textLength": f"{text_width(text.words, text.size, text.bold):.2f}",
                "lengthAdjust": "spacingAndGlyphs",
            },
        )
        drawn.text = cell(text.words)
        _titled(drawn, text.title)
    return ElementTree.tostring(svg, encoding="unicode")


def to_html(scene: Scene) -> str:
    """Return a scene as one page that needs nothing else: no script, no style sheet, no image.

    Raises:
        ImportError: If matplotlib, which measures texts, is not installed.
    """
    name = escape(cell(scene.name))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{name}</title>\n"
        f"<style>body {{ margin: 2em; background: {PAPER}; text-align: center; }}\n"
        "svg { max-width: 100%; height: auto; background: white; }</style>\n"
        f"</head>\n<body>\n{to_svg(scene)}\n</body>\n</html>\n"
    )


def _titled(element: ElementTree.Element, title: str) -> None:
    if title:
        ElementTree.SubElement(element, "title").text = cell(title)
