from __future__ import annotations

from statistics import fmean

import pytest

from benchmarks import boolean
from hyperquery import Config
from hyperquery.evaluation.boolean_queries import SHALLOW

TRAINED = ("dot", "euclidean-point", "hyperbolic-point", "query2box",
           "e-anthem", "no-evidence", "no-lateness", "anthem-paper", "hyperquery")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_system_answers_better_than_chance(small_benchmark, name):
    config = Config(dimension=8, steps=20, batch_size=64, checks=2, facet_queries=100)
    system = boolean.systems(small_benchmark, config)[name]
    assert system.seeded
    figures, _ = system.measure(0)
    part = small_benchmark.test
    answers = [part.answer(meant) for key in SHALLOW for _, meant in part.queries[key]]
    assert len(figures["AP"]) == len(answers)
    chance = fmean(float(answer.mean()) for answer in answers)
    assert fmean(figures["AP"]) > 1.3 * chance


def test_the_yardstick_answers_better_than_keywords(small_benchmark):
    systems = boolean.systems(small_benchmark, Config())
    (yardstick, _), (keywords, _) = (systems[name].measure(0) for name in ("ridge", "bm25"))
    assert fmean(yardstick["AP"]) > fmean(keywords["AP"])


def test_an_unknown_system_is_named(slice_folder, small_benchmark, monkeypatch, capsys):
    monkeypatch.setenv("HYPERQUERY_DATA", str(slice_folder))
    monkeypatch.setattr(boolean, "make_benchmark", lambda catalog, **options: small_benchmark)
    with pytest.raises(SystemExit):
        boolean.main(["--systems", "query3box"])
    assert "no system query3box; known are bm25, tantivy" in capsys.readouterr().err
