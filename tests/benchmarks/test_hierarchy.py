from __future__ import annotations

import json

import networkx as nx
import pytest

from benchmarks import hierarchy
from hyperquery.hierarchy import hold_out


@pytest.mark.slow
def test_every_method_does_better_than_chance():
    graph = nx.balanced_tree(4, 3, nx.DiGraph)
    rows = hierarchy.branch(graph, [0], 5)
    assert [row.method.split(",")[0] for row in rows[:5]] == [
        "closed-form boxes", "learned boxes", "learned Euclidean", "Sarkar", "gensim Poincare",
    ]  # fmt: skip
    assert rows[0].figures[0].map == 1.0
    assert all(row.figures[0].map > 0.1 for row in rows)
    assert all(len(row.seconds) == 1 for row in rows)


def test_relations_are_predicted_that_are_not_implied():
    graph = nx.balanced_tree(3, 4, nx.DiGraph)
    rows = hierarchy.links("tree", graph, 3, [0])
    asked = {row.task: row.figures[0].pairs for row in rows}
    held = hold_out(graph, seed=0)
    assert asked["tree links, d=3"] == len(held.pairs)
    assert asked["tree links, d=3, not implied"] == int((~held.implied).sum())
    completed = [row for row in rows if row.method == "closed form of the completed"]
    assert len(completed) == 2
    assert all(row.figures[0].map == 1.0 for row in completed)


def test_wordnet_is_measured_where_it_is_named(tmp_path, monkeypatch, capsys):
    synsets = [f"{n:08} 03 n 01 w{n} 0 001 @ {n // 2:08} n 0000 | gloss" for n in range(2, 30)]
    text = "\n".join(["00000001 03 n 01 w1 0 000 | gloss", *synsets])
    (tmp_path / "data.noun").write_text(text + "\n")
    monkeypatch.setattr(hierarchy, "OUT", tmp_path / "out" / "hierarchy.json")
    hierarchy.main(["--systems", "--wordnet", str(tmp_path)])
    assert "WordNet nouns, 29 nodes, d=10: closed-form boxes" in capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "hierarchy.json").read_text())
    assert written["rows"][0]["figures"][0]["mean_rank"] == 1.0
    assert written["versions"]["networkx"]


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="HYPERQUERY_DATA"):
        hierarchy.main([])
