from __future__ import annotations

from pathlib import Path

import pytest

from hyperquery.cli import benching
from hyperquery.errors import ConfigError


def test_the_list(run):
    listed = run("bench").stdout
    for path in (Path(__file__).parents[2] / "benchmarks").glob("*.py"):
        assert f"{path.stem} " in listed


def test_arguments_and_exit_codes_are_passed_on(run, capfd):
    assert run("bench", "esci", "--nope").exit_code == 2
    assert "unrecognized arguments: --nope" in capfd.readouterr().err


def test_an_unknown_one_is_named(run):
    ended = run("bench", "nothing")
    assert ended.exit_code == 1
    assert "there is no benchmark 'nothing'; there are aligning, attention, boolean" in ended.stderr


def test_an_installed_package_has_none(monkeypatch, tmp_path):
    monkeypatch.setattr(benching, "__file__", str(tmp_path / "a" / "b" / "c" / "benching.py"))
    with pytest.raises(ConfigError, match="are in the repository"):
        benching.benchmarks_folder()
