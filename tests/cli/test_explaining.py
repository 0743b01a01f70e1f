from __future__ import annotations

import json

import pytest


def test_explanations_as_text_and_json(run, saved, small_engine):
    explanation = small_engine.explain("kettle AND NOT Acme", "kettle1")
    ended = run("explain", "kettle AND NOT Acme", "kettle1", "-e", saved)
    assert ended.stdout == f"{explanation}\n"
    ended = run("explain", "kettle AND NOT Acme", "kettle1", "-e", saved, "--json")
    assert json.loads(ended.stdout) == json.loads(json.dumps(explanation.to_dict()))


def test_an_unknown_product_is_an_error(run, saved):
    ended = run("explain", "kettle", "nothing", "-e", saved)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "no product of the catalog has the id 'nothing'" in ended.stderr


def test_pictures(run, saved, tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "attention.png"
    ended = run("plot", "kettle OR pan", "pan1", "--term", "pan", "--out", out, "-e", saved)
    assert ended.exit_code == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert ended.stderr == f"wrote {out}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["price<20", "pan1", "--out", "x.png"], "no terms, only conditions"),
        (["pan", "pan1", "--term", "pot", "--out", "x.png"], "no term 'pot'"),
        (["pan", "pan1", "--out", "x.nothing"], "cannot write the picture"),
    ],
)
def test_pictures_that_cannot_be_made(run, saved, tmp_path, monkeypatch, arguments, message):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    ended = run("plot", *arguments, "-e", saved)
    assert ended.exit_code == 1
    assert message in ended.stderr
