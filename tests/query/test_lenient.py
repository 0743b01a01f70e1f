"""Lenient parsing: the best query for a search box, and every error."""

import pytest
from hypothesis import HealthCheck, given, settings

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldRange,
    Not,
    Or,
    Phrase,
    Query,
    Term,
    parse,
    parse_leniently,
)
from hyperquery.query.machine import MAX_REPAIRS
from hyperquery.testing.expressions import expressions

a, b, c = Term("a"), Term("b"), Term("c")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_a_correct_query_is_read_as_usual(query: Query) -> None:
    assert parse_leniently(str(query)) == (query, [])


@pytest.mark.parametrize(
    ("text", "best", "errors"),
    [
        ("a AND", a, 1),
        ("a AND NOT", a, 1),
        ("AND a", a, 1),
        ("a AND OR b", And(a, b), 1),
        ("a OR OR OR b", Or(a, b), 1),
        ("(a OR b", Or(a, b), 1),
        ("((a OR b) AND (c", And(Or(a, b), c), 1),
        ("(a OR", a, 1),
        ("a) OR b", Or(a, b), 1),
        ("a ) ) b", And(a, b), 1),
        ("a OR ()", a, 1),
        ("a AND (OR b)", And(a, b), 1),
        ("a (b AND )", And(a, b), 1),
        ("NOT", Term("NOT"), 1),
        ("or", Term("or"), 1),
        ("", Everything(), 1),
        ("  ", Everything(), 1),
        ("( )", Term("( )"), 1),
        ('a "b c', And(a, Term("b c")), 1),
        ("a, b", And(a, b), 1),
        ("a^ b", And(a, b), 1),
        ("a^0", a, 1),
        ("a [b]", And(a, b), 2),
        ("a\\", a, 1),
        ("2 of (a, b", AtLeast(2, a, b), 1),
        ("2 of (a, , b)", AtLeast(2, a, b), 1),
        ("2 of (a, )", a, 2),
        ("5 of (a, b)", Or(a, b), 1),
        ("a AND price<", a, 1),
        ("a price<b", And(a, b), 1),
        ("a AND price:[1 TO", a, 1),
        ("a price:[9 TO 1]", And(a, Term("price:[9 TO 1]")), 1),
        ("a AND brand:(b OR", And(a, parse("brand:b")), 1),
        ("-a ) -b", And(Not(a), Not(b)), 1),
        ("(a XOR b", parse("a XOR b"), 1),
        ("“a b", Term("a b"), 1),
        ('"a" AND AND "b"', And(Phrase("a"), Phrase("b")), 1),
        ("(a^2", Boost(a, 2), 1),
    ],
)
def test_best_query(text: str, best: Query, errors: int) -> None:
    query, found = parse_leniently(text)
    assert query == best
    assert len(found) == errors


def test_errors_are_in_the_order_of_the_text() -> None:
    _, errors = parse_leniently("a AND OR b ) c^0 [", fields=["x"])
    assert [error.offset for error in errors] == sorted(error.offset for error in errors)
    assert len(errors) == 4


def test_conditions_on_unknown_fields_are_searched_as_text() -> None:
    query, errors = parse_leniently("Zelda:Wild price<5", fields={"price": float})
    assert query == And(Term("Zelda:Wild"), FieldRange("price", None, 5, include_high=False))
    assert [error.message.split(";")[0] for error in errors] == ["there is no field Zelda"]


def test_too_long_a_text_is_cut() -> None:
    query, errors = parse_leniently("a AND b AND c", max_length=7)
    assert query == And(a, b)
    assert "13 characters, more than the 7 allowed" in errors[0].message


def test_adjacent_words() -> None:
    assert parse_leniently("a b )", adjacent="and").query == And(a, b)


def test_after_many_repairs_the_rest_is_left_out() -> None:
    query, errors = parse_leniently("a [ " * 1000)
    assert len(errors) == MAX_REPAIRS
    assert query == And(*[a] * MAX_REPAIRS)
    query, errors = parse_leniently("a " + ") " * 1000 + "b")
    assert len(errors) == 1
    assert query == a
    query, errors = parse_leniently("a^0 " * 1000)
    assert len(errors) == MAX_REPAIRS
    assert query.terms == ("a",)


def test_unclosed_parentheses_are_closed_however_many() -> None:
    query, errors = parse_leniently("(a OR b " + "AND (b OR d " * 500 + "AND c")
    assert parse(str(query)) == query
    assert query.terms == ("a", "b", "d", "c")
    assert len(errors) == 1
