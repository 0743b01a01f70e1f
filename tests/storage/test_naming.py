from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.storage.naming import (
    LOCK,
    MANIFEST,
    README,
    disk_name,
    is_logical_name,
    is_ours,
    is_unfinished,
    unfinished_name,
)

PARTS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
DIGESTS = st.lists(st.from_regex(r"[0-9a-f]{64}", fullmatch=True), min_size=1, max_size=3)


@given(NAMES, DIGESTS)
def test_names_on_disk_are_ours_and_lie_in_the_folder(name, chunks):
    assert is_logical_name(name)
    assert is_ours(disk_name(name, chunks))
    assert len(disk_name(name, chunks)) < 200


@pytest.mark.parametrize(
    "name",
    ["", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", ".hidden", "a\\b", "a\0", "a\n", "ä",
     "C:a", "a b", "x" * 151, 3, None],
)  # fmt: skip
def test_names_that_could_lead_elsewhere_are_not_allowed(name):
    assert not is_logical_name(name)


def test_names_of_workspaces_are_ours_and_differ():
    one, other = unfinished_name(), unfinished_name()
    assert is_ours(one)
    assert is_unfinished(one)
    assert one != other


@pytest.mark.parametrize(
    "name",
    [MANIFEST, README, LOCK, "notes.txt", "points-24761c97a01f.safetensors", "unfinished-1",
     "unfinished-0123456789abcdef.json",
     "../points-" + "0" * 32, "points-" + "0" * 32 + ".bin\n", "points-" + "g" * 32],
)  # fmt: skip
def test_names_of_others_are_not_ours(name):
    assert not is_ours(name)
