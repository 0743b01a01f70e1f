from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from hyperquery import Engine, parse
from hyperquery.cli.shell.completion import QueryCompleter
from tests.products import SMALL


@pytest.fixture(scope="module")
def completer():
    rows = [
        {"id": 1, "title": "tea pot", "brand": "Acme", "category": "Shop > Pots", "price": 3},
        {
            "id": 2,
            "title": "tea cup",
            "brand": "Acme & Sons",
            "category": "Shop > Cups",
            "price": 4,
        },
        {"id": 3, "title": "red cup", "brand": "Acme", "category": "Shop > Cups", "price": 5},
    ]
    return QueryCompleter(Engine.fit(rows, config=SMALL, progress=False))


def completed(completer, text):
    found = completer.get_completions(Document(text), CompleteEvent())
    return [text[: len(text) + one.start_position] + one.text for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tea A", ["tea AND"]),
        ("tea w", ["tea WITH", "tea WITHOUT"]),
        ("(tea O", ["(tea OR"]),
        ("tea pri", ["tea price<"]),
        ("br", ["brand:"]),
        ("brand:a", ["brand:Acme", 'brand:"Acme & Sons"']),
        ('brand:"acme', ['brand:"Acme"', 'brand:"Acme & Sons"']),
        ("brand!=", ["brand!=Acme", 'brand!="Acme & Sons"']),
        ("category:", ["category:Shop", "category:Cups", "category:Pots"]),
        ("nothing:A", []),
        ("tea ", []),
        (":e", [":explain"]),
        (":facets b", [":facets brand"]),
        (":where brand:A", [":where brand:Acme", ':where brand:"Acme & Sons"']),
    ],
)
def test_what_is_offered(completer, text, found):
    assert completed(completer, text) == found


def test_values_that_are_offered_are_read_as_conditions(completer):
    for text in completed(completer, "brand:"):
        assert parse(text).fields == ("brand",)
