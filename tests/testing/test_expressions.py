"""The strategies reach every kind of node, and the reference margins follow the definition."""

import math

import pytest
from hypothesis import Phase, find, given, settings

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Term,
    parse,
    postorder,
)
from hyperquery.testing.expressions import (
    boolean_expressions,
    expressions,
    leaf_margins,
    same_truth_table,
    texts,
    true_margin,
)

KINDS = [
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Term,
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_generated(kind: type[Query]) -> None:
    def is_there(query: Query) -> bool:
        return any(type(node) is kind for node in postorder(query))

    once = settings(deadline=None, database=None, phases=[Phase.generate])
    assert is_there(find(expressions(), is_there, settings=once))


def test_no_kind_is_missing_above() -> None:
    import hyperquery.query

    concrete = {
        value
        for value in vars(hyperquery.query).values()
        if isinstance(value, type) and issubclass(value, Query) and value is not Query
    }
    assert concrete == set(KINDS)


@given(boolean_expressions(atoms=(Term("x"),)))
@settings(deadline=None)
def test_boolean_expressions_keep_to_their_atoms(query: Query) -> None:
    assert {type(node) for node in postorder(query)} <= {And, Or, Not, Everything, Nothing, Term}
    assert set(query.terms) <= {"x"}


@given(texts())
def test_texts_hold_a_word(text: str) -> None:
    assert text.split()


@given(leaf_margins(parse('a AND "b" AND c:d AND price<5 AND *')))
def test_leaf_margins_suit_their_leaves(margins: dict[Query, float]) -> None:
    assert set(margins) == set(map(parse, ("a", '"b"', "c:d", "price<5")))
    assert all(margins.values())
    assert math.isinf(margins[parse("c:d")])
    assert math.isinf(margins[parse("price<5")])
    assert math.isfinite(margins[parse("a")])


@pytest.mark.parametrize(
    ("text", "margin"),
    [
        ("a AND b", 2.0),
        ("a OR b", -1.0),
        ("NOT a", 1.0),
        ("a^3", -3.0),
        ("2 of (a, b, *)", -1.0),
        ("2 of (a, b, {})", 2.0),
        ("*", -math.inf),
        ("{}", math.inf),
    ],
)
def test_true_margin(text: str, margin: float) -> None:
    assert true_margin(parse(text), {Term("a"): -1.0, Term("b"): 2.0}) == margin


def test_truth_tables_tell_queries_apart() -> None:
    assert same_truth_table(parse("a AND (a OR b)"), parse("a"))
    assert not same_truth_table(parse("a AND b"), parse("a"))
    assert same_truth_table(parse("f:x OR NOT f:x"), parse("*"))
