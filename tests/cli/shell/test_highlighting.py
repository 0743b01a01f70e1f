from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.document import Document

from hyperquery.cli.shell.highlighting import QueryLexer, problem, styled
from hyperquery.query import Schema

SCHEMA = Schema({"brand": str, "price": float})


def test_each_kind_of_token_has_its_style():
    pieces = styled('(tea OR "tea pot"^2) but not price<10')
    styles = {text.strip(): style for style, text, *_ in pieces}
    assert styles["("] == styles[")"] == "class:bracket"
    assert styles["OR"] == styles["but not"] == "class:operator"
    assert styles['"tea pot"'] == "class:phrase"
    assert styles["price"] == "class:field"
    assert styles["<"] == "class:comparison"
    assert styles["^2"] == styles["10"] == "class:number"
    assert styles["tea"] == ""


def test_what_is_misplaced_is_marked():
    assert ("class:misplaced", ")") in styled("tea) AND pot")


def test_the_argument_of_a_command_is_a_query():
    assert styled(":where tea OR pot")[0] == ("class:command", ":where ")
    assert ("class:operator", "OR") in styled(":where tea OR pot")


@given(st.text(alphabet='ab ()"\\:<>=^*!-+,.5&|{}[]\n', max_size=30))
def test_nothing_of_the_text_is_lost(text):
    assert "".join(piece[1] for piece in styled(text)) == text


def test_lines_are_colored_one_by_one():
    line = QueryLexer().lex_document(Document("tea\nNOT pot"))
    assert line(1)[0] == ("class:operator", "NOT")
    assert line(2) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tea", ""), ("", ""), ("  ", ""), (":k x", ""), (":where price<5", ""),
        ("tea AND (", "this parenthesis is never closed (column 9)"),
        (":where tea AND", "expected a term after AND; for the word itself write \\AND "
                           "(column 15)"),
        ("pot brnd:x", "there is no field brnd; did you mean brand? Known fields: brand, price "
                       "(column 5)"),
    ],
)  # fmt: skip
def test_problems_are_on_one_line_with_their_column(text, found):
    assert problem(text, SCHEMA) == found
