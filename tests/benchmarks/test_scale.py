from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import scale
from hyperquery.demo import demo_engine
from hyperquery.geometry import Attested
from hyperquery.geometry.traversal import distinct_nodes


def test_replicas_stay_on_the_sphere_and_near():
    engine = demo_engine()
    rows = np.arange(500) % 100
    points = scale.replicated(engine, rows, noise=0.5, seed=0)
    lengths = np.linalg.norm(points, axis=1)
    assert lengths == pytest.approx(np.linalg.norm(engine.points[rows], axis=1), rel=1e-5)
    moved = np.linalg.norm(points - engine.points[rows], axis=1)
    assert 0 < moved.min() < moved.max() < 0.6


def test_boxes_have_no_evidence():
    engine = demo_engine()
    region = scale.without_evidence(engine.region("(fire OR kindle) AND NOT tablet"))
    assert not any(isinstance(node, Attested) for node in distinct_nodes(region))
    assert region.to_text() == engine.region("(fire OR kindle) AND NOT tablet").to_text()


def test_the_benchmark_measures_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(scale, "OUT", tmp_path / "scale.json")
    scale.main(["--sizes", "2000", "--queries", "14", "--alone"])
    figures = json.loads((tmp_path / "scale.json").read_text())["sizes"]["2,000"]
    assert {"read ms", "regions 2i ms", "search ms", "load ms"} <= figures.keys()
    assert all(value > 0 for value in figures.values())
    assert "regions 2i / read" in capsys.readouterr().out
