"""A taxonomy's picture has a dot for every node, a geodesic for every edge, and apart names."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest

from hyperquery.errors import ConfigError
from hyperquery.geometry import GeometryError
from hyperquery.hierarchy import TaxonomyError, embed, from_paths
from hyperquery.plotting import (
    plot_hierarchy,
    sector_layout,
    taxonomy_scene,
    to_html,
    to_svg,
)
from hyperquery.plotting.taxonomy_scene import branch_colors

pytest.importorskip("matplotlib")

SVG = "{http://www.w3.org/2000/svg}"
PATHS = [
    f"{top} > {middle} > {leaf}"
    for top in ("Home <& Garden", "Phones", "Toys", "$Books$")
    for middle in ("Large", "Small", "Spare parts")
    for leaf in ("new", "used", "rented")
]


@pytest.fixture(scope="module")
def taxonomy() -> nx.DiGraph:
    return from_paths(PATHS)


LAYOUTS = ["sectors", "sarkar", "embedding"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_node_has_a_dot_every_edge_a_line_and_names_are_apart(taxonomy, layout):
    scene = taxonomy_scene(taxonomy, layout=layout)
    assert sorted(dot.title for dot in scene.dots) == sorted(taxonomy)
    edges = [line for line in scene.lines if not line.dashed]
    assert len(edges) == taxonomy.number_of_edges()
    boxes = [text.box(scene.scale) for text in scene.texts]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert {"Phones", "Toys"} <= {text.words for text in scene.texts}
    for box in boxes:
        assert scene.extent.left <= box.left
        assert box.right <= scene.extent.right
        assert scene.extent.bottom <= box.bottom
        assert box.top <= scene.extent.top


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lines_go_from_parent_to_child(taxonomy, layout):
    scene = taxonomy_scene(taxonomy, layout=layout)
    at = {dot.title: (dot.x, dot.y) for dot in scene.dots}
    lines = [line for line in scene.lines if not line.dashed]
    for line, (parent, child) in zip(lines, taxonomy.edges, strict=True):
        assert line.points[0] == pytest.approx(at[parent])
        assert line.points[-1] == pytest.approx(at[child])


def test_the_sector_layout_has_one_area_for_each_branch(taxonomy):
    scene = taxonomy_scene(taxonomy)
    titles = [shape.title for shape in scene.shapes if shape.title]
    assert titles == ["Home <& Garden", "Phones", "Toys", "$Books$"]
    dots = np.array([(dot.x, dot.y) for dot in scene.dots])
    assert dots == pytest.approx(sector_layout(taxonomy).points)


def test_boxes_of_two_dimensions_hold_the_points_below(taxonomy):
    from matplotlib.path import Path

    scene = taxonomy_scene(embed(taxonomy, 2, progress=False))
    at = {dot.title: (dot.x, dot.y) for dot in scene.dots}
    boxes = {shape.title: shape.outlines[0] for shape in scene.shapes if shape.title}
    assert len(boxes) == 4 + 12
    for node, outline in boxes.items():
        below = [at[under] for under in nx.descendants(taxonomy, node)]
        assert Path(outline).contains_points(below).all()
        assert (np.hypot(*outline.T) <= 1).all()


def test_more_dimensions_have_points_and_circles_of_distance(taxonomy):
    scene = taxonomy_scene(embed(taxonomy, 5, progress=False))
    assert len(scene.dots) == len(taxonomy)
    assert [shape.title for shape in scene.shapes] == ["", ""]
    assert any(line.dashed for line in scene.lines)


def test_root_and_depth_take_a_part(taxonomy):
    scene = taxonomy_scene(taxonomy, root="Phones", depth=2, title="Phones")
    assert [dot.title for dot in scene.dots] == [
        "Phones",
        "Phones > Large",
        "Phones > Small",
        "Phones > Spare parts",
    ]
    assert scene.name == "Phones"
    boxes = [text.box(scene.scale) for text in scene.texts]
    assert scene.texts[-1].words == "Phones"
    assert boxes[-1].bottom >= max(1.0, *(box.top for box in boxes[:-1]))


def test_a_second_parent_is_dashed_and_products_make_dots_larger():
    graph = nx.DiGraph([("a", "c"), ("b", "c")])
    nx.set_node_attributes(graph, {"a": 1, "b": 9, "c": 1}, "products")
    scene = taxonomy_scene(graph)
    assert [line.dashed for line in scene.lines] == [False, True]
    radii = {dot.title: dot.radius for dot in scene.dots}
    assert radii["b (9 products)"] > radii["a (1 products)"] == radii["c (1 products)"]


def test_one_node_has_a_picture():
    graph = nx.DiGraph()
    graph.add_node("only")
    scene = taxonomy_scene(graph)
    assert [text.words for text in scene.texts] == ["only"]
    assert scene.lines == ()


def test_branches_have_colors_also_below_a_single_root():
    colors = branch_colors(nx.DiGraph([("r", "a"), ("r", "b"), ("b", "c")]))
    assert len({colors["r"], colors["a"], colors["b"]}) == 3
    assert colors["c"] == colors["b"]


def test_a_figure_shows_the_same_at_the_same_places(taxonomy):
    scene = taxonomy_scene(taxonomy)
    figure = plot_hierarchy(taxonomy)
    (axes,) = figure.axes
    edges, dots = axes.collections
    assert len(edges.get_segments()) == len(scene.lines)
    assert np.asarray(dots.get_offsets()) == pytest.approx(
        np.array([(dot.x, dot.y) for dot in scene.dots])
    )
    assert [text.get_text() for text in axes.texts] == [text.words for text in scene.texts]


def test_drawn_names_do_not_overlap_either(taxonomy):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = plot_hierarchy(taxonomy)
    figure.set_dpi(150)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    inside = [box.padded(-1.0) for box in boxes]
    assert not any(a.overlaps(b) for a, b in combinations(inside, 2))
    for box in boxes:
        assert figure.bbox.x0 <= box.x0
        assert box.x1 <= figure.bbox.x1


def test_svg_is_the_same_every_time_and_has_titles(taxonomy):
    text = to_svg(taxonomy_scene(taxonomy))
    assert text == to_svg(taxonomy_scene(taxonomy))
    svg = ElementTree.fromstring(text)
    circles = svg.findall(f"{SVG}circle")
    assert sorted(circle.findtext(f"{SVG}title") for circle in circles) == sorted(taxonomy)
    scene = taxonomy_scene(taxonomy)
    first = scene.dots[0]
    x = (first.x - scene.extent.left) * scene.scale
    assert float(circles[0].get("cx")) == pytest.approx(x, abs=0.01)


def test_a_page_needs_nothing_else(taxonomy):
    page = to_html(taxonomy_scene(taxonomy, title="A & B"))
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>A &amp; B</title>" in page
    assert "<script" not in page
    assert "href" not in page
    assert page.count("<svg") == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"layout": "spiral"}, ConfigError, "layout is"),
        ({"size": 0}, ConfigError, "above 0"),
        ({"depth": 0}, ConfigError, "above 0"),
        ({"root": "Cars"}, TaxonomyError, "no node 'Cars'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(taxonomy, options, error, message):
    with pytest.raises(error, match=message):
        taxonomy_scene(taxonomy, **options)


def test_flat_boxes_have_no_disk(taxonomy):
    with pytest.raises(GeometryError, match="hyperbolic"):
        taxonomy_scene(embed(taxonomy, 2, curvature=0.0, progress=False))
