from __future__ import annotations

import json


def test_facts_of_a_saved_engine(run, saved, small_engine):
    facts = json.loads(run("info", saved, "--json").stdout)
    assert (facts["products"], facts["dimension"], facts["revision"]) == (48, 8, 1)
    assert facts["fields"] == {
        "id": "text", "title": "text", "brand": "text", "category": "lists of texts",
        "price": "numbers",
    }  # fmt: skip
    text = run("info", saved).stdout
    assert f"-{small_engine.model.curvature:.4f}" in text
    assert "price: numbers" in text
    assert run("info", "--engine", saved).stdout == text
    assert run("info", saved, "--engine", saved).exit_code == 2


def test_an_altered_file_is_an_error(run, saved):
    weights = next(saved.glob("*weights*"))
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    ended = run("info", saved)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert weights.name in ended.stderr
    assert "was altered" in ended.stderr
