"""No text raises anything but QuerySyntaxError, and none takes long."""

import contextlib
import os
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hyperquery.query import Query, QuerySyntaxError, parse, parse_leniently
from hyperquery.testing.expressions import expressions, texts

SIGNS = '( ) [ ] { } {} " “ ” \\ ^ ^2 ^0 & && | || < > = <= => != ! - + * , : :[ x:( price:[1'
WORDS = "TO and or not xor with without except but at least 2 of a b fire price price< brand:"
NIGHTLY = os.environ.get("HYPERQUERY_PROFILE") == "nightly"
LENGTH = 100_000 if NIGHTLY else 6_000

pieces = st.one_of(
    st.sampled_from(SIGNS.split() + WORDS.split()),
    texts(),
    st.text(max_size=3),
)
queries = st.one_of(
    st.lists(pieces, max_size=12).map(" ".join),
    st.lists(pieces, max_size=12).map("".join),
    st.text(),
)
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(queries, st.sampled_from(["term", "and"]), st.sampled_from([None, ["brand", "price"]]))
@example("\ud800 AND (", "term", None)
@example("\0", "and", None)
def test_any_text(text: str, adjacent: str, fields: list[str] | None) -> None:
    options: dict[str, Any] = {"adjacent": adjacent, "fields": fields}
    best, errors = parse_leniently(text, **options)
    assert parse(str(best)) == best
    for error in errors:
        assert error.message in str(error)
        assert 1 <= error.column <= len(text) + 1
        assert error.picture.endswith("^")
    if errors:
        with pytest.raises(QuerySyntaxError):
            parse(text, **options)
    else:
        assert parse(text, **options) == best


@relaxed
@given(expressions(max_leaves=6), st.data())
def test_one_character_changed(query: Query, data: st.DataObject) -> None:
    """Texts that are almost queries go deeper into the parser than random ones."""
    text = str(query)
    place = data.draw(st.integers(0, len(text) - 1))
    inserted = data.draw(st.sampled_from(["", *' ()[]{}"\\^&|<>=,!-:*', " and ", " of ("]))
    changed = text[:place] + inserted + text[place + data.draw(st.integers(0, 1)) :]
    best, errors = parse_leniently(changed)
    if errors:
        with pytest.raises(QuerySyntaxError):
            parse(changed)
    else:
        assert parse(changed) == best


NESTS = ("(", ")", "NOT ", "-", "[", "{", '"', "\\", "2 of (", "x:(", "a^", "^2", "a,", "((a) ")
RUNS = ("a ", "a-", "a.", "a&", "1,", '1"', "price<", "x:[1 TO ", "a AND ", "a xor ", "but ")
HEADS = (
    "“ ",
    "a “",
    "(a) xor ",
    "at least ",
    "1 of ",
    "at least 1 of (",
    "a:",
    "<",
    "=",
    "*",
    "{ }",
    "a OR (",
    '"a"',
    "“",
)


@pytest.mark.parametrize("piece", [*NESTS, *RUNS, *HEADS, " ", "a" * 1000, "9", "a\n"])
@pytest.mark.parametrize("end", ["", ")", " a"])
def test_time_is_bounded(piece: str, end: str) -> None:
    """About ten microseconds a character at worst: a second for the longest text."""
    text = (piece * LENGTH)[: LENGTH - len(end)] + end
    begin = time.process_time()
    with contextlib.suppress(QuerySyntaxError):
        parse(text)
    _, errors = parse_leniently(text)
    assert time.process_time() - begin < 0.5 + LENGTH * 50e-6
    assert all(len(str(error)) < 1_000 for error in errors)


@pytest.mark.parametrize("piece", ["(", "x:(", "a AND ", "a xor ", "[ a ", '"a"'])
def test_memory_is_bounded(piece: str) -> None:
    """A kilobyte a character at worst."""
    text = (piece * LENGTH)[:LENGTH]
    tracemalloc.start()
    parse_leniently(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e6 + 1_000 * LENGTH


def test_too_long_a_text_is_refused_at_once() -> None:
    with pytest.raises(QuerySyntaxError, match="100,001 characters, more than the 100,000 allowed"):
        parse("a" * 100_001)
    assert parse("a" * 100_001, max_length=200_000).terms == ("a" * 100_001,)
    assert parse("a" * 100_000).terms == ("a" * 100_000,)


def test_ten_thousand_parentheses() -> None:
    assert parse("(" * 10_000 + "a" + ")" * 10_000) == parse("a")
    assert str(parse("NOT (" * 10_000 + "a" + ")" * 10_000)) == "NOT " * 10_000 + "a"
