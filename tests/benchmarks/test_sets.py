from __future__ import annotations

import json

import pytest

from benchmarks import sets
from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.boolean import terms_of

TERMS = ("kettles", "acme", "pans")


def test_right_counts_pairs_of_a_term_and_a_product(small_engine):
    catalog = small_engine.catalog
    inside = {(term, id) for term in TERMS for id in small_engine.matches(term)}
    true = {
        (term, id)
        for row, id in enumerate(catalog.ids)
        for term in TERMS
        if term in terms_of(catalog, row)
    }
    assert inside & true
    both = len(inside & true)
    expected = [both / len(inside), both / len(true), 2 * both / (len(inside) + len(true))]
    assert sets.right(small_engine, catalog, TERMS) == pytest.approx(expected)


def test_right_takes_the_truth_from_fields(small_engine):
    titles = [{"id": p["id"], "title": p["title"]} for p in small_engine.catalog.records()]
    assert sets.right(small_engine, Catalog.from_records(titles), TERMS) == [0, 0, 0]


def test_the_table_and_the_file(slice_folder, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HYPERQUERY_DATA", str(slice_folder))
    monkeypatch.setattr(sets, "OUT", tmp_path / "out" / "sets.json")
    sets.main(["--steps", "5", "--seeds", "0", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[-3:] == ["precision", "recall", "F1"]
    found = json.loads((tmp_path / "out" / "sets.json").read_text())["sets"]
    assert [line.split("  ")[0] for line in lines[1:]] == list(found)
    assert all(len(runs) == 2 for runs in found.values())
    assert all(0 <= value <= 1 for runs in found.values() for run in runs for value in run)


def test_without_data_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="skipped: no shared data"):
        sets.main([])
