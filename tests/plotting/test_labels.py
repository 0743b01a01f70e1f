"""Names cover neither each other nor dots, and lines to them do not cross."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.errors import ConfigError
from hyperquery.plotting.labels import Anchor, beside_points, in_columns
from hyperquery.plotting.scene import Box, Text

pytest.importorskip("matplotlib")

SCALE = 200.0
places = st.tuples(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
clouds = st.lists(places, min_size=1, max_size=25)


def anchors(at, **options):
    return [Anchor(f"name {n}", x, y, 2.0, **options) for n, (x, y) in enumerate(at)]


@given(clouds, st.booleans())
def test_names_do_not_overlap(at, insists):
    boxes = [text.box(SCALE) for text in beside_points(anchors(at, insists=insists), SCALE)]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert boxes


@given(clouds)
def test_names_that_do_not_insist_cover_no_dot(at):
    dots = [Box(x - 0.01, y - 0.01, x + 0.01, y + 0.01) for x, y in at]
    for text in beside_points(anchors(at), SCALE, dots):
        assert not any(text.box(SCALE).overlaps(dot) for dot in dots)


def test_the_first_names_come_first_and_there_are_no_more_than_asked_for():
    crowd = anchors([(0.1, 0.1)] * 30)
    names = beside_points(crowd, SCALE)
    assert 1 < len(names) < 30
    assert [name.words for name in names] == [f"name {n}" for n in range(len(names))]
    assert len(beside_points(crowd, SCALE, most=2)) == 2


def test_a_name_stands_away_from_the_centre_where_it_can():
    right, left, above = beside_points(anchors([(0.5, 0), (-0.5, 0), (0, 0.5)]), SCALE)
    assert right.align == "left"
    assert right.x > 0.5
    assert left.align == "right"
    assert left.x < -0.5
    assert above.align == "center"
    assert above.y > 0.5


def test_one_that_insists_goes_farther_away_or_over_dots():
    everywhere = [Box(-1, -1, 1, 1)]
    assert beside_points(anchors([(0, 0)]), SCALE, everywhere) == []
    assert len(beside_points(anchors([(0, 0)], insists=True), SCALE, everywhere)) == 1
    crowd = anchors([(0.1, 0.1)] * 12)
    insisting = anchors([(0.1, 0.1)] * 12, insists=True)
    assert len(beside_points(insisting, SCALE)) > len(beside_points(crowd, SCALE))


def test_texts_that_are_there_are_not_covered():
    there = Text("a long text that is there already", 0.5, 0.0, "left", 8.0)
    (name,) = beside_points(anchors([(0.5, 0.0)]), SCALE, taken=[there])
    assert not name.box(SCALE).overlaps(there.box(SCALE))


def _cross(a, b) -> bool:
    def turn(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    (p, q), (r, s) = a, b
    return turn(p, q, r) * turn(p, q, s) < -1e-12 and turn(r, s, p) * turn(r, s, q) < -1e-12


@given(st.lists(places, min_size=1, max_size=24, unique=True))
def test_columns_name_every_point_without_overlaps_or_crossings(at):
    leaders = in_columns(anchors(at), SCALE)
    assert [(leader.x, leader.y) for leader in leaders] == at
    assert [leader.text.words for leader in leaders] == [f"name {n}" for n in range(len(at))]
    boxes = [leader.text.box(SCALE) for leader in leaders]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    for side in (-1, 1):
        lines = [
            ((leader.start, leader.text.y), (leader.x, leader.y))
            for leader in leaders
            if leader.text.x * side > 0
        ]
        assert not any(_cross(a, b) for a, b in combinations(lines, 2))


def test_a_side_without_room_gives_to_the_other():
    many = [(-0.5, y / 100) for y in range(40)]
    sides = [leader.text.x > 0 for leader in in_columns(anchors(many), SCALE)]
    assert 0 < sum(sides) < 40
    with pytest.raises(ConfigError, match="show fewer"):
        in_columns(anchors(many * 3), SCALE)
    assert in_columns([], SCALE) == []
