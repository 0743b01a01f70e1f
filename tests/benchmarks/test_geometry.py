from __future__ import annotations

import json

import pytest

from benchmarks import geometry
from hyperquery import Engine


@pytest.fixture
def counted_fits(slice_folder, small_benchmark, tmp_path, monkeypatch):
    """Where results are written, and the settings of the fits that are made."""
    monkeypatch.setenv("HYPERQUERY_DATA", str(slice_folder))
    monkeypatch.setattr(geometry, "OUT", tmp_path / "out" / "geometry.json")
    monkeypatch.setattr(geometry, "make_benchmark", lambda catalog, **options: small_benchmark)
    fits = []
    real = Engine.fit

    def counted(catalog, *, config):
        fits.append(config)
        return real(catalog, config=config, progress=False)

    monkeypatch.setattr(geometry.Engine, "fit", counted)
    return geometry.OUT, fits


@pytest.mark.slow
def test_a_run_is_kept_tuned_and_goes_on_where_it_was(counted_fits, capsys):
    out, fits = counted_fits
    run = ["--dimensions", "4", "--steps", "1", "--queries", "4", "--seeds"]
    geometry.main([*run, "0"])
    assert [(config.dimension, config.curvature) for config in fits] == [(4, 1.0), (4, 0.0)]
    geometry.main([*run, "0", "1"])
    assert len(fits) == 4  # only those of the new seed
    table = capsys.readouterr().out.splitlines()[-1 - len(geometry.MEASURES) :]
    assert table[0].split() == ["task,", "dimensions", "ANTHEM", "E-ANTHEM", "difference", "p"]
    assert table[1].startswith("full NDCG@10, 4")
    record = json.loads(out.read_text())
    fit = record["fits"]["E-ANTHEM, 4 dimensions, seed 1"]
    assert set(fit["figures"]) == set(geometry.MEASURES)
    assert fit["curvature"] == 0
    assert fit["parameters"] == record["fits"]["ANTHEM, 4 dimensions, seed 1"]["parameters"]

    geometry.main([*run, "0", "--tune", "--radii", "0.5", "1"])
    tuned = json.loads(out.read_text())["tuned"]
    assert [config.radius for config in fits[4:]] == [0.5, 1.0, 0.5, 1.0]
    assert {config.dimension for config in fits[4:]} == {geometry.TUNED_AT}
    for found in tuned.values():
        best = found["tried"][str(found["radius"])]
        assert geometry.quality(best) == max(map(geometry.quality, found["tried"].values()))


def test_the_chosen_radius_is_used():
    record = geometry.Record(geometry.OUT.with_name("no such file"))
    record.tuned = {"E-ANTHEM": {"radius": 0.5}}
    config = geometry.Config(dimension=4)
    assert geometry.settings("ANTHEM", config, record).radius == config.radius
    flat = geometry.settings("E-ANTHEM", config, record)
    assert (flat.radius, flat.curvature) == (0.5, 0.0)


def test_p_values_are_those_of_a_paired_t_test():
    assert geometry.paired_p_value([0.5, 0.6], [0.4, 0.5 - 1e-3]) == pytest.approx(
        0.00317, abs=1e-4
    )
    assert geometry.paired_p_value([0.5], [0.4]) is None
    assert geometry.paired_p_value([0.5, 0.5], [0.5, 0.5]) is None
