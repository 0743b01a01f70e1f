"""Every rule keeps every margin bit for bit, and does what its name says."""

import random
import time
from collections.abc import Callable

import boolean
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    Field,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Term,
    fold,
    parse,
)
from hyperquery.query.rewriting import RULES, everywhere, factor, simplify, take_out_shared_parts
from hyperquery.testing.expressions import (
    boolean_expressions,
    expressions,
    leaf_margins,
    same_truth_table,
    true_margin,
)

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
every_rule = pytest.mark.parametrize(
    "rule", [*RULES, take_out_shared_parts], ids=lambda rule: rule.__name__
)
mixed_atoms = (Term("a"), Term("b"), Phrase("p"), Field("f") == "x")
a, b, c, d = (Term(name) for name in "abcd")


@every_rule
@relaxed
@given(query=boolean_expressions(atoms=mixed_atoms))
def test_rule_keeps_the_truth_table(rule: Callable[[Query], Query], query: Query) -> None:
    assert same_truth_table(rule(query), query)
    assert same_truth_table(everywhere(rule, query), query)


@every_rule
@relaxed
@given(query=expressions(), data=st.data())
def test_rule_keeps_margins(
    rule: Callable[[Query], Query], query: Query, data: st.DataObject
) -> None:
    margins = data.draw(leaf_margins(query))
    assert true_margin(everywhere(rule, query), margins) == true_margin(query, margins)


@pytest.mark.parametrize("rewrite", [simplify, factor])
@relaxed
@given(query=boolean_expressions(atoms=mixed_atoms))
def test_rewriting_keeps_the_truth_table_and_settles(
    rewrite: Callable[[Query], Query], query: Query
) -> None:
    result = rewrite(query)
    assert same_truth_table(result, query)
    assert rewrite(result) == result
    assert leaf_count(result) <= leaf_count(query)


@pytest.mark.parametrize("rewrite", [simplify, factor])
@relaxed
@given(query=expressions(), data=st.data())
def test_rewriting_keeps_margins(
    rewrite: Callable[[Query], Query], query: Query, data: st.DataObject
) -> None:
    margins = data.draw(leaf_margins(query))
    assert true_margin(rewrite(query), margins) == true_margin(query, margins)


@relaxed
@given(boolean_expressions(atoms=tuple(map(Term, "abc"))))
def test_an_independent_library_agrees(query: Query) -> None:
    """boolean.py decides ordinary equality, which equal margins imply."""
    algebra = boolean.BooleanAlgebra()

    def translated(node: Query, parts: list[boolean.Expression]) -> boolean.Expression:
        match node:
            case And():
                return algebra.AND(*parts)
            case Or():
                return algebra.OR(*parts)
            case Not():
                return algebra.NOT(parts[0])
            case Everything():
                return algebra.TRUE
            case Nothing():
                return algebra.FALSE
            case Term(text):
                return algebra.Symbol(text)
        raise AssertionError(node)

    before, after = (
        algebra.dnf(fold(each, translated)).simplify() for each in (query, simplify(query))
    )
    assert before == after


def leaf_count(query: Query) -> int:
    return fold(query, lambda node, counts: sum(counts) if node.children else 1)


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("a AND *", "a"),
        ("a OR {}", "a"),
        ("a AND {}", "{}"),
        ("a OR *", "*"),
        ("* AND *", "*"),
        ("NOT *", "{}"),
        ("NOT {} AND a", "a"),
        ("a AND b AND a", "a AND b"),
        ("a OR a", "a"),
        ("(a AND b) AND c", "a AND b AND c"),
        ("a OR (b OR (c OR d))", "a OR b OR c OR d"),
        ("NOT NOT NOT a", "NOT a"),
        ("a OR (a AND b)", "a"),
        ("a AND (b OR a)", "a"),
        ("(a AND b) OR (b AND a)", "a AND b"),
        ("(a AND b AND c) OR (c AND a)", "c AND a"),
        ("(a OR b) AND (b OR c OR a)", "a OR b"),
        ("a AND NOT a", "a AND NOT a"),
        ("a OR NOT a", "a OR NOT a"),
        ('"a" AND NOT "a"', '"a" AND NOT "a"'),
        ("price<5 AND NOT price<5", "{}"),
        ("brand:x OR b OR NOT brand:x", "*"),
        ("a^1", "a"),
        ('"a"^2', '"a"^2'),
        ("brand:x^2", "brand:x"),
        ("(NOT *)^3", "{}"),
        ("(a^2)^3", "a^2^3"),
        ("1 of (a, b)", "a OR b"),
        ("2 of (a, b)", "a AND b"),
        ("1 of (a)", "a"),
        ("2 of (a, *, b, {})", "a OR b"),
        ("2 of (*, b, *)", "*"),
        ("2 of (a, {}, {})", "{}"),
        ("2 of (a, b, a)", "2 of (a, b, a)"),
    ],
)
def test_simplify(text: str, simple: str) -> None:
    assert str(simplify(parse(text))) == simple


@pytest.mark.parametrize(
    ("text", "factored"),
    [
        ("a AND b OR a AND c", "a AND (b OR c)"),
        ("(a OR b) AND (a OR c)", "a OR b AND c"),
        ("a AND b AND c OR a AND b AND d", "a AND b AND (c OR d)"),
        ("a AND b OR c AND d", "a AND b OR c AND d"),
        ("x AND a OR x AND b OR y AND a OR y AND b", "(a OR b) AND (x OR y)"),
        ("a AND b OR a AND c OR d", "a AND (b OR c) OR d"),
        ("NOT a AND b OR NOT a AND c", "NOT a AND (b OR c)"),
        ("a OR a AND b", "a"),
    ],
)
def test_factor(text: str, factored: str) -> None:
    assert str(factor(parse(text))) == factored


def test_each_rule_does_only_its_own_work() -> None:
    names = {rule.__name__: rule for rule in RULES}
    mixed = And(And(a, Everything()), Not(Not(b)))
    assert everywhere(names["flatten"], mixed) == And(a, Everything(), Not(Not(b)))
    assert everywhere(names["remove_double_negation"], mixed) == And(And(a, Everything()), b)
    assert everywhere(names["apply_constants"], mixed) == And(a, Not(Not(b)))
    assert everywhere(names["remove_duplicates"], And(Or(a, a), a)) == a
    assert everywhere(names["absorb"], Or(a, And(a, b), Not(Not(a)))) == Or(a, Not(Not(a)))
    assert everywhere(names["unwrap_choices"], AtLeast(2, a, b)) == And(a, b)
    assert everywhere(names["drop_idle_boosts"], Boost(a, 1)) == a
    assert everywhere(names["cancel_conditions"], And(a, Not(a))) == And(a, Not(a))


def test_unchanged_queries_come_back_as_the_same_object() -> None:
    query = parse("a AND (b OR NOT c^2) AND 2 of (d, e, f)")
    assert simplify(query) is query


def clauses(number: int, seed: int) -> Query:
    chance = random.Random(seed)
    terms = [Term(f"t{index}") for index in range(60)]
    return Or(
        *(
            And(*(t if chance.random() < 0.6 else Not(t) for t in chance.sample(terms, size)))
            for size in (chance.randint(2, 5) for _ in range(number))
        )
    )


def test_hundreds_of_clauses_simplify_in_milliseconds() -> None:
    """Measured at about 5 ms; the bound leaves room for a busy machine."""
    query = clauses(256, seed=1)
    fastest = min(timed(simplify, query) for _ in range(5))
    assert fastest < 0.05
    assert simplify(query).equivalent(query)


def timed(function: Callable[[Query], Query], query: Query) -> float:
    begin = time.process_time()
    function(query)
    return time.process_time() - begin
