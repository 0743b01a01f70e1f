"""The page about explanations: its program prints what it shows, and its examples run."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "explain.md"


def test_the_program_prints_what_the_page_shows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"```python\n((?!>>>).*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 1
    program, expected = shown[0]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, str(PAGE), "exec"), {})
    assert printed.getvalue() == expected


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags)
    assert failed == 0
    assert tried > 15
    assert (tmp_path / "attention.png").stat().st_size > 10_000
