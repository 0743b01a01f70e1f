from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem.exclusions import without_exclusions
from hyperquery.anthem.text import words


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Belt strap without buckle", "belt strap without"),
        ("Fire 7 tablet, Without Lockscreen Ads, black", "fire 7 tablet without black"),
        ("Strap w/o buckle", "strap w o"),
        ("Strap without a metal buckle", "strap without"),
        ("Sink drain without overflow brushed nickel", "sink drain without brushed nickel"),
        ("Fan without light fixture and control", "fan without and control"),
        ("Drain without overflow - chrome", "drain without chrome"),
        ("Fan without light 52 inch", "fan without 52 inch"),
        ("Fan without ceiling light 52 inch", "fan without 52 inch"),
        ("Lights without wiring with remote", "lights without with remote"),
        ("Jeans without Levi's tag", "jeans without"),
        ("Pan without non‑stick coating", "pan without"),
        ("Dessert without cre\u0300me bru\u0302le\u0301e", "dessert without"),
        ("किताब without हिन्दी", "किताब without"),
        ("Candles (battery not included) white", "candles not included white"),
        ("Holster, multi-tool NOT included", "holster not included"),
        ("Toy, batteries are not included", "toy not included"),
        ("Batteries Not Included", "not included"),
    ],
)
def test_what_a_title_excludes_is_not_read(title, read):
    assert words(without_exclusions(title)) == read.split()


@pytest.mark.parametrize(
    "title",
    [
        "Belt with buckle",
        "The box without",
        "Cup without 2 handles",
        "No show socks",
        "Not your mug, mugs included",
        "Withoutabox tote",
        "Powered by 2AAA, not included",
        "Gifts (Not Included Batteries)",
    ],
)
def test_all_else_is_read(title):
    assert without_exclusions(title) == title


@given(st.lists(st.sampled_from([*"ab -,(/", " without ", " not included ", " w/o "])))
def test_a_title_with_words_keeps_some(parts):
    title = "".join(parts)
    assert bool(words(title)) == bool(words(without_exclusions(title)))


def test_endless_titles_are_read():
    """In a moment: quadratic time would be minutes."""
    title = "a-" * 20_000 + "without " * 20_000 + "not included " * 20_000
    read = words(without_exclusions(title))
    assert read[:20_000] == ["a"] * 20_000
    assert read[-2:] == ["not", "included"]
