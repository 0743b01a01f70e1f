"""`parse(str(query)) == query`, and the other ways in which an expression survives a trip."""

import contextlib
import copy
import pickle

import pytest
from hypothesis import HealthCheck, given, settings

import hyperquery.query
from hyperquery.query import Query, QuerySyntaxError, Term, escape, parse
from hyperquery.testing.expressions import expressions, texts

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(expressions())
def test_text_parses_back(query: Query) -> None:
    assert parse(str(query)) == query


@relaxed
@given(expressions())
def test_text_parses_back_with_every_pair_of_parentheses_needed(query: Query) -> None:
    """Removing any pair of the printed parentheses changes the meaning, or is no query."""
    text = str(query)
    for opening, closing in _grouping_pairs(text):
        without = text[:opening] + text[opening + 1 : closing] + text[closing + 1 :]
        with contextlib.suppress(QuerySyntaxError):
            assert parse(without) != query


def _grouping_pairs(text: str) -> list[tuple[int, int]]:
    """Unescaped parentheses outside quotes, except those of `2 of (...)`."""
    pairs, stack, position = [], [], 0
    quoted = False
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 2
            continue
        if char == '"' and (quoted or position == 0 or text[position - 1] in " (:"):
            quoted = not quoted
        elif char == "(" and not quoted:
            stack.append((position, text[:position].endswith("of ")))
        elif char == ")" and not quoted:
            opening, choice = stack.pop()
            if not choice:
                pairs.append((opening, position))
        position += 1
    return pairs


@relaxed
@given(texts())
def test_escaped_text_is_one_term(text: str) -> None:
    assert parse(escape(text)) == Term(text)


@relaxed
@given(texts(), expressions(max_leaves=3))
def test_escaped_text_is_one_term_inside_a_query(text: str, query: Query) -> None:
    assert parse(f"({query}) OR {escape(text)} AND ({query})") == query | (Term(text) & query)


@relaxed
@given(expressions())
def test_constructor_form_evaluates_back(query: Query) -> None:
    assert eval(repr(query), vars(hyperquery.query)) == query


@relaxed
@given(expressions())
def test_pickle_and_copy(query: Query) -> None:
    for again in (pickle.loads(pickle.dumps(query)), copy.copy(query), copy.deepcopy(query)):
        assert again == query
        assert hash(again) == hash(query)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("fire or kindle", "fire OR kindle"),
        ("((fire))", "fire"),
        ("a & b && c", "a AND b AND c"),
        ("(a and b) and c", "(a AND b) AND c"),
        ("a | (b & c)", "a OR b AND c"),
        ("!a -b", "NOT a AND NOT b"),
        ("price:[* TO 10}", "price<10"),
        ("price:{5 TO *]", "price>5"),
        ("price:{5 TO 10]", "price:{5 TO 10]"),
        ("a^2.50", "a^2.5"),
        ("brand:'s", "brand:'s"),
        ('brand:"two words"', 'brand:"two words"'),
        ("x:1,000", "x:1,000"),
        ("1 of (x:1,000)", "1 of (x:1,000)"),
        ("x:-5", "x:-5"),
        ("“curly” b", '"curly" AND b'),
        (r"\and", r"\and"),
        (r"\t\-\s\h\i\r\t", "t-shirt"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
