from __future__ import annotations

import json
import sys

import pytest


def test_figures(run, saved, tmp_path):
    pytest.importorskip("ir_measures")
    file = tmp_path / "judged.csv"
    rows = [
        f"kettle,{kind}{i},{float(kind == 'kettle')}"
        for kind in ("kettle", "atlas")
        for i in (1, 2)
    ]
    file.write_text("\n".join(["query,product_id,gain", *rows]))
    found = json.loads(run("eval", "-e", saved, "--judgments", file, "--json").stdout)
    assert found["queries"] == 1
    assert found["rerank MAP"] == found["rerank MRR"] == found["full R@100"] == 1.0
    assert 0 < found["full NDCG@10"] <= 1
    assert "rerank MAP      1.000" in run("eval", "-e", saved, "--judgments", file).stdout


def test_without_ir_measures_it_names_the_extra(run, saved, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("hyperquery.evaluation")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    (tmp_path / "judged.csv").write_text("query,product_id,gain\nkettle,kettle1,1\n")
    ended = run("eval", "-e", saved, "--judgments", tmp_path / "judged.csv")
    assert ended.exit_code == 1
    assert "pip install 'hyperquery[bench]'" in ended.stderr
