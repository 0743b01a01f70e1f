from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import placing
from hyperquery import Config, Engine
from hyperquery.engine.catalog import Catalog
from hyperquery.hierarchy import Placement
from hyperquery.hierarchy.placing import paths_of
from tests.products import PRODUCTS

QUICK = Config(dimension=8, steps=40, checks=4, batch_size=16)


def test_figures_of_paths_are_by_level():
    found = [Placement(("a", "b"), (1.0, 0.5)), Placement(("a",), (0.8,))]
    figures = placing.path_figures(found, [("a", "c"), ("a",)])
    assert (figures["level 1"], figures["level 2"], figures["exact"]) == (1.0, 0.0, 0.5)
    assert figures["ancestor F1"] == 0.75
    assert figures["confidence error"] == pytest.approx((0.0 + 0.5 + 0.2) / 3)


def test_wrong_labels_are_of_other_products():
    catalog = Catalog.read(PRODUCTS)
    changed, wrong = placing.mislabelled(catalog, 0)
    assert wrong.sum() == round(0.05 * len(catalog))
    pairs = zip(paths_of(catalog), paths_of(changed), strict=True)
    assert [one != other for one, other in pairs] == wrong.tolist()
    again, _ = placing.mislabelled(catalog, 0)
    assert again == changed


def test_wrong_labels_are_found():
    changed, wrong = placing.mislabelled(Catalog.read(PRODUCTS), 0)
    engine = Engine.fit(changed.records(), config=QUICK, progress=False)
    figures = placing.mislabelled_figures(engine, wrong)
    assert figures["regions and nearest products"]["average precision"] > 0.5
    assert set(figures) == {"regions and nearest products", "nearest products", "BM25"}


def test_a_ranking_of_suspects_is_judged():
    figures = placing.suspicion_figures(
        np.array([3.0, 2.0, 1.0, 0.0]), np.array([1, 0, 1, 0], bool)
    )
    assert figures["precision at all"] == 0.5
    assert figures["precision at half"] == 1.0
    assert figures["recall at twice"] == 1.0
    assert figures["average precision"] == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.slow
def test_every_part_is_measured_and_kept(slice_folder, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HYPERQUERY_DATA", str(slice_folder))
    monkeypatch.setattr(placing, "OUT", tmp_path / "out" / "placing.json")
    arguments = ["--seeds", "0", "--dimension", "8", "--steps", "30", "--parts", "placing",
                 "emergence"]  # fmt: skip
    placing.main(arguments)
    printed = capsys.readouterr().out
    assert "by products, degree 0.8" in printed
    monkeypatch.setattr(placing, "measured", None)  # what was kept is not measured again
    placing.main(arguments)
    assert capsys.readouterr().out == printed
    written = json.loads((tmp_path / "out" / "placing.json").read_text())
    assert written["figures"]["placing"][0]["BM25"]["level 1"] > 0.2
    assert written["versions"]["bm25s"]


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="HYPERQUERY_DATA"):
        placing.main([])
