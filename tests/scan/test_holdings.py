"""What rows hold, and what they lack, beside plain sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan import LEVELS, Holdings, Lack
from hyperquery.scan.lack import WORDLESS

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=40)


def columns(found: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(found, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


@given(titles=pairs, others=pairs, wanted=st.lists(st.integers(0, 9), max_size=4, unique=True))
def test_lack_is_what_sets_say(titles, others, wanted):
    holdings = Holdings.from_pairs(columns(titles), columns(titles + others), 6, 10)
    share = np.float32(1 / max(1, len(wanted)))
    lack = Lack(holdings, np.arange(6), np.array(wanted), np.full(len(wanted), share), 2.0)
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
    wanted, shares = np.array([0, 1]), np.float32([0.5, 0.5])
    plain = Lack(holdings, np.arange(6), wanted, shares, 2.0)
    axis = Lack(holdings, np.arange(6), wanted, shares, 2.0, [first], [3.0])
    other = Lack(holdings, np.arange(6), wanted, shares, 2.0, [10], [3.0])
    both = Lack(holdings, np.arange(6), wanted, shares, 2.0, [first, 10], [3.0, 0.5])
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
    assert len({plain, axis, other, both, Lack(holdings, np.arange(6), wanted, shares, 2.0)}) == 4


@given(titles=pairs, others=pairs, rows=st.lists(st.integers(0, 5), max_size=8))
def test_chosen_rows_hold_what_they_held(titles, others, rows):
    holdings = Holdings.from_pairs(columns(titles), columns(titles + others), 6, 10)
    chosen = holdings.chosen(np.array(rows, np.int64))
    for place, row in enumerate(rows):
        start, end = holdings.starts[row], holdings.starts[row + 1]
        first, last = chosen.starts[place], chosen.starts[place + 1]
        assert chosen.ids[first:last].tolist() == holdings.ids[start:end].tolist()
        assert chosen.middles[place] == holdings.middles[row]
