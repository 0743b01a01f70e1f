from __future__ import annotations

import json

from hyperquery import parse
from hyperquery.query import from_json


def test_the_tree_and_both_forms(run):
    ended = run("parse", "a or (a and b) or not not a")
    assert ended.stdout.splitlines()[:2] == [
        "canonical   a OR a AND b OR NOT NOT a",
        "simplified  a",
    ]
    assert parse("a or (a and b) or not not a").tree() in ended.stdout


def test_json_holds_the_expression(run):
    query = 'fire AND NOT "tv stick" price<100'
    found = json.loads(run("parse", query, "--json").stdout)
    assert from_json(json.dumps(found["expression"])) == parse(query)
    assert (found["terms"], found["phrases"]) == (["fire"], ["tv stick"])
    assert found["fields"] == ["price"]


def test_graphs(run):
    assert run("parse", "a AND b", "--dot").stdout == parse("a AND b").to_dot() + "\n"
    assert run("parse", "a AND b", "--mermaid").stdout == parse("a AND b").to_mermaid() + "\n"
    assert run("parse", "a", "--dot", "--json").exit_code == 2


def test_an_error_shows_the_place(run):
    ended = run("parse", "fire AND")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "  fire AND\n          ^" in ended.stderr
