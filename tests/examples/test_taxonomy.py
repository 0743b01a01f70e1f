"""The walk through a taxonomy writes every file that it names, without the shared data too."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

SCRIPT = Path(__file__).parents[2] / "examples" / "taxonomy.py"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("taxonomy_example", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_runs_on_the_bundled_catalog(script, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path / "nowhere"))
    output = tmp_path / "output"
    script.main([str(output)])
    said = capsys.readouterr().out
    assert "set HYPERQUERY_DATA" in said
    written = sorted(path.name for path in output.iterdir())
    assert [name for name in written if name.endswith(".png")] == [
        "boxes_2d.png",
        "boxes_5d.png",
        "branch.png",
        "query.png",
        "sarkar.png",
        "taxonomy.png",
    ]
    assert {"branch.dot", "branch.gexf", "branch.graphml", "branch.json"} <= set(written)
    assert {"query.html", "taxonomy.html"} <= set(written)
    for name in written:
        if not name.endswith(".safetensors"):
            assert name in said
    assert "right above 'Electronics > Streaming Media Players > Fire TV Devices'? " in said


def test_without_a_folder_it_says_how_it_is_called(script):
    with pytest.raises(SystemExit, match="OUTPUT_FOLDER"):
        script.main([])
