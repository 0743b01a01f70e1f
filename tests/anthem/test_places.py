"""Facets have axes of many places, of one, or none; and each kind has one for what is not known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem import places as module
from hyperquery.anthem.places import HeldPlaces, Places, Span
from hyperquery.scan import LEVELS

BRANDS = [(f"brand{number}",) for number in range(6)]
COLORS = [(f"color{number}",) for number in range(4)]
KINDS = dict.fromkeys(BRANDS, "brand") | dict.fromkeys(COLORS, "color")


def all_spans(places: Places) -> list[Span]:
    found = [places.span(facet) for facet in KINDS]
    return [span for span in found if span] + [places.unknown(kind) for kind in places.kinds]


@given(
    st.fixed_dictionaries(dict.fromkeys(KINDS, st.integers(0, 6))),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_the_axes_share_no_place_and_there_is_room_for_all(members, most, spare):
    with_room = Places.chosen(members, members, KINDS)
    assert {*with_room.learned, *with_room.rare} == KINDS.keys()
    assert all(with_room.kind(facet) == kind for facet, kind in KINDS.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_LEARNED", most)
        patch.setattr(module, "_ROOM", (most + 2) * LEVELS + spare)
        places = Places.chosen(members, members, KINDS)
        assert places.fit
        taken = [place for span in all_spans(places) for place in range(span.first, span.end + 1)]
        assert len(set(taken)) == len(taken)
        assert max(taken) < module._ROOM
    # Whoever has an axis has no fewer members than who has a lesser one, or none.
    rest = [members[facet] for facet in KINDS if not places.span(facet)]
    rare = [members[facet] for facet in places.rare]
    learned = [members[facet] for facet in places.learned]
    assert max(rest, default=0) <= min(rare, default=9)
    assert max(rare, default=0) <= min(learned, default=9)
    assert min(learned, default=3) >= 3


def test_all_places_are_of_16_bits():
    assert module._ROOM == 2**16
    many = {(f"facet{number}",): 5 for number in range(70_000)}
    places = Places.chosen(many, many, dict.fromkeys(many, "brand"))
    assert places.fit
    assert len(places.learned) == module._MOST_LEARNED
    last = places.span(list(places.rare)[-1])
    assert last == Span(2**16 - 1, 1)


def test_members_of_which_no_title_is_learned_from_count_where_room_is_short(monkeypatch):
    monkeypatch.setattr(module, "_ROOM", 2 * LEVELS + 1)
    members = {("aaa",): 1, ("zeta",): 100, ("known",): 5}
    titled = {**members, ("zeta",): 1}
    places = Places.chosen(titled, members, dict.fromkeys(members, "brand"))
    assert (*places.learned, *places.rare) == (("known",), ("zeta",))


COLORED = Places(
    {("black",): "color", ("orange",): "color", ("drill",): "category"},
    {("light", "blue"): "color", ("teal",): "color"},
)


def test_a_field_says_what_its_words_say_of_its_kind():
    assert COLORED.said([(("matte", "black"), "color")]) == {("black",)}
    assert COLORED.said([(("black", "drill"), "category")]) == {("drill",)}
    assert COLORED.said([(("sky", "light", "blue"), "color")]) == {("light", "blue")}
    assert COLORED.said([(("light", "sky", "blue"), "color")]) == set()
    long = ("a",) * 20
    assert Places({long: "brand"}, {}).said([(long, "brand")]) == {long}
    colors = [(("matte", "black"), "color"), (("sky", "light", "blue"), "color")]
    assert COLORED.said(colors) == {("black",), ("light", "blue")}
    levels = [(("drill", "saw"), "category"), (("hammers",), "category")]
    assert COLORED.said(levels) == set()  # the deepest alone
    assert COLORED.said(levels[::-1]) == {("drill",)}
    assert COLORED.said([(("drill",), "category"), *levels]) == {("drill",)}
    assert COLORED.said([(("orange",), "brand"), (("orange", "inc"), "brand")]) == {("orange",)}


@pytest.mark.parametrize(
    ("known", "black", "orange", "others", "teal"),
    [
        ([], 5, 0, {"category", "color"}, False),
        ([(("matte", "black"), "color")], LEVELS, 0, {"category"}, False),
        ([(("orange",), "brand")], 5, LEVELS - 1, {"category", "color"}, False),
        ([(("orange",), "brand"), (("teal",), "color")], 5, LEVELS, {"category"}, True),
        ([(("teal",), "brand")], 5, 0, {"category", "color"}, False),
    ],
)
def test_a_product_is_at_the_end_of_what_its_fields_say(known, black, orange, others, teal):
    levels = np.array([[5, 0, 0]], np.uint8)
    products, places = COLORED.pairs(levels, [known], told=True)
    held = HeldPlaces.of(products, places, 1)
    found = [held.steps(COLORED.span(facet)).item() for facet in COLORED.learned]
    assert found == [black, orange, 0]
    unknown = {kind for kind in COLORED.kinds if held.steps(COLORED.unknown(kind)).any()}
    assert unknown == others
    assert bool(held.steps(COLORED.span(("teal",))).any()) == teal


def test_axes_that_do_not_fit_are_told():
    one = {("acme",): "brand"}
    assert Places(one, {}).fit
    assert not Places(one, one).fit
    assert not Places(one, {(f"facet{number}",): "brand" for number in range(2**16)}).fit
