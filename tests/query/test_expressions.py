"""Building expressions in Python, and what keeps them safe: immutability, identity, depth."""

import copy
import gc
import pickle
from collections.abc import Callable
from fractions import Fraction

import pytest

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    Field,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    QueryError,
    QueryTypeError,
    Term,
    parse,
)
from hyperquery.query.expressions import all_of, any_of

a, b, c = Term("a"), Term("b"), Term("c")


def test_operators_build_what_is_written() -> None:
    assert a & b == And(a, b)
    assert a | b == Or(a, b)
    assert ~a == Not(a)
    assert a - b == And(a, Not(b))
    assert a ^ b == Or(And(a, Not(b)), And(Not(a), b))
    assert a.boost(2) == Boost(a, 2)


def test_building_never_rewrites() -> None:
    assert a & b & c == And(And(a, b), c)
    assert str(a & b & c) == "(a AND b) AND c"
    assert a & a == And(a, a)
    assert ~~a == Not(Not(a))
    assert And(a, And(b, c)).operands == (a, And(b, c))


def test_fields_build_conditions() -> None:
    price = Field("price")
    assert (Field("brand") == "Amazon") == FieldEquals("brand", "Amazon")
    assert (Field("brand") != "Amazon") == Not(FieldEquals("brand", "Amazon"))
    assert (price == 100) == FieldEquals("price", "100")
    assert (price < 100) == FieldRange("price", None, 100, include_high=False)
    assert (price <= 100) == FieldRange("price", None, 100)
    assert (price > 100) == FieldRange("price", 100, None, include_low=False)
    assert (price >= 100) == FieldRange("price", 100, None)
    assert (price == Fraction(9, 2)) == FieldEquals("price", "4.5")
    assert price.between(1, 2, include_high=False) == FieldRange("price", 1, 2, True, False)
    assert price.is_in([]) == Nothing()


def test_a_field_waits_for_its_comparison() -> None:
    """`==` and `<` bind looser than `&` and `|` in Python."""
    amazon = FieldEquals("brand", "Amazon")
    built = Term("fire tv") & ~Term("stick") | Field("brand") == "Amazon"
    assert built == Or(And(Term("fire tv"), Not(Term("stick"))), amazon)
    assert (a | b & Field("brand") == "Amazon") == Or(a, And(b, amazon))
    assert (a & ~Field("brand") == "Amazon") == And(a, Not(amazon))
    assert (a - Field("price") < 5) == And(a, Not(FieldRange("price", None, 5, True, False)))
    assert (a & Field("price").between(1, 2)) == And(a, FieldRange("price", 1, 2))


@pytest.mark.parametrize(
    ("misuse", "remedy"),
    [
        (lambda: a and b, "combine queries with & | ~ in place of and, or, not"),
        (lambda: a or b, "combine queries with & | ~"),
        (lambda: not a, "combine queries with & | ~"),
        (lambda: 1 if a else 2, "combine queries with & | ~"),
        (lambda: 5 < Field("price") < 9, r"Field\(\.\.\.\)\.between\(low, high\)"),
        (lambda: a & "b", r"write Term\('b'\) or parse\('b'\)"),
        (lambda: a | Field("x") == "y" | b, "put the comparison in parentheses"),
        (lambda: Field("x") & a, r"\(Field\('x'\) == value\)"),
        (lambda: bool(Field("x")), r"compare the field: Field\('x'\) == value"),
        (lambda: And(a, Field("x")), r"compare it, as in Field\('x'\) == value"),
        (lambda: Or(a, 5), "5 is not a query"),
        (lambda: Not("a"), r"Term\('a'\)"),
        (lambda: Boost(a, "2"), "a boost is a number, not str"),
        (lambda: Boost(a, True), "a boost is a number, not bool"),
        (lambda: Boost("a", 2), r"Term\('a'\)"),
        (lambda: Term(5), "a term is text, not int"),
        (lambda: Phrase(None), "a phrase is text, not NoneType"),
        (lambda: FieldEquals("brand", None), "unless it is text, is a number, not NoneType"),
        (lambda: Field("brand") == a, "is a number, not Term"),
        (lambda: Field(3), "a field's name is text, not int"),
        (lambda: Field("brand").is_in("Amazon"), r"is_in\(\['Amazon'\]\)"),
        (lambda: FieldRange("price", "1", 2), "the end of a range is a number, not str"),
        (lambda: AtLeast(1.5, a, b), "whole numbers, not 1.5"),
        (lambda: AtLeast(True, a, b), "whole numbers"),
        (lambda: AtLeast(1, a, "b"), r"Term\('b'\)"),
        (lambda: list(a), r"its operands are in \.children"),
    ],
)
def test_misuse_is_explained(misuse: Callable[[], object], remedy: str) -> None:
    with pytest.raises(QueryTypeError, match=remedy):
        misuse()


@pytest.mark.parametrize(
    ("impossible", "reason"),
    [
        (lambda: Term("  "), "a term needs at least one character"),
        (lambda: Phrase(""), "a phrase needs at least one character"),
        (lambda: FieldEquals("", "x"), "a field name needs"),
        (lambda: FieldEquals("x", " "), "a field's value needs"),
        (lambda: And(a), "And needs at least two operands"),
        (lambda: Or(), "Or needs at least two operands"),
        (lambda: Boost(a, 0), "greater than 0"),
        (lambda: Boost(a, -1), "greater than 0"),
        (lambda: Boost(a, float("inf")), "finite"),
        (lambda: Boost(a, 10**400), "finite"),
        (lambda: FieldRange("x", float("nan"), None), "finite"),
        (lambda: FieldRange("x", 2, 1), r"did you mean \[1 TO 2\]"),
        (lambda: AtLeast(3, a, b), "3 of 2 alternatives is not possible"),
        (lambda: AtLeast(0, a, b), "0 of 2 alternatives is not possible"),
    ],
)
def test_impossible_values_are_explained(impossible: Callable[[], object], reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        impossible()


def test_nodes_are_immutable() -> None:
    for node in (a, And(a, b), FieldRange("price", 1, 2), Boost(a, 2)):
        with pytest.raises(AttributeError, match="immutable"):
            node.text = "b"  # type: ignore[attr-defined]
        with pytest.raises(AttributeError, match="immutable"):
            del node._hash
        assert not hasattr(node, "__dict__")


def test_equality_and_hash() -> None:
    assert Term("a") == Term(" a ")
    assert Term("a") != Phrase("a")
    assert And(a, b) != And(b, a)
    assert And(a, b) != Or(a, b)
    assert And(a, b, c) != And(And(a, b), c)
    assert Boost(a, 2) != Boost(a, 3)
    assert FieldRange("x", 0.0, None) == FieldRange("x", -0.0, None)
    assert str(FieldRange("x", -0.0, None)) == "x>=0"
    assert FieldRange("x", None, 1, include_low=False) == FieldRange("x", None, 1)
    assert AtLeast(1, a, b) != AtLeast(2, a, b)
    assert a != "a"
    assert len({And(a, b), And(a, b), And(b, a), Everything(), Everything(), Nothing()}) == 4


def test_same_hash_is_not_taken_for_equality() -> None:
    left, right = Term("x"), Term("y")
    object.__setattr__(right, "_hash", hash(left))
    assert left != right
    assert And(left, a) != And(right, a)


def test_nodes_match_patterns() -> None:
    match parse("fire^2 AND NOT price<100"):
        case And((Boost(Term(text), weight), Not(FieldRange("price", None, high)))):
            assert (text, weight, high) == ("fire", 2.0, 100.0)
        case other:
            pytest.fail(f"did not match {other!r}")


def test_terms_phrases_fields() -> None:
    query = parse('fire "big" -tv brand:X OR fire price<5 OR 1 of (kindle, brand:Y)')
    assert query.terms == ("fire", "tv", "kindle")
    assert query.phrases == ("big",)
    assert query.fields == ("brand", "price")


def test_expansion_of_choices_is_exact_and_limited() -> None:
    assert AtLeast(1, a).expand() == a
    assert AtLeast(1, a, b).expand() == Or(a, b)
    assert AtLeast(2, a, b).expand() == And(a, b)
    many = AtLeast(10, *(Term(f"t{number}") for number in range(20)))
    with pytest.raises(QueryError, match="10 of 20 alternatives expands to 2,032,316 nodes"):
        many.expand()


def test_exclusive_or_refuses_to_explode() -> None:
    large: Query = all_of([Term(f"t{number}") for number in range(6_000)])
    with pytest.raises(QueryError, match="more than 10,000 nodes"):
        large ^ a
    with pytest.raises(ValueError, match="more than 10,000 nodes"):
        parse(" XOR ".join("abcdefghijklmnopqrstuvwxyz" * 3))


def test_all_of_and_any_of() -> None:
    assert all_of([]) == Everything()
    assert all_of([a]) == a
    assert all_of([a, b]) == And(a, b)
    assert any_of([]) == Nothing()
    assert any_of([a]) == a
    assert any_of([a, b]) == Or(a, b)


def test_deep_expressions_do_everything_without_recursion() -> None:
    def build() -> Query:
        query: Query = a
        for number in range(10_000):
            query = Not(query) if number % 3 else And(b, query)
        return query

    query, other = build(), build()
    assert query == other
    assert hash(query) == hash(other)
    assert query != Not(query)
    assert parse(str(query), max_length=10**6) == query
    assert len(repr(query)) > 50_000
    assert pickle.loads(pickle.dumps(query)) == query
    assert copy.deepcopy(query) == query
    assert query.terms == ("b", "a")
    assert query.simplify() == query.simplify().simplify()
    assert query.equivalent(query.simplify())
    assert Query.from_json(query.to_json()) == query
    assert len(query.tree().splitlines()) > 60
    assert query.to_mermaid().count("-->") == query.to_dot().count("->")
    del query, other
    gc.collect()


def test_shared_parts_stay_shared() -> None:
    """A pickle of 60 doublings would not fit any disk if it were written out as a tree."""
    query: Query = a
    for _ in range(60):
        query = And(query, query)
    again = pickle.loads(pickle.dumps(query))
    assert again == query
    assert again.operands[0] is again.operands[1]
    assert query.simplify() == a
    assert Query.from_json(query.to_json()) == query
    assert query.equivalent(a)


def test_large_numbers_of_the_language_are_refused_politely() -> None:
    with pytest.raises(ValueError, match="alternatives is not possible"):
        parse("9" * 5000 + " of (a, b)")
    with pytest.raises(ValueError, match="finite"):
        parse("a^" + "9" * 5000)
