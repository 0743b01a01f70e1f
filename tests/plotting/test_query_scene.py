"""A query's picture names every hit, shades its matches, and says what it shows."""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest
from matplotlib.path import Path

from hyperquery import Engine
from hyperquery.errors import ConfigError, QueryError
from hyperquery.plotting import plot_query, query_scene, to_svg
from hyperquery.plotting.frames import Frame
from hyperquery.plotting.projection import fit_plane
from hyperquery.plotting.scene import ORANGE, readable
from hyperquery.plotting.shading import areas, grid, match_shares, section_margins

QUERY = "kettle AND NOT folding"


def test_every_hit_is_named_and_no_name_covers_another(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=10)
    hits = small_engine.search(QUERY, 10)
    names = [text.words for text in scene.texts if text.words.split(".")[0].isdigit()]
    names = [name for name in names if ". " in name]
    assert len(names) == 10
    for rank, hit in enumerate(hits, 1):
        assert any(name.startswith(f"{rank}. {hit.title[:15]}") for name in names)
    boxes = [text.box(scene.scale) for text in scene.texts]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    for box in boxes:
        assert scene.extent.left <= box.left
        assert box.right <= scene.extent.right


def test_all_products_are_drawn_and_those_that_match_are_filled(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=4)
    assert len(scene.dots) == len(small_engine)
    filled = sum(dot.fill == ORANGE for dot in scene.dots)
    assert filled == len(small_engine.matches(QUERY)) > 4
    assert all(np.hypot(dot.x, dot.y) < 1 for dot in scene.dots)


def test_dots_are_where_the_projection_puts_the_products(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=4)
    hits, points = small_engine.search(QUERY, 4), np.asarray(small_engine.points, np.float64)
    row_of = {id_: row for row, id_ in enumerate(small_engine.catalog.ids)}
    matches = [row_of[id_] for id_ in small_engine.matches(QUERY)]
    first = [row_of[id_] for id_ in hits.ids]
    deciding = [*first, *(row for row in matches if row not in first)]
    plane = fit_plane(points, small_engine.model.curvature, points[deciding])
    disk = plane.to_disk(points)
    best = scene.dots[-1]
    assert [best.x, best.y] == pytest.approx(disk[first[0]] / Frame.around(disk).reach)
    assert best.title.startswith("1. ")


def test_the_shaded_areas_hold_most_matches_and_few_others(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=6)
    area = next(shape for shape in scene.shapes if shape.title.startswith("50%"))
    inside = np.zeros(len(scene.dots), np.bool_)
    places = [(dot.x, dot.y) for dot in scene.dots]
    for outline in area.outlines:
        inside ^= Path(outline).contains_points(places)
    filled = np.array([dot.fill == ORANGE for dot in scene.dots])
    assert inside[filled].mean() > 0.5
    assert inside[~filled].mean() < 0.2


def test_of_many_products_some_are_drawn_and_it_says_so(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=3, most_points=12)
    assert len(scene.dots) == 12
    assert any("12 of 48 are drawn" in text.words for text in scene.texts)


def test_the_section_is_the_regions_margin_in_the_plane(small_engine: Engine) -> None:
    points = np.asarray(small_engine.points, np.float64)
    plane = fit_plane(points, small_engine.model.curvature)
    places = np.array([[0.1, 0.2], [-0.3, 0.0]])
    margins = section_margins(small_engine, QUERY, places, plane)
    kettle, folding = (small_engine.hyperboloid(term) for term in ("kettle", "folding"))
    assert margins == pytest.approx((kettle - folding).margin(plane.lift(places)))
    scene = query_scene(small_engine, "kettle", k=3, shade="section")
    assert any("section" in text.words for text in scene.texts)


def test_a_condition_has_no_section(small_engine: Engine) -> None:
    with pytest.raises(QueryError, match='shade="matches"'):
        query_scene(small_engine, '"folding kettle"', shade="section")


def test_nothing_need_be_shaded_or_match(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=2, shade=None)
    assert [shape.title for shape in scene.shapes] == ["", ""]
    nothing = query_scene(small_engine, "kettle AND NOT kettle", k=5)
    assert not any(dot.fill == ORANGE for dot in nothing.dots)
    assert [shape.title for shape in nothing.shapes] == ["", ""]
    assert any(text.words == "0 products match" for text in nothing.texts)


@pytest.mark.parametrize("options", [{"shade": "all"}, {"size": 0}, {"most_points": 0}])
def test_settings_out_of_range_are_refused(small_engine: Engine, options) -> None:
    with pytest.raises(ConfigError):
        query_scene(small_engine, QUERY, **options)


def test_svg_is_the_same_every_time(small_engine: Engine) -> None:
    first = to_svg(query_scene(small_engine, QUERY))
    assert first == to_svg(query_scene(small_engine, QUERY))


def test_the_figure_has_the_texts(small_engine: Engine) -> None:
    scene = query_scene(small_engine, QUERY, k=5)
    (axes,) = plot_query(small_engine, QUERY, k=5).axes
    assert [text.get_text() for text in axes.texts] == [text.words for text in scene.texts]


def test_without_matplotlib_it_says_what_to_install(
    small_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'hyperquery\[plot\]'"):
        plot_query(small_engine, QUERY)


def test_signs_that_the_font_lacks_become_squares() -> None:
    assert readable("tea 茶") == "tea □"


def test_shares_count_what_is_near() -> None:
    products = np.array([[0.0, 0.0], [0.0, 0.0], [0.5, 0.0]])
    matching = np.array([True, False, False])
    near, far, nobody = match_shares(
        np.array([[0.0, 0.0], [0.5, 0.0], [-0.9, 0.0]]), products, matching, 0.1
    )
    assert near == pytest.approx(0.5, abs=0.02)
    assert far < 0.01
    assert nobody < 0.01
    (weighed,) = match_shares(products[:1], products, matching, 0.1, np.array([3.0, 1.0, 1.0]))
    assert weighed == pytest.approx(0.75, abs=0.02)


def test_areas_are_where_values_are_high() -> None:
    places = grid(Frame(1.0))
    (outline,) = areas(np.exp(-(places**2).sum(1)), np.exp(-0.25), 2.0)
    assert np.hypot(*outline.T) == pytest.approx(np.full(len(outline), 0.5), abs=0.01)
    ring = areas(-abs(np.hypot(*places.T) - 0.5), -0.1, 2.0)
    assert len(ring) == 2
