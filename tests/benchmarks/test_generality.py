from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import generality
from hyperquery.geometry import Hyperboloid


@pytest.fixture
def boxes():
    """What an engine says of terms of which one is above the other."""

    class Fixed:
        def hyperboloid(self, term):
            return Hyperboloid(np.zeros(2), {"fire": 1.0, "fire tv": 0.5, "tv": 0.25}[term])

    return Fixed()


PAIRS = [("fire", "fire tv"), ("tv", "fire tv")]


def test_terms_with_too_few_products_are_left_out(small_engine):
    facets = generality.facet_counts(small_engine)
    assert facets["kitchen"] == 12
    assert facets["crest"] == 8
    words = generality.word_counts(small_engine)
    assert words["kettle"] == 6
    assert "silver" not in words
    assert min(words.values()) >= generality.FEWEST_PRODUCTS


def test_pairs_are_of_a_phrase_and_each_of_its_words(small_engine):
    pairs = generality.phrase_pairs(small_engine)
    assert not pairs  # every phrase is in at most two of the titles
    doubled = [*small_engine.catalog.titles, *["fire tv stick"] * 5]

    class Doubled:
        class catalog:  # noqa: N801 - stands for an attribute
            titles = doubled

    found = generality.phrase_pairs(Doubled)
    assert found == [
        ("fire", "fire tv"), ("tv", "fire tv"), ("tv", "tv stick"), ("stick", "tv stick"),
    ]  # fmt: skip


def test_sets_contain_by_their_share():
    inside = {
        "fire": np.array([True, True, True, False]),
        "fire tv": np.array([True, True, False, False]),
        "tv": np.array([False, True, False, False]),
    }
    found = generality.by_sets(inside.__getitem__, PAIRS)
    assert (found.pairs, found.forward, found.reverse) == (2, 0.5, 0.5)
    assert found.degree == pytest.approx((1 + 1 / 2) / 2)
    assert found.reverse_degree == pytest.approx((2 / 3 + 1) / 2)


def test_empty_sets_are_left_out():
    inside = {"fire": np.array([True]), "fire tv": np.array([False]), "tv": np.array([True])}
    assert generality.by_sets(inside.__getitem__, PAIRS).pairs == 0


def test_boxes_contain_by_faces_centroids_and_size(boxes):
    faces = generality.by_faces(boxes, PAIRS)
    assert (faces.forward, faces.reverse, faces.degree) == (0.5, 0.5, 0.5)
    deeper = generality.by_centroids(boxes, PAIRS[:1])
    assert (deeper.forward, deeper.reverse) == (1.0, 0.0)
    larger = generality.by_size(lambda term: boxes.hyperboloid(term).limit.mean(), PAIRS)
    assert (larger.forward, larger.reverse) == (0.5, 0.5)


def test_correlations_are_of_ranks(small_engine):
    sizes = generality.Sizes(small_engine)
    counts = {term: int(sizes.inside(term).sum()) for term in ("kettle", "acme", "shop", "red")}
    found = generality.correlations(sizes, counts)
    assert found["products inside, with evidence"].rho == pytest.approx(1.0)
    assert set(found) == set(sizes.measures)


def test_a_saved_engine_is_looked_at(saved, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generality, "OUT", tmp_path / "out" / "generality.json")
    generality.main(["--engine", str(saved)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "48 products, 8 dimensions"
    assert any(line.startswith("mean limit (geodesic)") for line in lines)
    written = json.loads(generality.OUT.read_text())
    assert written["engine"] == "saved"
    assert -1 <= written["correlations"]["words"]["edge"]["rho"] <= 1
