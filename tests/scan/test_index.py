"""A search finds what a plain evaluation of all rows finds, to the last bit."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperquery.geometry import (
    Attested,
    Boosted,
    Condition,
    Everything,
    GeometryError,
    Hyperboloid,
    Nothing,
    Region,
)
from hyperquery.scan import LEVELS, OPENING, Holdings, Lack, ScanIndex, Spellings, asking
from hyperquery.scan.bounding import bound_leaves, bound_leaves_of_part
from hyperquery.scan.least_evidence import bound_evidence_at_points
from hyperquery.scan.order import BLOCK, neighbour_order
from hyperquery.scan.search import bound_ball
from hyperquery.scan.tree import MOST_ROOTS, tree_of
from hyperquery.testing.geometry import regions

TRIGRAMS = 30
FACET = 1
FORMS = 40


def cloud(rng: np.random.Generator, rows: int, dimension: int) -> np.ndarray:
    """Points in clusters, some of them the same point again."""
    centres = rng.normal(size=(max(1, rows // 50), dimension))
    points = centres[rng.integers(0, len(centres), rows)]
    points += 0.2 * rng.normal(size=points.shape)
    again = rng.random(rows) < 0.2
    points[again] = points[rng.integers(0, rows, again.sum())]
    return points.astype(np.float32)


def held_by(rng: np.random.Generator, rows: int) -> Holdings:
    """Some words for each row, and none at all for a few; some of the rest lean to a facet."""
    words = [
        (tuple(rng.integers(0, TRIGRAMS, rng.integers(0, 4)).tolist()), int(rng.integers(0, FORMS)))
        for _ in range(60)
    ]

    def texts(most: int) -> list[list[int]]:
        found = [rng.integers(0, len(words), rng.integers(0, most)).tolist() for _ in range(rows)]
        return [[] if row % 11 == 0 else text for row, text in enumerate(found)]

    titles, others = texts(2 * OPENING), texts(4)
    leaning = np.flatnonzero((rng.random(rows) < 0.3) & (np.arange(rows) % 11 != 0))
    levels = LEVELS * FACET + rng.integers(0, LEVELS, len(leaning))
    return Holdings.from_words(titles, others, Spellings.of(words), (leaning, levels))


class Scene:
    """Rows, an index over them, and leaves of all kinds."""

    def __init__(self, seed: int, rows: int, dimension: int, curvature: float) -> None:
        rng = np.random.default_rng(seed)
        self.points = cloud(rng, rows, dimension)
        self.index = ScanIndex.build(self.points, curvature, held_by(rng, rows))
        self.boxes = [
            Hyperboloid(
                self.points[rng.integers(rows)],
                np.float32(rng.uniform(0.05, 0.8)),
                curvature,
                softness=float(rng.choice([0.05, 0.25])),
                name=f"term {number}",
            )
            for number in range(3)
        ]
        shares = rng.dirichlet(np.ones(4)).astype(np.float32)
        wanted = rng.choice(TRIGRAMS, 4, replace=False)
        index = self.index
        of_trigrams = wanted, shares, float(rng.uniform(0, 2))
        lack = Lack(index.holdings, index.stored_at, asking(of_trigrams))
        axes = np.array([FACET, FACET - 1]) * LEVELS, [LEVELS, LEVELS]
        weights = rng.uniform(0, 2, 2).astype(np.float32)
        named = (
            1 + rng.choice(FORMS - 1, 2, replace=False),
            rng.uniform(1, 9, 2),
            float(rng.uniform(0, 1)),
        )
        asked = asking(of_trigrams, named, (*axes, weights, [0.6, 1.0]))
        short = Lack(index.holdings, index.stored_at, asked)
        self.leaves: list[Region] = [
            *self.boxes,
            Attested(self.boxes[0], lack),
            Attested(self.boxes[1], short),
            Condition("some", rng.random(rows) < 0.4),
            Condition("few", rng.random(rows) < 0.02),
            Everything(),
            Nothing(),
        ]


def check(scene: Scene, region: Region, k: int) -> None:
    margins = region.margin(scene.points)
    order = np.argsort(margins, kind="stable")
    order = order[margins[order] < np.inf][:k]
    found = scene.index.nearest(region, k)
    assert found.rows.tolist() == order.tolist()
    assert found.margins.tobytes() == margins[order].tobytes()
    assert (scene.index.inside(region) == (margins < 0)).all()


@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.sampled_from([1, 2, 63, 64, 65, 700, 1500]),
    dimension=st.sampled_from([1, 2, 5, 16]),
    curvature=st.sampled_from([0.0, 0.3, 1.0]),
    k=st.sampled_from([1, 3, 10, 200, 10_000]),
    data=st.data(),
)
def test_a_search_finds_what_all_margins_say(seed, rows, dimension, curvature, k, data):
    scene = Scene(seed, rows, dimension, curvature)
    check(scene, data.draw(regions(scene.leaves, max_nodes=12)), k)


@given(data=st.data())
@settings(max_examples=20)
def test_a_search_through_balls_of_balls_finds_what_all_margins_say(data):
    scene = data.draw(st.sampled_from([0, 1]).map(deep_scene))
    k = data.draw(st.sampled_from([1, 10, 500]))
    check(scene, data.draw(regions(scene.leaves, max_nodes=8)), k)


@pytest.mark.parametrize("curvature", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("dimension", [2, 64])
def test_bounds_over_balls_and_their_parts_hold_for_every_row(dimension, curvature):
    scene = Scene(7, 2 * BLOCK * MOST_ROOTS, dimension, curvature)
    index = scene.index
    rows, tree, blocks = index._rows, index._rows.tree, len(index._rows.codes.scales)
    runs = tree_of(neighbour_order(scene.points)[1])[1]
    for region in (*scene.boxes, *scene.leaves[3:5], ~scene.leaves[4] & scene.boxes[0]):
        program = index._program(region)
        room = index._room(program)
        root = len(room.low) - 1
        margins = region.margin(scene.points)[index.arrays()["order"]]
        for above in range(len(tree.part_starts) - 1):
            bound_leaves(program, rows, blocks + above, room)
            for part in tree.parts[tree.part_starts[above] : tree.part_starts[above + 1]]:
                start, end = runs[part]
                bound_leaves_of_part(program, rows, blocks + above, part, room)
                bound_ball(program, room)
                assert room.low[root] <= margins[start:end].min()
                assert room.high[root] >= margins[start:end].max()


SINGLE = 401 * LEVELS  # the first place of axes with a single step


@cache
def grouped() -> ScanIndex:
    """Neighbours hold the same words and lean to the same facets, as in a catalog they do."""
    rng = np.random.default_rng(5)
    rows = 2 * BLOCK * MOST_ROOTS
    groups = np.arange(rows) // 100
    points = rng.normal(size=(groups.max() + 1, 4))[groups] + 0.05 * rng.normal(size=(rows, 4))
    spellings = Spellings.of([((2 * word, 2 * word + 1), word) for word in range(5_000)])
    titles = [[int(group), 300 + int(group) % 7] for group in groups]
    texts = [[*title, 400 + int(group) % 3] for title, group in zip(titles, groups, strict=True)]
    leaning = LEVELS * (groups % 400) + groups % LEVELS
    leanings = np.tile(np.arange(rows), 2), np.concatenate([leaning, SINGLE + groups % 300])
    holdings = Holdings.from_words(titles, texts, spellings, leanings)
    return ScanIndex.build(points.astype(np.float32), 1.0, holdings)


asked_terms = st.tuples(
    st.lists(st.integers(0, 810), min_size=1, max_size=70, unique=True),
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 400).map(lambda axis: axis * LEVELS), st.just(LEVELS)),
            st.tuples(st.integers(SINGLE, SINGLE + 310), st.just(1)),
        ),
        max_size=3,
        unique=True,
    ),
)


def asking_for(wanted, axes):
    """Trigrams alike, and axes of many steps or one, with weights of their own."""
    shares = np.full(len(wanted), 1 / len(wanted))
    firsts, steps = np.array(axes, np.int64).reshape(-1, 2).T
    weights, leaned = np.linspace(0.5, 1.5, len(axes)), np.linspace(0.3, 1, len(axes))
    return asking((wanted, shares, 2.0), axes=(firsts, steps, weights, leaned))


@given(asked_terms)
@settings(max_examples=30)
def test_no_row_has_less_evidence_than_its_balls_and_its_point_are_said_to_have(asked):
    index = grouped()
    lack = Lack(index.holdings, index.stored_at, asking_for(*asked))
    box = Hyperboloid(np.zeros(4, np.float32), np.float32(0.5), 1.0)
    program, rows = index._program(Attested(box, lack)), index._rows
    energies = lack.energies()[index.arrays()["order"]]
    blocks = len(rows.codes.scales)
    found = program.evidence[0]
    assert (found[:blocks] <= np.minimum.reduceat(energies, range(0, len(energies), BLOCK))).all()
    assert (found > 0).any()
    for i in range(len(rows.tree.part_starts) - 1):
        parts = rows.tree.parts[rows.tree.part_starts[i] : rows.tree.part_starts[i + 1]]
        assert found[blocks + i] == found[parts].min()
    least = np.empty((1, BLOCK), np.float32)
    for block in range(0, blocks, 37):
        bound_evidence_at_points(program.leaves, rows, block, 0, least)
        some = energies[block * BLOCK : block * BLOCK + BLOCK]
        assert (least[0, : len(some)] <= some).all()
        assert (least[0] >= found[block] - 1e-5).all()


@given(asked_terms, st.sampled_from([1, 10]))
@settings(max_examples=15)
def test_a_search_by_evidence_finds_what_all_margins_say(asked, k):
    index = grouped()
    box = Hyperboloid(index.points(np.array([7]))[0], np.float32(0.5), 1.0)
    region = Attested(box, Lack(index.holdings, index.stored_at, asking_for(*asked)))
    for asked_for in (region, region & ~box, ~region | box):
        margins = index.margins(asked_for)
        order = np.argsort(margins, kind="stable")[:k]
        found = index.nearest(asked_for, k)
        assert found.rows.tolist() == order.tolist()
        assert found.margins.tobytes() == margins[order].tobytes()
        assert (index.inside(asked_for) == (margins < 0)).all()


@cache
def deep_scene(seed: int) -> Scene:
    """More blocks than there are roots."""
    scene = Scene(seed, 2 * BLOCK * MOST_ROOTS, 3, 1.0)
    assert scene.index.arrays()["tree_parts"].size > 0
    return scene


@pytest.mark.parametrize("seed", range(3))
def test_parts_side_by_side_find_the_same(seed):
    scene = Scene(seed, 70_000, 4, 1.0)
    assert scene.index.threads > 1 or pytest.skip("one core")
    one, other, third = scene.boxes
    for region in (one, one & ~other, (one | other) & third, scene.leaves[3] - scene.leaves[4]):
        for k in (1, 10, 1000):
            check(scene, region, k)


def test_many_rows_as_near_as_the_last_are_in_catalog_order():
    points = np.zeros((20_000, 3), np.float32)
    scene = Scene(0, 100, 3, 1.0)
    index = ScanIndex.build(points, 1.0)
    assert index.nearest(scene.boxes[0], 5).rows.tolist() == [0, 1, 2, 3, 4]
    assert index.nearest(Condition("late", np.arange(20_000) >= 500), 2).rows.tolist() == [500, 501]


@pytest.mark.parametrize(
    "region",
    [
        Hyperboloid.from_faces(np.float32([-np.inf, 0]), np.float32([0.3, np.inf]), edge=0.5),
        Boosted(Hyperboloid(np.zeros(2, np.float32), 0.5), 1e-30),
        Attested(Hyperboloid(np.zeros(2, np.float32), 0.5), np.linspace(0, 1, 300)),
        Hyperboloid(np.zeros(2, np.float32), 0.5, softness=1e-7),
    ],
    ids=["infinite faces", "tiny boost", "given evidence", "hard faces"],
)
def test_what_the_loops_cannot_take_is_evaluated_plainly(region):
    scene = Scene(1, 300, 2, 1.0)
    check(scene, region, 7)
    check(scene, region | scene.boxes[0], 7)


def test_a_far_point_does_not_spoil_the_others():
    scene = Scene(2, 500, 3, 1.0)
    points = scene.points.copy()
    points[17] = 1e5
    scene.points = points
    scene.index = ScanIndex.build(points, 1.0)
    for box in scene.boxes:
        check(scene, box, 5)
        check(scene, ~box, 5)


def test_an_index_is_made_of_its_arrays():
    scene = Scene(3, 500, 3, 0.7)
    again = ScanIndex.from_arrays(scene.index.arrays(), 0.7)
    found, expected = (index.nearest(scene.boxes[0], 9) for index in (again, scene.index))
    assert found.rows.tolist() == expected.rows.tolist()
    assert again.points().tobytes() == scene.points.tobytes()
    assert again.nbytes == scene.index.nbytes


def test_a_region_of_another_space_is_refused():
    with pytest.raises(GeometryError, match="2 dimensions of curvature 1, the points"):
        Scene(0, 10, 3, 1.0).index.nearest(Hyperboloid([0.0, 0.0], 0.5), 1)


@pytest.mark.parametrize("blocks", [4, 2 * MOST_ROOTS])
@pytest.mark.parametrize("edge", [0.5, 3e29])
def test_many_points_as_far_as_numbers_go_are_found(edge, blocks):
    """Slopes overflow there, and so nothing bounds a block of points that are all the same."""
    far = np.repeat(np.linspace(1, 1.3, blocks, dtype=np.float32), BLOCK)
    points = far[:, None] * np.float32([1e10, 1e10])
    index = ScanIndex.build(points, 1.0)
    box = Hyperboloid.from_faces(np.float32([12, 12]), np.float32([13, 13]), 1.0, edge=edge)
    for region in (box, ~box):
        with np.errstate(over="ignore", invalid="ignore"):
            margins = region.margin(points)
            found, inside = index.nearest(region, 5), index.inside(region)
        assert np.isfinite(margins).all()
        assert found.rows.tolist() == np.argsort(margins, kind="stable")[:5].tolist()
        assert (inside == (margins < 0)).all()


@pytest.mark.parametrize("boxes", [1, 2, 3, 5, 17])
def test_regions_of_many_boxes_are_searched_as_those_of_few(boxes):
    scene = Scene(9, 3_000, 5, 1.0)
    rng = np.random.default_rng(boxes)
    some = [Hyperboloid(scene.points[i], np.float32(0.4)) for i in rng.integers(0, 3_000, boxes)]
    both, either = some[0], some[0]
    for box in some[1:]:
        both, either = both & box, either | ~box
    for region in (both, either, both & ~scene.boxes[0]):
        check(scene, region, 12)


def test_the_index_takes_little_more_than_the_points():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20_000, 64)).astype(np.float32)
    index = ScanIndex.build(points, 1.0)
    assert index.nbytes - index.holdings.nbytes < 1.2 * points.nbytes


def test_few_rows_are_evaluated_plainly(monkeypatch):
    scene = Scene(4, 200, 3, 1.0)
    monkeypatch.setattr(ScanIndex, "plain_below", 201)
    monkeypatch.setattr("hyperquery.scan.index.candidates", None)
    check(scene, scene.boxes[0] & ~scene.leaves[4], 5)
