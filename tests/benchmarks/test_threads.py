from __future__ import annotations

import json

import pytest

from benchmarks import threads


def test_threads_answer_as_one(tmp_path, capsys):
    out = tmp_path / "out" / "threads.json"
    threads.main(["--threads", "4", "--seconds", "1", "--out", str(out)])
    found = json.loads(out.read_text())
    assert [row["threads"] for row in found["figures"]] == [1, 4]
    assert all(row["searches"] > 0 == row["wrong"] for row in found["figures"])
    assert found["versions"]["hyperquery"]
    assert capsys.readouterr().out.splitlines()[0].split()[:2] == ["threads", "searches"]


def test_another_answer_is_counted(monkeypatch, tmp_path):
    answers = iter(range(10**9))
    monkeypatch.setattr(threads, "_answer", lambda *asked: next(answers))
    with pytest.raises(SystemExit, match="other answers"):
        threads.main(["--threads", "2", "--seconds", "0.1", "--out", str(tmp_path / "x.json")])
