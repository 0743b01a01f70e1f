"""How terms are read: forms of facets, slips of spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem.text import words
from hyperquery.anthem.wording import Wording
from hyperquery.evaluation.boolean_queries import in_another_form

FACETS = {
    ("tablets",),
    ("led", "strip", "lights"),
    ("accessories",),
    ("movies",),
    ("watches",),
    ("t", "shirts"),
    ("short",),
    ("shorts",),
}
COUNTS = {
    "kindle": 40, "kindly": 2, "case": 9, "chase": 5, "lamp": 9, "lights": 8, "stick": 12,
    "speaker": 8, "black": 7,
    "paperwhite": 5, "boot": 30, "strip": 6, "tablets": 3, "cable": 6, "caple": 1, "größe": 5,
    "watches": 4, "caps": 3, "cap": 9, "for": 90,
}  # fmt: skip
WORDING = Wording(frozenset(FACETS), COUNTS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("tablet", "tablets"),
        ("Tablet", "tablets"),
        ("led strip light", "led strip lights"),
        ("LED striplights", "led strip lights"),
        ("accessory", "accessories"),
        ("accessorie", "accessories"),
        ("movie", "movies"),
        ("watch", "watches"),
        ("tshirt", "t shirts"),
        ("t-shirt", "t shirts"),
    ],
)
def test_a_form_of_a_facet_is_read_as_the_facet(typed, read):
    assert WORDING.read(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kindel paperwite", "kindle paperwhite"),
        ("kkindle", "kindle"),
        ("kndle", "kindle"),
        ("blacks", "black"),
        ("tabletts", "tablets"),
        ("led strip lihgts", "led strip lights"),
        ("capss", "caps"),
    ],
)
def test_a_slip_is_mended(typed, read):
    assert WORDING.read(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "Kindle Stick",  # every word is known
        "chase",  # a word of the catalog, however near another
        "short",  # a facet, whose plural is another one
        "indle",  # the first letter is rarely the slip
        "boat",  # a wrong letter makes another word more often than a slip: no boot
        "sneaker",  # no speaker
        "kinedle",  # a letter too many is one doubled
        "kin",
        "k1ndle",  # numbers of models are no slips
        "kimble",  # two slips
        "caplex",  # near a rare word only, which may be a slip itself
        "fork",  # a word of three letters is near too many, unless it is the singular
        "kindle" + "e" * 40,  # no word
        "?!",
        "",
    ],
)
def test_what_may_be_meant_is_read_as_it_is(typed):
    assert WORDING.read(typed) == typed


@pytest.mark.parametrize(("holding", "read"), [(9, "minis"), (10, "mini")])
def test_a_word_that_far_more_products_hold_than_a_facet_is_no_form_of_it(holding, read):
    wording = Wording({("minis",), ("big", "minis")}, {"mini": holding, "minis": 3, "big": 1})
    assert wording.read("mini") == read
    assert wording.read("big mini") == "big minis"


def test_what_ends_like_a_plural_of_a_short_word_is_none():
    wording = Wording({("ty",), ("pies",)}, {})
    assert (wording.read("tie"), wording.read("pie"), wording.read("py")) == ("tie", "pies", "py")


def test_words_are_joined_but_for_digits():
    wording = Wording({("25", "pounds"), ("4", "k", "tvs")}, {})
    assert [wording.read(text) for text in ("25pounds", "4K TVs")] == ["25 pounds", "4 k tvs"]
    assert wording.read("2.5 pounds") == "2.5 pounds"


def test_an_unknown_plural_of_a_short_word_is_its_singular():
    assert Wording(frozenset(), {"cap": 9}).read("caps") == "cap"


def test_a_word_without_end_is_not_looked_for():
    asked = []

    class Counts(dict[str, int]):
        def get(self, word, default=None):
            asked.append(word)
            return super().get(word, default)

    Wording(frozenset(), Counts(COUNTS)).read("k" * 5000)
    assert not asked


def test_a_word_that_new_products_hold_is_known():
    assert WORDING.read("kindel") == "kindle"
    assert WORDING.read("kindel", known=frozenset({"kindel"})) == "kindel"


def test_of_several_words_the_most_frequent_is_meant_and_of_equals_the_first():
    assert Wording(frozenset(), {"plated": 5, "planed": 7}).read("plaed") == "planed"
    assert Wording(frozenset(), {"planed": 5, "plated": 7}).read("plaed") == "plated"
    assert Wording(frozenset(), {"plated": 7, "planed": 7}).read("plaed") == "planed"


def test_without_a_catalog_nothing_changes():
    assert Wording(frozenset(), {}).read("kindel tablet") == "kindel tablet"


@given(st.lists(st.sampled_from([*COUNTS, "tablet", "kindel", "movie", "q", "led"]), max_size=3))
def test_what_is_read_is_read_as_it_is(typed):
    read = WORDING.read(" ".join(typed))
    assert WORDING.read(read) == read


@given(st.sampled_from(sorted(FACETS)))
def test_a_facet_is_read_as_it_is_and_so_are_its_unseen_forms(facet):
    text = " ".join(facet)
    assert WORDING.read(text) == text
    seen = {word for other in FACETS for word in other}
    form = in_another_form(text, seen)
    assert form is None or words(WORDING.read(form)) == list(facet)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("new balance running shoe", ["new balance", "shoes"]),
        ("shoes for kids shoes", ["kids shoes", "shoes"]),
        ("kids shoes", ["kids shoes"]),
        ("shoe shoes", ["shoes"]),
        ("balance", []),
        ("", []),
        ("a very long name of five", []),
    ],
)
def test_facets_named_within_a_text_are_found_longest_first(text, named):
    facets = {"shoes", "kids shoes", "new balance", "very long name of five"}
    wording = Wording({tuple(facet.split()) for facet in facets}, {"shoes": 9, "kids": 9})
    assert wording.named(tuple(text.split())) == [tuple(facet.split()) for facet in named]
