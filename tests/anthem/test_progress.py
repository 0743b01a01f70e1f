"""How far long work has come, in a terminal and in a log."""

from __future__ import annotations

import sys

from hyperquery.anthem import progress


def test_a_log_gets_a_line_at_the_start_and_one_now_and_then(capsys):
    seconds = iter([0.0, 1.0, 29.0, 31.0, 31.0, 40.0, 62.0, 62.0])
    lines = progress._Lines("training", 2000, "step", 500, lambda: next(seconds))
    for _ in range(5):
        lines.set_postfix({"loss": "1.5"}, refresh=False)
        lines.update(100)
    lines.close()
    assert capsys.readouterr().err.splitlines() == [
        "training: 2,000 steps, 500 done",
        "training: 800 of 2,000 steps, loss 1.5",
        "training: 1,000 of 2,000 steps, loss 1.5",
    ]


def test_a_terminal_gets_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = progress.bar("encoding", 4, "product", shown=True)
    bar.update(4)
    bar.close()
    assert "encoding: 100%|" in capsys.readouterr().err


def test_nothing_is_said_where_nothing_is_wanted_or_nobody_listens(monkeypatch, capsys):
    for shown, stderr in ((False, sys.stderr), (True, None)):
        monkeypatch.setattr(sys, "stderr", stderr)
        progress.note("reading", shown=shown)
        bar = progress.bar("encoding", 4, "product", shown=shown)
        bar.update()
        bar.close()
    monkeypatch.undo()
    assert capsys.readouterr() == ("", "")
