from __future__ import annotations

import csv
import io
import json

import pytest


def test_in_a_pipe_it_prints_what_python_prints(run, saved, small_engine):
    query = "kettle AND NOT Acme"
    ended = run("search", query, "--engine", saved, "-k", 4, "--where", "price<50")
    assert ended.exit_code == 0
    assert ended.stdout == f"{small_engine.search(query, 4, 'price<50')}\n"
    assert ended.stderr == ""


def test_pages(run, saved, small_engine):
    ended = run("search", "kettle", "-e", saved, "-k", 2, "--offset", 3, "--json")
    assert [hit["id"] for hit in json.loads(ended.stdout)["hits"]] == (
        small_engine.search("kettle", 2, offset=3).ids
    )


def test_json_has_one_object_for_each_query(run, saved, small_engine):
    ended = run("search", "-", "-e", saved, "--json", "-k", 1, input="kettle or pan\n\n tent\n")
    first, second = map(json.loads, ended.stdout.splitlines())
    hit = small_engine.search("tent", 1)[0]
    assert (first["text"], first["query"]) == ("kettle or pan", "kettle OR pan")
    assert list(second) == ["text", "query", "matching", "hits", "relaxations"]
    assert second["hits"] == [
        {"id": hit.id, "margin": hit.margin, "matches": hit.matches,
         "fields": json.loads(json.dumps(dict(hit.fields)))}
    ]  # fmt: skip


def test_json_says_what_to_leave_out(run, saved):
    ended = run("search", "kettle AND brand:Crest AND price>9000", "-e", saved, "--json")
    found = json.loads(ended.stdout)
    assert (found["matching"], found["hits"]) == (0, [])
    assert found["relaxations"][0]["clause"] == "price>9000"


def test_an_empty_line_stands_between_the_tables_of_several_queries(run, saved, small_engine):
    ended = run("search", "-", "-e", saved, "-k", 2, input="kettle\ntent AND\n\npan\n")
    first, second = small_engine.search("kettle", 2), small_engine.search("pan", 2)
    assert ended.stdout == f"{first}\n\n{second}\n"


def test_explanations(run, saved, small_engine):
    ended = run("search", "kettle", "-e", saved, "-k", 1, "--explain")
    best = small_engine.search("kettle", 1).ids[0]
    assert str(small_engine.explain("kettle", best)) in ended.stdout
    ended = run("search", "kettle", "-e", saved, "-k", 1, "--explain", "--json")
    assert json.loads(ended.stdout)["hits"][0]["explanation"]["product_id"] == best


def test_csv(run, saved, small_engine):
    ended = run("search", "-", "-e", saved, "--csv", "-k", 2, input="kettle\ntent\n")
    rows = list(csv.DictReader(io.StringIO(ended.stdout)))
    wanted = small_engine.search("kettle", 2).ids + small_engine.search("tent", 2).ids
    assert [row["id"] for row in rows] == wanted
    assert [row["query"] for row in rows] == ["kettle", "kettle", "tent", "tent"]
    assert rows[0]["category"].startswith("Shop > Kitchen")
    assert float(rows[0]["margin"]) == small_engine.search("kettle", 1)[0].margin


def test_a_bad_line_is_reported_and_the_others_are_answered(run, saved):
    ended = run("search", "-", "-e", saved, "--json", input="kettle\ntent AND\npan\n")
    assert ended.exit_code == 1
    assert [json.loads(line)["text"] for line in ended.stdout.splitlines()] == ["kettle", "pan"]
    assert ended.stderr.startswith("error in line 2: expected a term after AND")


def test_a_syntax_error_shows_the_place(run, saved):
    ended = run("search", "kettle AND (pan", "-e", saved)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.endswith("  kettle AND (pan\n             ^\n")


@pytest.mark.parametrize("options", [["--json", "--csv"], ["--csv", "--explain"]])
def test_options_that_exclude_each_other(run, saved, options):
    assert run("search", "kettle", "-e", saved, *options).exit_code == 2


def test_facets(run, saved, small_engine):
    counts = small_engine.facets("kettle", "brand")
    ended = run("facets", "kettle", "brand", "-e", saved)
    assert [line.split() for line in ended.stdout.splitlines()] == [
        [str(count), brand] for brand, count in counts.items()
    ]
    ended = run("facets", "kettle", "brand", "-e", saved, "--json")
    assert json.loads(ended.stdout)[0] == {
        "value": next(iter(counts)), "count": next(iter(counts.values()))
    }  # fmt: skip


def test_the_demo_answers_where_no_engine_is_named(run):
    ended = run("search", "Fire TV stick AND Alexa", "-k", 1)
    assert "Fire TV Stick" in ended.stdout
