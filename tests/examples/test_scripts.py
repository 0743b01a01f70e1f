"""The scripts of ``examples/`` run, and say something."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pandas
import pytest

from hyperquery.demo import CATALOG

SCRIPTS = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, list[str]]:
    """What a script is run with: a smaller catalog where it trains."""
    pandas.read_csv(CATALOG).head(100).to_csv(tmp_path / "small.csv", index=False)
    return {
        "search_csv": [str(tmp_path / "small.csv"), "tablet AND NOT kindle"],
        "taxonomy": [str(tmp_path / "figures")],
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_runs(
    script: Path,
    arguments: dict[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path / "none"))  # small ones are enough
    monkeypatch.setattr(sys, "argv", [str(script), *arguments.get(script.stem, [])])
    runpy.run_path(str(script), run_name="__main__")
    assert len(capsys.readouterr().out.splitlines()) > 5


def test_every_script_is_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "examples.md").read_text(encoding="utf-8")
    shown = {script.name for script in SCRIPTS if f'"examples/{script.name}"' in page}
    assert shown == {script.name for script in SCRIPTS} - {"demo.py"}
