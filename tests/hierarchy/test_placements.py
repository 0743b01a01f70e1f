from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hyperquery.hierarchy import Placement, ancestor_f1
from hyperquery.hierarchy.placements import voted

PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple)


@given(st.dictionaries(PATHS, st.floats(0, 10), max_size=8))
def test_walks_go_where_votes_are_and_never_grow_surer(weights):
    found = voted(weights)
    total = sum(weights.values())
    if not total > 0:
        assert found == Placement((), ())
        return
    assert len(found.path) == len(found.confidences) > 0
    assert list(found.confidences) == sorted(found.confidences, reverse=True)
    roots = {}
    for path, weight in weights.items():
        roots[path[0]] = roots.get(path[0], 0.0) + weight
    assert roots[found.path[0]] == max(roots.values())
    assert any(path[: len(found.path)] == found.path for path in weights)


def test_a_walk_stops_where_most_votes_end():
    assert voted({("a",): 3.0, ("a", "b"): 2.0}).path == ("a",)
    assert voted({("a",): 1.0, ("a", "b"): 2.0}).path == ("a", "b")


@given(PATHS, PATHS)
def test_ancestor_f1_is_symmetric_and_1_only_for_equal_paths(one, other):
    assert ancestor_f1(one, other) == ancestor_f1(other, one)
    assert (ancestor_f1(one, other) == 1.0) == (one == other)
    assert (ancestor_f1(one, other) == 0.0) == (one[0] != other[0])


def test_nothing_found_is_right_only_where_there_is_nothing():
    assert ancestor_f1((), ()) == 1.0
    assert ancestor_f1((), ("a",)) == 0.0
    assert str(Placement((), ())) == ""
