"""What rows hold, and what they lack, beside plain sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.scan import LEVELS, OPENING, Holdings, Lack, Spellings, asking, coordinate
from hyperquery.scan import holdings as module
from hyperquery.scan.lack import WORDLESS

ROWS = 6
TRIGRAMS = 140  # more than are looked for at once
FORMS = 6

trigrams = st.integers(0, TRIGRAMS - 1)
spelled = st.lists(
    st.tuples(st.lists(trigrams, max_size=8).map(tuple), st.integers(0, FORMS)),
    min_size=1,
    max_size=9,
)


@st.composite
def catalogs(draw, longest=30):
    """Spellings of words, and for each row the words of its title and those of its other fields."""
    words = draw(spelled)
    texts = st.lists(st.integers(0, len(words) - 1), max_size=longest)
    rows = st.lists(texts, min_size=ROWS, max_size=ROWS)
    return words, draw(rows), draw(rows)


def holdings_of(words, titles, others, leanings=((), ())):
    texts = [[*title, *other] for title, other in zip(titles, others, strict=True)]
    return Holdings.from_words(titles, texts, Spellings.of(words), leanings)


def of_row(words, row):
    """The trigrams that some words have."""
    return {trigram for word in row for trigram in words[word][0]}


@given(catalogs(), st.lists(trigrams, min_size=1, max_size=130, unique=True))
def test_lack_is_what_sets_say(catalog, wanted):
    words, titles, others = catalog
    holdings = holdings_of(words, titles, others)
    wanted = sorted(wanted)
    share = np.float32(1 / len(wanted))
    lack = Lack(holdings, np.arange(ROWS), asking((wanted, np.full(len(wanted), share), 2.0)))
    for row, energy in enumerate(lack.energies().tolist()):
        title = of_row(words, titles[row])
        other = of_row(words, others[row]) - title
        expected = np.float32(1.0)
        for trigram in wanted:
            expected -= share if trigram in title else np.float32(0)
            expected -= np.float32(0.5) * share if trigram in other else np.float32(0)
            held = 1.0 if trigram in title else 0.5 if trigram in other else 0.0
            assert holdings.holding(row, trigram) == held
        wordless = not title | other
        assert energy == (WORDLESS if wordless else np.float32(2.0) * max(expected, 0))
        assert energy <= lack.most
        assert lack.energies(np.array([row])).tolist() == [energy]


@given(catalogs(), st.lists(trigrams, min_size=1, max_size=6))
def test_a_trigram_that_a_term_has_twice_counts_twice(catalog, wanted):
    holdings = holdings_of(*catalog)
    shares = np.full(len(wanted), 1 / len(wanted), np.float32)
    once = sorted(set(wanted))
    summed = [shares[np.array(wanted) == trigram].sum() for trigram in once]
    first, second = (
        Lack(holdings, np.arange(ROWS), asking((*of, 2.0)))
        for of in ((wanted, shares), (once, summed))
    )
    np.testing.assert_allclose(first.energies(), second.energies(), rtol=1e-6, atol=1e-6)


@given(catalogs(), st.dictionaries(st.integers(0, ROWS - 1), st.integers(1, LEVELS)))
def test_what_a_row_is_short_of_on_a_facet_s_axis_is_energy(catalog, levels):
    rows, reached_levels = list(levels), [LEVELS + level - 1 for level in levels.values()]
    words, titles, others = catalog
    holdings = holdings_of(words, titles, others, (rows, reached_levels))

    def lack(*axes):
        of_trigrams = [0, 1], [0.5, 0.5], 2.0
        return Lack(holdings, np.arange(ROWS), asking(of_trigrams, axes=axes or [()] * 4))

    first, leaned = LEVELS, 0.75
    axis, other = lack([first], [LEVELS], [3.0], [leaned]), lack([0], [LEVELS], [3.0], [leaned])
    plain, single = lack(), lack([first + 4], [1], [3.0], [leaned])
    both = lack([first, 0], [LEVELS, LEVELS], [3.0, 0.5], [leaned, 1.0])
    for row, (without, with_axis, at_other) in enumerate(
        zip(plain.energies(), axis.energies(), other.energies(), strict=True)
    ):
        level = levels.get(row, 0)
        reached = np.float32(1.0 if level == LEVELS else leaned * level / LEVELS)
        assert coordinate(level, LEVELS, leaned) == reached
        assert holdings.step(row, LEVELS, LEVELS) == level
        assert holdings.step(row, 0, LEVELS) == holdings.step(row, 2 * LEVELS, LEVELS) == 0
        readable = bool(of_row(words, [*titles[row], *others[row]]))
        short = 3 * np.float32(1 - reached) if readable else 0
        assert with_axis == without + np.float32(short)
        assert at_other == without + np.float32(3 if readable else 0)
        there = level == 5
        assert holdings.step(row, LEVELS + 4, 1) == there
        expected = without + np.float32(3 if readable and not there else 0)
        assert single.energies()[row] == expected
        assert with_axis <= axis.most
        assert both.energies()[row] == with_axis + np.float32(0.5 if readable else 0)
        assert both.energies()[row] <= both.most
    assert holdings.places == max((LEVELS + level for level in levels.values()), default=0)
    assert len({plain, axis, other, both, single, lack()}) == 5


@given(catalogs(), st.lists(st.integers(1, FORMS), unique=True))
def test_naming_words_late_is_energy(catalog, named):
    words, titles, others = catalog
    holdings = holdings_of(words, titles, others)
    rarities = np.arange(1, len(named) + 1, dtype=np.float32)
    of_trigrams = [0, 1], [0.5, 0.5], 2.0
    plain = Lack(holdings, np.arange(ROWS), asking(of_trigrams))
    lack = Lack(holdings, np.arange(ROWS), asking(of_trigrams, (named, rarities, 3.0)))
    for row, (without, energy) in enumerate(zip(plain.energies(), lack.energies(), strict=True)):
        readable = bool(of_row(words, [*titles[row], *others[row]]))
        opening = [words[word][1] for word in titles[row][:OPENING]] if readable else []
        places = {
            rarity: opening.index(form)
            for form, rarity in zip(named, rarities.tolist(), strict=True)
            if form in opening
        }
        for form in named:
            expected = opening.index(form) if form in opening else None
            assert holdings.place(row, form) == expected
        late = 1.0
        if places:
            late = sum(r * place for r, place in places.items()) / sum(places) / OPENING
        if not named or not readable:
            late = 0.0
        assert energy == pytest.approx(without + 3 * late, rel=1e-6)
        assert energy <= lack.most


@pytest.mark.parametrize("seed", range(20))
def test_long_titles_and_terms_lack_what_sets_say(seed):
    rng = np.random.default_rng(seed)
    words = [
        (tuple(rng.choice(400, rng.integers(0, 15)).tolist()), int(rng.integers(0, 30)))
        for _ in range(100)
    ]
    titles, others = (
        [rng.integers(0, len(words), rng.integers(0, most)).tolist() for _ in range(ROWS)]
        for most in (70, 10)
    )
    holdings = holdings_of(words, titles, others)
    wanted = rng.choice(400, rng.integers(1, 400), replace=False)
    shares = rng.dirichlet(np.ones(len(wanted)))
    named, rarities = 1 + rng.choice(29, 3, replace=False), rng.uniform(1, 9, 3)
    asked = asking((wanted, shares, 2.0), (named, rarities, 3.0))
    for row, energy in enumerate(Lack(holdings, np.arange(ROWS), asked).energies().tolist()):
        title, other = of_row(words, titles[row]), of_row(words, others[row])
        if not title | other:
            assert energy == WORDLESS
            continue
        held = [1.0 if t in title else 0.5 if t in other else 0.0 for t in wanted.tolist()]
        opening = [words[word][1] for word in titles[row][:OPENING]]
        places = {r: opening.index(f) for f, r in zip(named, rarities, strict=True) if f in opening}
        late = sum(r * p for r, p in places.items()) / sum(places) / OPENING if places else 1.0
        assert energy == pytest.approx(2 * (1 - shares @ held) + 3 * late, abs=1e-5)


def test_words_and_axes_without_trigrams_are_refused():
    for parts in ({"named": ([1], [1.0], 1.0)}, {"axes": ([10], [1], [1.0], [1.0])}):
        with pytest.raises(ValueError, match="wants trigrams, too"):
            asking(**parts)


@pytest.mark.parametrize(
    "axis", [(1, LEVELS, 1.0, 1.0), (LEVELS, 2, 1.0, 1.0), (5, 1, 1.0, 1.5), (5, 1, 1.0, np.nan)]
)
def test_axes_that_are_none_are_refused(axis):
    with pytest.raises(ValueError, match="one step or 32 together"):
        asking(([0], [1.0], 1.0), axes=tuple([value] for value in axis))


def test_what_asks_for_nothing_or_too_much_is_refused():
    holdings = Holdings.from_words([[0]], [[0]], Spellings.of([((1,), 1)]))
    with pytest.raises(ValueError, match="take its box alone"):
        Lack(holdings, np.arange(1), asking())
    many = np.arange(2**16)
    with pytest.raises(ValueError, match="can want 65,535 trigrams, not 65,536"):
        asking((many, many / many.sum(), 1.0))


def asked_of(holdings):
    """What some terms make of rows."""
    of_trigrams = [0, 1, 2], [0.5, 0.25, 0.25], 2.0
    axes = [0, 3 * LEVELS + 2], [LEVELS, 1], [1.0, 0.5], [0.75, 1.0]
    asked = asking(of_trigrams, ([1, 2], [1.0, 2.0], 1.0), axes)
    return Lack(holdings, np.arange(len(holdings)), asked).energies()


# Of the first axes, and single places after them.
places_of_rows = st.dictionaries(st.integers(0, ROWS - 1), st.integers(0, 3 * LEVELS + 7))


@given(catalogs(), places_of_rows, st.lists(st.integers(0, ROWS - 1), max_size=8))
def test_chosen_rows_hold_what_they_held(catalog, places, rows):
    holdings = holdings_of(*catalog, (list(places), list(places.values())))
    chosen = holdings.chosen(np.array(rows, np.int64))
    assert len(chosen) == len(rows)
    assert asked_of(chosen).tolist() == asked_of(holdings)[rows].tolist()


@given(catalogs(), places_of_rows, st.integers(0, ROWS))
def test_parts_put_together_are_the_whole(catalog, places, cut):
    """To the last array, in whatever order the parts were laid out."""
    whole = holdings_of(*catalog, (list(places), list(places.values())))
    backwards = whole.chosen(np.arange(ROWS)[::-1])
    parts = [backwards.chosen(ROWS - 1 - rows) for rows in (np.arange(cut), np.arange(cut, ROWS))]
    together = Holdings.concatenated(parts)
    for found, expected in zip(
        (*together.held, *together.spellings), (*whole.held, *whole.spellings), strict=True
    ):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


@given(catalogs(longest=60))
def test_each_word_is_spelled_once_and_kept_only_where_it_counts(catalog):
    words, titles, others = catalog
    holdings = holdings_of(words, titles, others)
    spellings = holdings.spellings
    kept = spellings.spelled(np.arange(len(spellings.forms)))
    assert len(set(kept)) == len(kept) <= len(words)
    for row, (title, other) in enumerate(zip(titles, others, strict=True)):
        start, middle, end = holdings.held.heads[row].tolist()
        run = spellings.spelled(holdings.held.entries[start:end])
        middle -= start
        if not of_row(words, [*title, *other]):
            assert not run
            continue
        opening = [words[word] for word in title[:OPENING]]
        assert run[: len(opening)] == opening
        assert {trigram for t, _ in run[:middle] for trigram in t} == of_row(words, title)
        assert all(trigrams for trigrams, _ in run[middle:])
        assert len(run) <= len(opening) + len(words)


def test_many_words_take_wider_numbers():
    spellings = Spellings.of([((word,), word) for word in range(70_000)])
    titles = [[word] for word in range(70_000)]
    holdings = Holdings.from_words(titles, titles, spellings)
    assert {array.dtype for array in (holdings.held.entries, *holdings.spellings[::2])} == {
        np.dtype("u4")
    }
    last = np.array([3, 4_463, 69_999])  # the middle one is the last one's place in 16 bits
    asked = asking(([69_999], [1.0], 1.0), ([69_999], [1.0], 1.0))
    lack = Lack(holdings, np.arange(70_000), asked)
    assert lack.energies(last).tolist() == [2.0, 2.0, 0.0]


def test_more_words_than_can_be_counted_are_refused(monkeypatch):
    monkeypatch.setattr(module, "_MOST_ENTRIES", 3)
    spellings = Spellings.of([((1,), 1)])
    assert len(Holdings.from_words([[0]] * 3, [[]] * 3, spellings)) == 3
    with pytest.raises(ValueError, match="can hold 3 words, not 4: add the products in several"):
        Holdings.from_words([[0]] * 4, [[]] * 4, spellings)
