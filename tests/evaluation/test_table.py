from __future__ import annotations

import pytest

from hyperquery.evaluation.table import aligned, cell, p_cell


def test_columns_are_aligned_whatever_their_widths():
    lines = aligned(["", "NDCG@10", "p"], [["a long name", "0.5", ""], ["b", "0.629 ±0.004", "1"]])
    first, second, third = lines.splitlines()
    assert first == "NDCG@10".rjust(25) + "  p"
    assert second == "a long name" + "0.5".rjust(14)
    assert third == "b" + "0.629 ±0.004".rjust(24) + "  1"


def test_one_run_has_no_spread():
    assert cell([0.12345]) == "0.123"
    assert cell([0.1, 0.2, 0.3]) == "0.200 ±0.100"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.00"), (0.05, "0.05"), (0.0096, "0.010"), (0.0009, "<0.001")]
)
def test_small_p_values_keep_a_digit_that_counts(value, text):
    assert p_cell(value) == text
