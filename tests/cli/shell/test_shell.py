from __future__ import annotations

from pathlib import Path

from hyperquery.cli.shell import history_file


def test_lines_from_a_pipe_are_answered(run, saved, small_engine):
    ended = run("shell", "-e", saved, "-k", 1, input="kettle\nkettle AND\n:quit\ntent\n")
    assert ended.exit_code == 0
    assert ended.stdout == f"{small_engine.search('kettle', 1)}\n"
    assert "expected a term after AND" in ended.stderr


def test_where_the_history_is(monkeypatch, tmp_path):
    monkeypatch.delenv("HYPERQUERY_HISTORY", raising=False)
    assert history_file() == Path.home() / ".hyperquery_history"
    monkeypatch.setenv("HYPERQUERY_HISTORY", str(tmp_path / "asked"))
    assert history_file() == tmp_path / "asked"
