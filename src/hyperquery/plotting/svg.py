"""Scenes as SVG, and as a page of HTML: what is pointed at says its title, without scripts."""

from __future__ import annotations

from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from hyperquery.engine.columns import cell
from hyperquery.plotting.disk import Floats
from hyperquery.plotting.scene import (
    BASELINE,
    DASHES,
    PAPER,
    Dot,
    Line,
    Scene,
    Shape,
    Text,
    text_width,
)

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_STYLE = """
circle:hover, path.area:hover { stroke: #222831; stroke-width: 1.6; }
text { font-family: "DejaVu Sans", Verdana, sans-serif; paint-order: stroke; stroke: white;
       stroke-width: 2.2px; stroke-linejoin: round; }
"""


def to_svg(scene: Scene) -> str:
    """Return a scene as SVG; dots and areas say their titles when pointed at.

    The same scene gives the same text, to the last character.

    Raises:
        ImportError: If matplotlib, which measures texts, is not installed.
    """
    left, bottom, right, top = scene.extent
    width, height = f"{(right - left) * scene.scale:.2f}", f"{(top - bottom) * scene.scale:.2f}"
    svg = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
    )
    _say(svg, scene.name)
    SubElement(svg, "style").text = _STYLE
    for shape in scene.shapes:
        _say(SubElement(svg, "path", _area(shape, scene)), shape.title)
    for line in scene.lines:
        SubElement(svg, "path", _stroke(line, scene))
    for dot in scene.dots:
        _say(SubElement(svg, "circle", _circle(dot, scene)), dot.title)
    for text in scene.texts:
        drawn = SubElement(svg, "text", _words(text, scene))
        drawn.text = cell(text.words)
        _say(drawn, text.title)
    return tostring(svg, encoding="unicode")


def to_html(scene: Scene) -> str:
    """Return a scene as one page that needs nothing else: no script, no style sheet, no image.

    Raises:
        ImportError: If matplotlib, which measures texts, is not installed.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(cell(scene.name))}</title>\n"
        f"<style>body {{ margin: 2em; background: {PAPER}; text-align: center; }}\n"
        "svg { max-width: 100%; height: auto; background: white; }</style>\n"
        f"</head>\n<body>\n{to_svg(scene)}\n</body>\n</html>\n"
    )


def _area(shape: Shape, scene: Scene) -> dict[str, str]:
    return {
        "d": "".join(f"{_path(outline, scene)}Z" for outline in shape.outlines),
        "class": "area" if shape.title else "ground",
        "fill": shape.fill or "none",
        "fill-opacity": f"{shape.opacity:g}",
        "fill-rule": "evenodd",
        "stroke": shape.edge or "none",
        "stroke-width": f"{shape.width:g}",
    }


def _stroke(line: Line, scene: Scene) -> dict[str, str]:
    drawn = {
        "d": _path(line.points, scene),
        "fill": "none",
        "stroke": line.color,
        "stroke-width": f"{line.width:g}",
    }
    if line.dashed:
        drawn["stroke-dasharray"] = " ".join(f"{dash * line.width:g}" for dash in DASHES)
    return drawn


def _circle(dot: Dot, scene: Scene) -> dict[str, str]:
    return {
        "cx": _x(dot.x, scene),
        "cy": _y(dot.y, scene),
        "r": f"{dot.radius:g}",
        "fill": dot.fill,
        "stroke": dot.edge,
        "stroke-width": "0.6",
    }


def _words(text: Text, scene: Scene) -> dict[str, str]:
    return {
        "x": _x(text.x, scene),
        "y": _y(text.y - BASELINE * text.size / scene.scale, scene),
        "font-size": f"{text.size:g}",
        "font-weight": "bold" if text.bold else "normal",
        "fill": text.color,
        "text-anchor": _ANCHORS[text.align],
        # whatever font is there, the text is as wide as it was measured
        "textLength": f"{text_width(text.words, text.size, text.bold):.2f}",
        "lengthAdjust": "spacingAndGlyphs",
    }


def _path(points: Floats, scene: Scene) -> str:
    return "M" + "L".join(f"{_x(x, scene)} {_y(y, scene)}" for x, y in points.tolist())


def _x(value: float, scene: Scene) -> str:
    return f"{(value - scene.extent.left) * scene.scale:.2f}"


def _y(value: float, scene: Scene) -> str:
    return f"{(scene.extent.top - value) * scene.scale:.2f}"


def _say(element: Element, title: str) -> None:
    if title:
        SubElement(element, "title").text = cell(title)
