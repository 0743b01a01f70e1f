"""The pictures of all pages come from the library."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pictures_are_small_and_made_by_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    pages = [page.read_text(encoding="utf-8") for page in DOCS.glob("*.md")]
    shown = set(re.findall(r"\]\(pictures/(.+?)\)", "".join(pages)))
    spec = importlib.util.spec_from_file_location("make_pictures", DOCS / "make_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "PICTURES", tmp_path)
    monkeypatch.setattr(script, "PIXELS", 121)
    script.main()
    assert {path.name for path in tmp_path.iterdir()} == shown
    for name in shown:
        assert 10_000 < (DOCS / "pictures" / name).stat().st_size < 300_000
