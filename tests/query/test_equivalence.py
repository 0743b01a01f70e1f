"""`equivalent` and `implies` decide what the slow, plain oracle decides."""

import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hyperquery.query import (
    And,
    AtLeast,
    Field,
    Nothing,
    Or,
    Phrase,
    Query,
    QueryTypeError,
    Term,
    fold,
    parse,
)
from hyperquery.query.equivalence import TooComplexError, equivalent, implies
from hyperquery.query.expressions import all_of
from hyperquery.testing.expressions import (
    boolean_expressions,
    expressions,
    leaf_margins,
    same_truth_table,
    true_margin,
)

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
mixed = boolean_expressions(atoms=(Term("a"), Term("b"), Phrase("p"), Field("f") == "x"))


@relaxed
@given(mixed, mixed)
def test_equal_margins(left: Query, right: Query) -> None:
    assert equivalent(left, right) == same_truth_table(left, right)
    assert implies(left, right) == same_truth_table(left & right, left)


@relaxed
@given(mixed, mixed)
def test_equal_matches(left: Query, right: Query) -> None:
    assert equivalent(left, right, of="matches") == same_truth_table(left, right, values=(-1, 1))
    assert implies(left, right, of="matches") == same_truth_table(
        left & right, left, values=(-1, 1)
    )


@relaxed
@given(expressions(max_leaves=6), expressions(max_leaves=6), st.data())
def test_implication_orders_margins(left: Query, right: Query, data: st.DataObject) -> None:
    """Whatever lies within something else is nowhere nearer; boosts and choices included."""
    right = data.draw(st.sampled_from([right, right | left, left, left.simplify()]))
    if implies(left, right):
        margins = data.draw(leaf_margins(left & right))
        assert true_margin(left, margins) >= true_margin(right, margins)


@relaxed
@given(expressions(max_leaves=8))
def test_a_query_equals_its_rewritings(query: Query) -> None:
    assert query.equivalent(query.simplify())
    assert query.equivalent(query.negation_normal_form())
    assert query.equivalent(query.factor())


@relaxed
@given(st.data())
def test_boosted_terms_are_decided_exactly(data: st.DataObject) -> None:
    """Against all magnitudes and signs of the terms that boosts can tell apart."""
    weights = (1.0, 2.0, 4.0)
    atoms = tuple(Term(name).boost(weight) for name in "ab" for weight in weights)
    left, right = (
        data.draw(boolean_expressions(atoms=atoms, max_leaves=6)),
        data.draw(boolean_expressions(atoms=atoms, max_leaves=6)),
    )
    values = [sign * 3.0**power for sign in (-1, 1) for power in range(-3, 4)]
    same = all(
        true_margin(left, margins) == true_margin(right, margins)
        for first in values
        for second in values
        for margins in [{Term("a"): first, Term("b"): second}]
    )
    assert equivalent(left, right) == same


@pytest.mark.parametrize(
    ("left", "right", "margins", "matches"),
    [
        ("a AND (b OR c)", "a AND b OR a AND c", True, True),
        ("NOT (a AND b)", "NOT a OR NOT b", True, True),
        ("a AND NOT a", "{}", False, True),
        ("a OR NOT a", "*", False, True),
        ('"a" OR NOT "a"', "*", False, True),
        ("f:x OR NOT f:x", "*", True, True),
        ("a XOR b", "b XOR a", True, True),
        ("(a XOR b) XOR c", "a XOR (b XOR c)", True, True),
        ("a", "b", False, False),
        ("a^2", "a", False, True),
        ("(a^2)^3", "a^6", True, True),
        ("(a AND b)^2", "a^2 AND b^2", True, True),
        ("NOT a^2", "(NOT a)^2", True, True),
        ('"x"^2', '"x"', False, True),
        ("f:x^2", "f:x", True, True),
        ("2 of (a, b, c)", "a AND b OR a AND c OR b AND c", True, True),
        ("NOT 2 of (a, b, c)", "2 of (NOT a, NOT b, NOT c)", True, True),
        ("price:5", "price:[5 TO 5]", True, True),
        ("price:5", "price:5.0", False, False),
        ("price:5 AND price<9", "price:5.0 AND price<9", False, False),
        ("brand:5a", "brand:5b", False, False),
    ],
)
def test_equivalent(left: str, right: str, margins: bool, matches: bool) -> None:
    assert equivalent(parse(left), parse(right)) == margins
    assert equivalent(parse(left), parse(right), of="matches") == matches


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        ("a AND b", "a", True),
        ("a", "a OR b", True),
        ("a", "a AND b", False),
        ("{}", "a", True),
        ("a", "*", True),
        ("a AND NOT a", "b OR NOT b", True),
        ("price<50", "price<100", True),
        ("price<100", "price<=100", True),
        ("price<=100", "price<100", False),
        ("price:[10 TO 20]", "price>=10", True),
        ("price:{10 TO 20}", "price:[10 TO 20]", True),
        ("price:[10 TO 20]", "price:{10 TO 20}", False),
        ("price:15", "price:[10 TO 20]", True),
        ("price:25", "price:[10 TO 20]", False),
        ("price<50", "rating<100", False),
        ("price:[* TO *]", "price<5", False),
        ("a^2 AND a", "a", True),
        ("a AND a^2", "a^2", True),
        ("a^2", "a OR a^3", True),
        ("a OR a^3", "a^2", False),
    ],
)
def test_implies(left: str, right: str, answer: bool) -> None:
    assert implies(parse(left), parse(right)) == answer


def test_comparisons_are_methods_too() -> None:
    a, b = Term("a"), Term("b")
    assert (a & b).implies(a)
    assert not a.implies(a & b)
    assert (a | ~a).equivalent(b | ~b, of="matches")
    with pytest.raises(QueryTypeError, match="of is 'margins' or 'matches'"):
        a.equivalent(b, of="ranking")  # type: ignore[arg-type]


def test_large_queries_are_decided() -> None:
    chance = random.Random(3)
    terms = [Term(f"t{index}") for index in range(40)]
    clauses = [
        And(*(t if chance.random() < 0.6 else ~t for t in chance.sample(terms, 4)))
        for _ in range(128)
    ]
    query = Or(*clauses)
    shuffled = Or(*chance.sample(clauses, len(clauses)))
    assert query.equivalent(shuffled)
    assert query.equivalent(query.factor())
    assert not query.equivalent(Or(*clauses[1:]))
    assert Or(*clauses[1:]).implies(query)


def test_choices_are_decided_without_writing_them_out() -> None:
    terms = [Term(f"t{index}") for index in range(40)]
    assert AtLeast(20, *terms).implies(AtLeast(19, *terms))
    assert not AtLeast(19, *terms).implies(AtLeast(20, *reversed(terms)))
    few = terms[:9]
    assert AtLeast(5, *few).equivalent(AtLeast(5, *reversed(few)))


def test_what_takes_too_long_is_given_up() -> None:
    def parity(terms: list[Term]) -> Query:
        result: Query = terms[0]
        for term in terms[1:]:
            result = Or(And(result, ~term), And(~result, term))
        return result

    terms = [Term(f"t{index}") for index in range(40)]
    shuffled = random.Random(1).sample(terms, len(terms))
    with pytest.raises(TooComplexError, match="no decision after 50 dead ends"):
        equivalent(parity(terms), parity(shuffled), max_conflicts=50)


@relaxed
@given(mixed, st.permutations(["a", "b"]))
def test_renaming_terms_changes_nothing(query: Query, names: list[str]) -> None:
    assume(query.terms)
    renaming = dict(zip("ab", names, strict=True))

    def renamed(node: Query, operands: list[Query]) -> Query:
        if isinstance(node, Term):
            return Term(renaming[node.text])
        return node.replaced(operands)

    there = fold(query, renamed)
    assert equivalent(query, Nothing()) == equivalent(there, Nothing())
    assert implies(query, all_of([Term("a"), Term("b")])) == implies(
        there, all_of([Term("a"), Term("b")])
    )


def test_scales_are_exact_fractions() -> None:
    """0.1 and 0.2 as floats are no exact tenths, and the comparison knows."""
    assert Fraction(0.1) * 2 == Fraction(0.2)
    assert equivalent(parse("(a^.1)^2"), parse("a^.2"))
    assert not equivalent(parse("(a^.1)^3"), parse("a^.3"))
