"""The loops trust the arrays of an index, so each array that they could leave is checked."""

from __future__ import annotations

import numpy as np
import pytest

from hyperquery.geometry import Hyperboloid
from hyperquery.scan import LEVELS, Holdings, Lack, ScanIndex, Spellings, asking
from hyperquery.scan.arrays import check_arrays
from hyperquery.scan.order import BLOCK
from hyperquery.scan.tree import MOST_ROOTS

ROWS, DIMENSION, WORDS = BLOCK * (MOST_ROOTS + 20) - 3, 3, 20


@pytest.fixture(scope="module")
def whole():
    """The arrays of an index over blocks and balls of blocks."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(ROWS, DIMENSION)).astype(np.float32)
    spellings = Spellings.of([((word, word + 1), word) for word in range(WORDS)])
    titles = rng.integers(0, WORDS, (ROWS, 3)).tolist()
    leaning = np.repeat(np.arange(0, ROWS, 7), 2)  # to two axes each
    places = rng.integers(0, LEVELS, len(leaning)) + LEVELS * (np.arange(len(leaning)) % 2)
    holdings = Holdings.from_words(titles, titles, spellings, (leaning, places))
    return ScanIndex.build(points, 1.0, holdings).arrays()


def changed(array, position, value):
    other = array.copy()
    other.flat[position] = value
    return other


def test_the_arrays_of_an_index_make_the_same_index(whole):
    check_arrays(whole)
    box = Hyperboloid(np.zeros(DIMENSION, np.float32), np.float32(0.5), 1.0)
    built, copied = (ScanIndex.from_arrays(dict(whole), 1.0).nearest(box, 9) for _ in range(2))
    assert built.rows.tolist() == copied.rows.tolist()


NAMES = [
    "order", "points", "curvature", "balls_centres", "balls_times", "balls_radii", "balls_spreads",
    "tree_parts", "tree_part_starts", "tree_roots", "codes_pairs", "codes_squares", "codes_scales",
    "codes_errors", "held_entries", "held_heads", "spellings_trigrams", "spellings_starts",
    "spellings_forms", "signatures", "ceilings", "holders",
]  # fmt: skip


def test_every_array_is_known(whole):
    assert sorted(whole) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_array_that_is_missing_or_of_another_type_or_shape_is_named(whole, name):
    array = whole[name]
    others = [array.astype(np.float64), array[None], array[..., None], array[:-1], array[:0]]
    missing = {other: value for other, value in whole.items() if other != name}
    for arrays in (missing, *({**whole, name: other} for other in others)):
        with pytest.raises(ValueError, match="the array"):
            check_arrays(arrays)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(whole, value):
    numbers = [name for name in NAMES if whole[name].dtype == np.float32]
    assert len(numbers) == 9
    for name in numbers:
        with pytest.raises(ValueError, match=f"the array {name} is not finite"):
            check_arrays({**whole, name: changed(whole[name], -1, value)})


@pytest.mark.parametrize(
    ("name", "position", "value"),
    [
        ("order", 0, ROWS),
        ("order", 0, -1),
        ("order", 5, -(2**31)),
        ("order", 5, 2**31 - 1),
        ("tree_parts", 0, -1),
        ("tree_parts", 0, 2**31 - 1),
        ("tree_part_starts", 0, 1),
        ("tree_part_starts", 1, 2**62),
        ("tree_part_starts", 2, 0),
        ("tree_part_starts", -1, 10**6),
        ("tree_roots", 0, -1),
        ("tree_roots", -1, 2**31 - 1),
        ("held_entries", 0, WORDS),
        ("held_entries", 4, 2**16 - 1),
        ("held_heads", 0, 1),
        ("held_heads", 1, 2**32 - 1),
        ("held_heads", 70, 0),
        ("held_heads", 71, 2**32 - 1),
        ("held_heads", -1, 10**6),
        ("held_heads", -1, 0),
        ("held_heads", -2, 10**6),
        ("held_heads", -3, 0),
        ("held_heads", -3, 3 * ROWS),  # the last row would begin before the end
        ("spellings_starts", 0, 1),
        ("spellings_starts", 3, -5),
        ("spellings_starts", 3, 2**62),
        ("spellings_starts", -1, 10**6),
        ("spellings_starts", -1, 0),
    ],
)
def test_what_points_outside_is_refused(whole, name, position, value):
    fault = r"the array (order|tree_part.*|held_.*|spellings_starts) "
    with pytest.raises(ValueError, match=fault):
        check_arrays({**whole, name: changed(whole[name], position, value)})


def test_places_that_do_not_ascend_are_refused(whole):
    heads, entries = whole["held_heads"].astype(np.int64), whole["held_entries"]
    starts, ends = heads[:-1, 2], heads[1:, 0]
    first = int(starts[np.flatnonzero(ends - starts > 1)[0]])
    for place in (entries[first + 1], entries[first + 1] + 1):
        with pytest.raises(ValueError, match="the array held_entries does not fit"):
            check_arrays({**whole, "held_entries": changed(entries, first, place)})


def test_a_row_that_is_there_twice_is_refused(whole):
    twice = changed(whole["order"], 0, whole["order"][1])
    with pytest.raises(ValueError, match="the array order is not a permutation"):
        check_arrays({**whole, "order": twice})


def test_starts_that_wrap_around_are_refused(whole):
    starts = whole["spellings_starts"].copy()
    starts[1:] = starts[-1]
    starts[1:3] = 2**63 - 1, -2
    assert (np.diff(starts) >= 0).all()  # in 64 bits
    arrays = {**whole, "spellings_starts": starts}
    with pytest.raises(ValueError, match="the array spellings_starts does not fit"):
        check_arrays(arrays)


def test_a_ball_that_is_a_part_of_itself_is_refused(whole):
    parts = whole["tree_parts"].copy()
    blocks = len(whole["codes_scales"])
    first_above = int(np.flatnonzero(parts < blocks)[0])
    later = int(np.flatnonzero(whole["tree_roots"] >= blocks)[-1])
    roots = whole["tree_roots"].copy()
    parts[first_above], roots[later] = roots[later], parts[first_above]
    with pytest.raises(ValueError, match="the array tree_parts does not fit"):
        check_arrays({**whole, "tree_parts": parts, "tree_roots": roots})


def test_parts_without_end_are_refused_at_once(whole):
    starts = np.zeros(1_000_000, np.int64)
    with pytest.raises(ValueError, match="the array balls_"):
        check_arrays({**whole, "tree_part_starts": starts})


def test_trigrams_that_nobody_knows_do_no_harm(whole):
    unknown = np.full_like(whole["spellings_trigrams"], 2**16 - 1)
    index = ScanIndex.from_arrays({**whole, "spellings_trigrams": unknown}, 1.0)
    lack = Lack(index.holdings, index.stored_at, asking(([3], [1.0], 2.0)))
    assert set(lack.energies().tolist()) == {2.0}


def test_another_curvature_is_refused(whole):
    for curvature in (0.0, 0.99, np.nan):
        with pytest.raises(ValueError, match="the array curvature is not"):
            ScanIndex.from_arrays(whole, curvature)
