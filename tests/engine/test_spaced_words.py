from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.engine.spaced_words import in_a_row, parted, spaced, spaced_column

# Letters whose form depends on their neighbours, marks, signs and white space of many kinds.
ODD = st.text(alphabet="aB9 _-+\t\x1c\u00a0\u2028éÉß™ﬁΣς़́कि日ｶﾞ¨İı", max_size=12)


@given(st.lists(st.none() | ODD | st.text(max_size=12), max_size=6))
def test_columns_give_the_words_of_each_text(texts):
    expected = [None if text is None else spaced(text) for text in texts]
    assert spaced_column(pa.array(texts, pa.string())).to_pylist() == expected
    halves = pa.chunked_array([texts[:2], texts[2:]], pa.large_string())
    assert spaced_column(halves).to_pylist() == expected


@given(st.lists(st.none() | ODD, min_size=1, max_size=6), ODD)
def test_words_are_found_in_a_row(texts, wanted):
    expected = [None if text is None else spaced(wanted) in spaced(text) for text in texts]
    assert in_a_row(parted(pa.array(texts, pa.string())), wanted).to_pylist() == expected
