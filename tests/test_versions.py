"""What a bug report says about versions."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

import hyperquery
from hyperquery import versions


def test_every_requirement_is_listed_under_its_extra() -> None:
    found = versions.versions()
    assert found[""]["torch"] == metadata.version("torch")
    assert found["tables"]["pandas"] == metadata.version("pandas")
    assert found["testing"]["hypothesis"] == metadata.version("hypothesis")
    assert "all" not in found
    assert "dev" not in found


def test_what_is_missing_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["torch<3,>=2.4", 'no.such_package-x>=1; extra == "tables"']
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    found = versions.versions()
    assert list(found) == ["", "tables"]
    assert found["tables"] == {"no.such_package-x": "not installed"}


def test_a_source_tree_without_metadata_still_says_its_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", absent)
    hyperquery.show_versions()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["hyperquery", hyperquery.__version__]
    assert len(lines) == 3


def test_nothing_is_imported_for_it() -> None:
    program = (
        "import sys, hyperquery; hyperquery.show_versions(); "
        "heavy = {'torch', 'numpy', 'lark'} & sys.modules.keys(); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
