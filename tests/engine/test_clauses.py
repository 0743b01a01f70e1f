"""Margins by clause: which operand decides, over which other, and what is left without it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.engine.clauses import (
    clauses_of,
    compose,
    deciding_path,
    finite_or_text,
    margin_without,
)
from hyperquery.query import AtLeast, Query, Term, parse
from hyperquery.testing.expressions import expressions, leaf_margins, true_margin

MARGINS = {"a": -0.5, "b": 0.25, "c": 1.0, "d": -0.125}


def explained(text: str) -> tuple[float, str, float | None]:
    """The margin, the leaf that decides, and the margin without it."""
    clauses = clauses_of(parse(text), lambda leaf: MARGINS[str(leaf)])
    path = deciding_path(clauses)
    return clauses[-1].margin, str(clauses[path[-1]].query), margin_without(clauses, path)


@pytest.mark.parametrize(
    ("text", "margin", "leaf", "without"),
    [
        ("a", -0.5, "a", None),
        ("NOT a", 0.5, "a", None),
        ("a^2", -1.0, "a", None),
        ("a AND b", 0.25, "b", -0.5),
        ("a OR b", -0.5, "a", 0.25),
        ("a AND b AND c", 1.0, "c", 0.25),
        ("a AND NOT d", 0.125, "d", -0.5),
        ("(a OR d) AND b", 0.25, "b", -0.5),
        ("(a AND b) OR c", 0.25, "b", -0.5),
        ("(a AND (b OR c)) OR NOT a", 0.25, "b", 0.5),
        ("a^2 OR d", -1.0, "a", -0.125),
        ("2 of (a, b, c)", 0.25, "b", 1.0),
        ("1 of (a, b)", -0.5, "a", 0.25),
        ("2 of (a, b)", 0.25, "b", -0.5),
        ("3 of (a, b, d)", 0.25, "b", -0.125),
        ("1 of (a)", -0.5, "a", None),
        ("a AND a", -0.5, "a", -0.5),
    ],
)
def test_what_decides_and_what_is_left(
    text: str, margin: float, leaf: str, without: float | None
) -> None:
    assert explained(text) == (margin, leaf, without)


def test_gaps_are_what_the_absence_would_change() -> None:
    clauses = clauses_of(parse("a AND b AND c"), lambda leaf: MARGINS[str(leaf)])
    assert (clauses[-1].decisive, clauses[-1].runner_up, clauses[-1].gap) == (2, 1, 0.75)
    assert clauses[0].gap is None
    infinite = clauses_of(parse("a OR b"), lambda leaf: math.inf)
    assert (infinite[-1].decisive, infinite[-1].runner_up, infinite[-1].gap) == (0, 1, 0.0)


@st.composite
def queries_with_margins(draw: st.DrawFn) -> tuple[Query, dict[Query, float]]:
    query = draw(expressions())
    return query, draw(leaf_margins(query))


def leaf_value(margins: dict[Query, float], leaf: Query) -> float:
    return margins[leaf] if leaf in margins else true_margin(leaf, {})


@given(queries_with_margins())
def test_every_clause_is_composed_of_its_operands(
    drawn: tuple[Query, dict[Query, float]],
) -> None:
    query, margins = drawn
    clauses = clauses_of(query, lambda leaf: leaf_value(margins, leaf))
    assert clauses[-1].query is query
    for number, clause in enumerate(clauses):
        assert all(operand < number for operand in clause.operands)
        if not clause.operands:
            assert clause.margin == leaf_value(margins, clause.query)
            continue
        under = [clauses[operand].margin for operand in clause.operands]
        assert clause.margin == compose(clause.query, under)
        assert clause.decisive is not None
        assert compose(clause.query, [under[clause.decisive]] * len(under)) == clause.margin


@given(queries_with_margins())
def test_without_is_the_margin_of_the_query_less_that_place(
    drawn: tuple[Query, dict[Query, float]],
) -> None:
    query, margins = drawn
    clauses = clauses_of(query, lambda leaf: leaf_value(margins, leaf))
    path = deciding_path(clauses)
    less: Query | None = None
    for number in reversed(path[:-1]):
        clause = clauses[number]
        operands = list(clause.query.children)
        assert clause.decisive is not None
        if less is not None:
            operands[clause.decisive] = less
        else:
            del operands[clause.decisive]
        if len(operands) > 1 and isinstance(clause.query, AtLeast):
            less = AtLeast(min(clause.query.count, len(operands)), *operands)
        elif len(operands) == len(clause.query.children):
            less = clause.query.replaced(operands)
        elif operands:
            less = operands[0] if len(operands) == 1 else type(clause.query)(*operands)
    expected = None
    if less is not None:
        expected = clauses_of(less, lambda leaf: leaf_value(margins, leaf))[-1].margin
    assert margin_without(clauses, path) == expected


def test_shared_parts_are_one_clause_however_often_they_occur() -> None:
    query: Query = Term("a")
    for _ in range(200):
        query = query & query
    assert len(clauses_of(query, lambda leaf: 0.5)) == 201


def test_a_leaf_is_not_composed() -> None:
    with pytest.raises(TypeError, match="Term is no node over others"):
        compose(Term("a"), [])


def test_infinite_margins_are_text_in_json() -> None:
    assert [finite_or_text(v) for v in (None, 1.5, math.inf, -math.inf)] == [
        None,
        1.5,
        "inf",
        "-inf",
    ]
