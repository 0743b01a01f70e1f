"""Text heat maps: a column for each trigram, in lines that fit."""

from __future__ import annotations

import numpy as np

from hyperquery.anthem.attention import AttentionGrid, ReadWord
from hyperquery.anthem.text import trigrams, words
from hyperquery.engine.columns import width
from hyperquery.engine.heat_map import heat_map


def grid_of(term: str, text: str, values: np.ndarray | None = None) -> AttentionGrid:
    rows = tuple(ReadWord(word, tuple(trigrams(word))) for word in words(term))
    columns = tuple(ReadWord(word, tuple(trigrams(word))) for word in words(text))
    q, t = (sum(len(word.trigrams) for word in side) for side in (rows, columns))
    if values is None:
        values = np.full((q, t), 1 / (q * t))
    return AttentionGrid(values, np.ones(q), np.ones(t), rows, columns)


def test_shades_are_shares_of_the_darkest() -> None:
    values = np.array([[1.0, 0.5, 0.49, 0.25, 0.24, 0.125, 0.12, 0.0625, 0.06, 0.0]])
    grid = grid_of("a", "abcdefghij", values / values.sum())
    assert heat_map(grid, ["title"]) == ["     abcdefghij", "#a#  ██▓▓▒▒░░··"]


def test_each_word_of_the_term_has_its_own_darkest_cell() -> None:
    values = np.array([[8.0, 4.0], [0.2, 0.1], [0.1, 0.0]])
    lines = heat_map(grid_of("a bc", "tv", values / values.sum()), ["title"])
    assert lines == ["     tv", "#a#  ██", "#bc  ██", "bc#  █·"]


def test_fields_are_parted_and_words_spaced() -> None:
    lines = heat_map(grid_of("tv", "fire tv amazon"), ["title", "title", "brand"])
    assert lines[0] == "     fire tv │ amazon"
    assert lines[1] == "#tv  ████ ██ │ ██████"


def test_wide_texts_go_on_below_and_very_wide_ones_are_cut() -> None:
    text = " ".join(["kindle"] * 40)
    lines = heat_map(grid_of("tv", text), ["title"] * 40, columns=60, blocks=3)
    assert all(len(line) <= 60 for line in lines)
    assert len(lines) == 3 * 3 + 1
    assert lines[-1] == "… and 16 more words"


def test_a_word_wider_than_the_line_stands_alone() -> None:
    lines = heat_map(grid_of("tv", "a " + "k" * 50 + " b"), ["title"] * 3, columns=30)
    assert [line.strip() for line in lines[::3]] == ["a", "k" * 50, "b"]


def test_wide_letters_and_marks_keep_the_columns() -> None:
    lines = heat_map(grid_of("茶", "日本茶 हिन्दी"), ["title"] * 2)
    assert width(lines[0]) == width(lines[1])
    assert "日本茶" in lines[0]
    assert "◌" in lines[0]


def test_nothing_to_attend_to_is_no_block() -> None:
    assert heat_map(grid_of("tv", "", np.zeros((2, 0))), []) == []


def test_words_without_a_known_trigram_are_left_out() -> None:
    grid = grid_of("tv", "fire")
    unread = (ReadWord("zzz", ()), *grid.columns)
    grid = AttentionGrid(grid.values, grid.term, grid.text, grid.rows, unread)
    assert heat_map(grid, ["title"] * 2)[0] == "     fire"
