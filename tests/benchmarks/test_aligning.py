from __future__ import annotations

import pytest

from benchmarks import aligning
from hyperquery import Config
from hyperquery.hierarchy import from_paths, shared_names

TARGET = from_paths(
    [f"{root} > {word} {kind}" for root, kind in [("Home", "chairs"), ("Sport", "tents")]
     for word in ["folding", "wooden", "small", "large", "red", "blue", "green", "light"]]
)  # fmt: skip
SOURCE = from_paths(["Camping > Small tents", "Furniture > red chairs", "Furniture > sofas"])
GOLD = shared_names(SOURCE, TARGET)


def test_equal_names_are_found_by_all():
    config = Config(dimension=8, steps=60, checks=6, batch_size=16)
    assert aligning.ours(SOURCE, TARGET, GOLD, config)["named"]["P@5"] == 1.0
    peers = aligning.peers(SOURCE, TARGET, GOLD)
    assert peers["named"]["n-grams, names"]["P@1"] == 1.0
    assert peers["hidden"]["n-grams, names"]["P@1"] < 1.0


def test_figures_are_of_the_ranks_of_what_is_right():
    ranked = [["Home", "Sport"], ["Sport > small tents", "Sport"]]
    figures = aligning.figures_of(ranked, ["Sport", "Sport"], TARGET)
    assert figures["P@1"] == 0.0
    assert figures["P@5"] == 1.0
    assert figures["ancestor F1"] == pytest.approx((0 + 2 / 3) / 2)


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="HYPERQUERY_DATA"):
        aligning.main([])
