from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from benchmarks import tuning
from hyperquery import Config
from hyperquery.evaluation.development import BOOLEAN, RETRIEVAL

QUICK = Config(dimension=4, steps=2, batch_size=32, facet_queries=30)


@pytest.mark.slow
@pytest.mark.parametrize("system", tuning.SYSTEMS)
def test_every_system_has_figures_on_the_dev_parts(small_judged, small_benchmark, system):
    found = tuning.measure(system, QUICK, {"radius": 0.5}, small_judged, small_benchmark)
    assert set(found) == {BOOLEAN, *(RETRIEVAL if system != "query2box" else ())}
    assert all(0 <= value <= 1 for value in found.values())


def test_the_best_combination_comes_first(slice_folder, small_benchmark, monkeypatch, capsys):
    monkeypatch.setenv("HYPERQUERY_DATA", str(slice_folder))
    monkeypatch.setattr(tuning, "make_benchmark", lambda catalog: small_benchmark)
    asked = []

    def fake(system, config, chosen, judged, parts):
        asked.append((system, config.dimension, config.steps))
        return {BOOLEAN: chosen["radius"] / 10, RETRIEVAL[0]: 0.3}

    monkeypatch.setattr(tuning, "measure", fake)
    tuning.main(["dot", "--dimension", "8", "--steps", "5", "--set", "radius=1,3,2"])
    lines = capsys.readouterr().out.splitlines()
    assert asked == [("dot", 8, 5)] * 3
    assert [line.split()[1] for line in lines[1:]] == ["3", "2", "1"]
    assert lines[1].split()[2:] == ["0.300", "0.300"]


def test_settings_are_read_by_their_kind():
    assert tuning.setting("steps=5,6") == ("steps", [5, 6])
    assert tuning.setting("radius=0.5,1") == ("radius", [0.5, 1.0])
    with pytest.raises(ArgumentTypeError, match="no setting 'radios'; known are dimension"):
        tuning.setting("radios=1")
    with pytest.raises(ArgumentTypeError, match="not numbers: 'wide'"):
        tuning.setting("radius=wide")


def test_every_combination_is_tried():
    grid = {"radius": [1.0, 2.0], "seed": [0, 1]}
    assert len(list(tuning.combinations(grid))) == 4
    assert list(tuning.combinations({})) == [{}]
