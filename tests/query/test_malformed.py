"""A catalogue of malformed queries with the whole error of each, as a person sees it.

`malformed.txt` beside this file holds them: a line `>>> ` with the input as JSON text, then the
error. After a change of wording, write it anew and read the difference:

    HYPERQUERY_WRITE_SNAPSHOTS=1 python -m pytest tests/query/test_malformed.py
"""

import json
import os
from pathlib import Path

import pytest

from hyperquery.query import QuerySyntaxError, parse, parse_leniently

CATALOGUE = Path(__file__).with_name("malformed.txt")
FIELDS = {"brand": str, "category": str, "price": float, "rating": float}


def recorded() -> dict[str, str]:
    entries = {}
    for block in CATALOGUE.read_text(encoding="utf-8").split(">>> ")[1:]:
        source, _, error = block.partition("\n")
        entries[json.loads(source)] = error.rstrip("\n")
    return entries


def error_of(text: str) -> str:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, fields=FIELDS)
    return "\n".join(line.rstrip() for line in str(caught.value).splitlines())


if os.environ.get("HYPERQUERY_WRITE_SNAPSHOTS"):
    CATALOGUE.write_text(
        "\n".join(
            f">>> {json.dumps(text, ensure_ascii=False)}\n{error_of(text)}\n" for text in recorded()
        ),
        encoding="utf-8",
    )


def test_the_catalogue_is_large() -> None:
    assert len(recorded()) >= 40


@pytest.mark.parametrize(("text", "error"), recorded().items(), ids=json.dumps)
def test_error(text: str, error: str) -> None:
    assert error_of(text) == error


@pytest.mark.parametrize("text", recorded(), ids=json.dumps)
def test_a_lenient_parse_reports_the_same_error(text: str) -> None:
    query, errors = parse_leniently(text, fields=FIELDS)
    assert parse(str(query)) == query
    assert error_of(text).splitlines()[0].rpartition(" (line")[0] in [
        error.message for error in errors
    ]


def test_place_of_an_error() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("fire AND\n  (kindle OR )\n  tablet")
    error = caught.value
    assert (error.line, error.column, error.offset) == (2, 14, 22)
    assert error.picture == "    (kindle OR )\n               ^"
    assert error.message == "expected a term after OR, found )"


def test_picture_of_a_long_line_is_a_window() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("a AND " * 1000 + ") AND " + "b" * 1000)
    line, caret = caught.value.picture.splitlines()
    assert len(line) < 90
    assert line[caret.index("^")] == ")"


def test_caret_stands_under_wide_and_combining_characters() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("日本語 e\u0301\tx )")
    _, caret = caught.value.picture.splitlines()
    assert caret == "  " + " " * (6 + 1 + 1 + 1 + 1 + 1) + "^"
