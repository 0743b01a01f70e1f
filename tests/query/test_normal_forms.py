"""Normal forms are equal to what they come from, have the form, and do not explode."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Field,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Term,
    parse,
    postorder,
)
from hyperquery.query.normal_forms import (
    clause_estimate,
    disjunctive_normal_form,
    negation_normal_form,
)
from hyperquery.testing.expressions import (
    boolean_expressions,
    expressions,
    leaf_margins,
    same_truth_table,
    true_margin,
)

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
mixed_atoms = (Term("a"), Term("b"), Phrase("p"), Field("f") == "x")


@relaxed
@given(expressions(), st.data())
def test_negation_normal_form(query: Query, data: st.DataObject) -> None:
    result = negation_normal_form(query)
    margins = data.draw(leaf_margins(query))
    assert true_margin(result, margins) == true_margin(query, margins)
    assert all(not node.operand.children for node in postorder(result) if isinstance(node, Not))


@relaxed
@given(boolean_expressions(atoms=mixed_atoms))
def test_disjunctive_normal_form_keeps_the_truth_table(query: Query) -> None:
    result = disjunctive_normal_form(query, limit=10**6)
    assert same_truth_table(result, query)
    assert is_union_of_intersections(result)


@relaxed
@given(expressions(max_leaves=8), st.data())
def test_disjunctive_normal_form_keeps_margins(query: Query, data: st.DataObject) -> None:
    """Boosts too: they multiply in the same order, and rounding keeps the order of margins."""
    estimate = clause_estimate(negation_normal_form(query).simplify())
    if estimate > 500:
        with pytest.raises(QueryError, match=f"up to {estimate:,} clauses"):
            disjunctive_normal_form(query, limit=500)
        return
    result = disjunctive_normal_form(query, limit=500)
    margins = data.draw(leaf_margins(query))
    assert true_margin(result, margins) == true_margin(query, margins)
    assert is_union_of_intersections(result)
    clauses = result.operands if isinstance(result, Or) else (result,)
    assert len(clauses) <= max(estimate, 1)


def is_union_of_intersections(query: Query) -> bool:
    clauses = query.operands if isinstance(query, Or) else (query,)
    return all(
        is_literal(part)
        for clause in clauses
        for part in (clause.operands if isinstance(clause, And) else (clause,))
    )


def is_literal(query: Query) -> bool:
    while isinstance(query, Boost):
        query = query.operand
    return not query.children or (isinstance(query, Not) and not query.operand.children)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("(a OR b) AND (c OR d)", "a AND c OR a AND d OR b AND c OR b AND d"),
        ("(a OR b) AND (a OR c)", "a OR b AND c"),
        ("NOT (a AND b) AND a", "NOT a AND a OR NOT b AND a"),
        ("(f:x OR a) AND NOT f:x", "a AND NOT f:x"),
        ("2 of (a, b, c)", "a AND b OR a AND c OR b AND c"),
        ("(a AND NOT b)^2", "a^2 AND (NOT b)^2"),
        ("a AND {}", "{}"),
        ("a OR *", "*"),
        ("a", "a"),
    ],
)
def test_disjunctive_normal_form(text: str, form: str) -> None:
    assert str(disjunctive_normal_form(parse(text))) == form


@pytest.mark.parametrize(
    ("text", "estimate"),
    [
        ("a", 1),
        ("*", 1),
        ("{}", 0),
        ("(a OR b) AND (c OR d OR e)", 6),
        ("NOT (a AND b AND c)", 3),
        ("NOT ((a AND b) OR (c AND d))", 4),
        ("(a OR b)^2 AND {}", 0),
        ("2 of (a, b OR c, d)", 5),
        ("NOT 2 of (a, b, c)", 3),
    ],
)
def test_clause_estimate(text: str, estimate: int) -> None:
    assert clause_estimate(parse(text)) == estimate


def test_the_blow_up_is_refused_before_it_happens() -> None:
    query = parse(" AND ".join(f"(a{number} OR b{number})" for number in range(40)))
    with pytest.raises(
        QueryError, match=r"up to 1,000,000,000,000 clauses|up to 1,099,511,627,776"
    ):
        query.disjunctive_normal_form()
    larger: Query = query
    for _ in range(60):
        larger = Or(And(larger, query), Not(larger))
    with pytest.raises(QueryError, match="more than the limit of 2,000"):
        larger.disjunctive_normal_form()


def test_negation_passes_through_choices() -> None:
    assert negation_normal_form(Not(AtLeast(3, *map(Term, "abcd")))) == AtLeast(
        2, *(Not(Term(name)) for name in "abcd")
    )
