"""JSON: a stable format, round-tripping, and clear about what it cannot read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperquery.query import Query, QueryError, Term, from_json, parse
from hyperquery.testing.expressions import expressions

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(expressions())
def test_round_trip(query: Query) -> None:
    assert from_json(query.to_json()) == query
    assert Query.from_json(json.dumps(json.loads(query.to_json()))) == query


def test_format_is_stable() -> None:
    """Version 1, byte for byte: written files must stay readable."""
    query = parse('fire tv^2 AND NOT "x" AND (brand:Amazon OR price:[5 TO *]) AND 2 of (a, *, {})')
    assert json.loads(query.to_json()) == {
        "hyperquery": 1,
        "nodes": [
            {"term": "fire tv"},
            {"boost": 0, "weight": 2.0},
            {"phrase": "x"},
            {"not": 2},
            {"field": "brand", "equals": "Amazon"},
            {
                "field": "price",
                "low": 5.0,
                "high": None,
                "include_low": True,
                "include_high": True,
            },
            {"or": [4, 5]},
            {"term": "a"},
            {"everything": True},
            {"nothing": True},
            {"at_least": 2, "of": [7, 8, 9]},
            {"and": [1, 3, 6, 10]},
        ],
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON text"),
        ("{", "no JSON text"),
        ("[" * 100_000, "no JSON text"),
        ("[]", r'\{"hyperquery": 1, "nodes": \[\.\.\.\]\}'),
        ('{"hyperquery": 1}', "nodes"),
        ('{"nodes": [{"term": "a"}]}', "version None"),
        ('{"hyperquery": 2, "nodes": [{"term": "a"}]}', "version 2, and this hyperquery reads 1"),
        ('{"hyperquery": 1, "nodes": []}', "no nodes"),
        ('{"hyperquery": 1, "nodes": [{"term": ""}]}', "node 0 .* a term needs"),
        ('{"hyperquery": 1, "nodes": [{"term": 5}]}', "a term is text, not int"),
        ('{"hyperquery": 1, "nodes": [{"term": "a", "x": 1}]}', "no such node"),
        ('{"hyperquery": 1, "nodes": [{"wat": 1}]}', "no such node"),
        ('{"hyperquery": 1, "nodes": [7]}', "no such node"),
        ('{"hyperquery": 1, "nodes": [{"not": 0}]}', "0 is not the index of an earlier node"),
        ('{"hyperquery": 1, "nodes": [{"term": "a"}, {"not": -1}]}', "-1 is not the index"),
        ('{"hyperquery": 1, "nodes": [{"term": "a"}, {"not": true}]}', "True is not the index"),
        ('{"hyperquery": 1, "nodes": [{"term": "a"}, {"and": [0]}]}', "at least two operands"),
        ('{"hyperquery": 1, "nodes": [{"term": "a"}, {"boost": 0, "weight": 0}]}', "greater"),
        ('{"hyperquery": 1, "nodes": [{"term": "a"}, {"at_least": 2, "of": [0]}]}', "2 of 1"),
        (
            '{"hyperquery": 1, "nodes": [{"field": "p", "low": "x", "high": 1,'
            ' "include_low": true, "include_high": true}]}',
            "is a number, not str",
        ),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        from_json(text)


@relaxed
@given(expressions(max_leaves=4), st.data())
def test_damaged_documents_raise_nothing_else(query: Query, data: st.DataObject) -> None:
    document = json.loads(query.to_json())
    node = data.draw(st.sampled_from(document["nodes"]))
    key = data.draw(st.sampled_from(sorted(node)))
    node[key] = data.draw(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.lists(st.integers())
    )
    try:
        again = from_json(json.dumps(document))
    except QueryError:
        return
    assert parse(str(again)) == again


def test_text_that_is_no_unicode_survives() -> None:
    query = Term("\ud800")
    assert from_json(query.to_json()) == query


def test_only_text_is_read() -> None:
    with pytest.raises(QueryError, match="no JSON text"):
        from_json(None)  # type: ignore[arg-type]
