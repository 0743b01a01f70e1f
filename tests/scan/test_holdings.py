"""What rows hold, and what they lack, beside plain sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan import LEVELS, OPENING, Holdings, Lack, asking
from hyperquery.scan.lack import WORDLESS

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=40)


def columns(found: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(found, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


@given(titles=pairs, others=pairs, wanted=st.lists(st.integers(0, 9), max_size=4, unique=True))
def test_lack_is_what_sets_say(titles, others, wanted):
    holdings = Holdings.from_pairs(columns(titles), columns(titles + others), 6, 10)
    share = np.float32(1 / max(1, len(wanted)))
    lack = Lack(holdings, np.arange(6), asking((wanted, np.full(len(wanted), share), 2.0)))
    for row, energy in enumerate(lack.energies().tolist()):
        title = {trigram for owner, trigram in titles if owner == row}
        other = {trigram for owner, trigram in others if owner == row} - title
        expected = np.float32(1.0)
        for trigram in wanted:
            expected -= share if trigram in title else np.float32(0)
            expected -= np.float32(0.5) * share if trigram in other else np.float32(0)
        wordless = not title | other
        assert energy == (WORDLESS if wordless else np.float32(2.0) * max(expected, 0))
        assert energy <= lack.most
        assert lack.energies(np.array([row])).tolist() == [energy]


@given(titles=pairs, levels=st.dictionaries(st.integers(0, 5), st.integers(1, LEVELS)))
def test_what_a_row_is_short_of_on_a_facet_s_axis_is_energy(titles, levels):
    first = 10 + LEVELS  # the second facet's
    owned = [(owner, first + level - 1) for owner, level in levels.items()]
    holdings = Holdings.from_pairs(columns(titles + owned), columns(titles), 6, 10, axes=3)

    def lack(*axes):
        return Lack(
            holdings, np.arange(6), asking(([0, 1], [0.5, 0.5], 2.0), axes=axes or ((), ()))
        )

    plain, axis, other = lack(), lack([first], [3.0]), lack([10], [3.0])
    both = lack([first, 10], [3.0, 0.5])
    held = {owner for owner, _ in titles} | set(levels)
    for row, (without, with_axis, at_other) in enumerate(
        zip(plain.energies(), axis.energies(), other.energies(), strict=True)
    ):
        reached = levels.get(row, 0) / LEVELS
        assert holdings.leaning(row, first) == reached
        assert holdings.leaning(row, 10) == 0
        short = 3 * np.float32(1 - reached) if row in held else 0
        assert with_axis == without + np.float32(short)
        assert at_other == without + np.float32(3 if row in held else 0)
        assert with_axis <= axis.most
        assert both.energies()[row] == with_axis + np.float32(0.5 if row in held else 0)
        assert both.energies()[row] <= both.most
    assert len({plain, axis, other, both, lack()}) == 4


words_of_titles = st.lists(st.lists(st.integers(1, 6), max_size=25), min_size=6, max_size=6)


@given(titles=pairs, spelt=words_of_titles, named=st.lists(st.integers(1, 6), unique=True))
def test_naming_words_late_is_energy(titles, spelt, named):
    openings = np.zeros((6, OPENING), np.uint16)
    for row, forms in enumerate(spelt):
        openings[row, : len(forms)] = forms[:OPENING]
    holdings = Holdings.from_pairs(columns(titles), columns(titles), 6, 10, openings=openings)
    rarities = np.arange(1, len(named) + 1, dtype=np.float32)
    of_trigrams = [0, 1], [0.5, 0.5], 2.0
    plain = Lack(holdings, np.arange(6), asking(of_trigrams))
    lack = Lack(holdings, np.arange(6), asking(of_trigrams, (named, rarities, 3.0)))
    for row, (without, energy) in enumerate(zip(plain.energies(), lack.energies(), strict=True)):
        places = {
            rarity: spelt[row].index(form)
            for form, rarity in zip(named, rarities.tolist(), strict=True)
            if form in spelt[row][:OPENING]
        }
        late = 1.0
        if places:
            late = sum(r * place for r, place in places.items()) / sum(places) / OPENING
        if not named or row not in {owner for owner, _ in titles}:
            late = 0.0
        assert energy == pytest.approx(without + 3 * late, rel=1e-6)
        assert energy <= lack.most


def test_words_and_axes_without_trigrams_are_refused():
    for parts in ({"named": ([1], [1.0], 1.0)}, {"axes": ([10], [1.0])}):
        with pytest.raises(ValueError, match="wants trigrams, too"):
            asking(**parts)


@given(titles=pairs, others=pairs, rows=st.lists(st.integers(0, 5), max_size=8))
def test_chosen_rows_hold_what_they_held(titles, others, rows):
    holdings = Holdings.from_pairs(columns(titles), columns(titles + others), 6, 10)
    chosen = holdings.chosen(np.array(rows, np.int64))
    for place, row in enumerate(rows):
        start, end = holdings.held.starts[row : row + 2]
        first, last = chosen.held.starts[place : place + 2]
        assert chosen.held.ids[first:last].tolist() == holdings.held.ids[start:end].tolist()
        assert chosen.held.middles[place] == holdings.held.middles[row]
