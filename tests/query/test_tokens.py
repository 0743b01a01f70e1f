from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery import QuerySyntaxError, parse
from hyperquery.query.grammar import tables
from hyperquery.query.tokens import connectives, tokens
from hyperquery.testing import expressions


@given(expressions())
def test_all_tokens_of_a_query_fit_and_cover_it(query):
    text = str(query)
    found = tokens(text)
    assert all(token.fits for token in found)
    gaps = [text[a.end : b.start] for a, b in pairwise(found)]
    assert not "".join(gaps).strip()
    assert (found[0].start, found[-1].end) == (0, len(text))


@given(st.text(alphabet='ab ()"\\:<>=^*!-+,.5&|{}[]ANDOR', max_size=25))
def test_a_text_that_is_a_query_has_no_misplaced_token(text):
    found = tokens(text)
    assert [token.start for token in found] == sorted({token.start for token in found})
    try:
        parse(text)
    except QuerySyntaxError:
        return
    assert all(token.fits for token in found)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_has_none(text):
    assert tokens(text) == []


def test_connectives_are_read_as_such():
    for word in connectives():
        [_, token, _] = tokens(f"tea {word} pot") if word != "NOT" else tokens("tea NOT pot")
        assert token.kind in tables().patterns
        assert token.kind in {"AND", "OR", "XOR", "NOT"}
