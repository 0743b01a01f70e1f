"""Lateness is where a title names a term, and edges allow for it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery import Config
from hyperquery.anthem.encoder import Shift
from hyperquery.anthem.openings import forms_of, openings_of
from hyperquery.anthem.text import Vocabulary, singular
from hyperquery.anthem.training import train
from hyperquery.scan import OPENING, lateness
from tests.products import DOCUMENTS

WORDS = ["kettle", "kettles", "pan", "pans", "red", "acme"]


@given(
    titles=st.lists(st.lists(st.sampled_from(WORDS), max_size=30), min_size=1, max_size=5),
    term=st.lists(st.sampled_from([*WORDS, "zebra"]), min_size=1, max_size=4),
)
def test_lateness_is_the_mean_place_of_forms(titles, term):
    vocabulary = Vocabulary.from_texts(["kettle pans", "red kettles", "acme pan", "red"])
    forms, rarities = forms_of(term, vocabulary)
    found = lateness(openings_of(titles, vocabulary), forms, rarities)
    asked = {singular(word) for word in term if word != "zebra"}
    assert len(forms) == len(asked)
    rarity = {"kettle": 2, "pan": 2, "red": 2, "acme": 1}  # products of four that hold each
    for title, late in zip(titles, found.tolist(), strict=True):
        opening = [singular(word) for word in title[:OPENING]]
        places = {w: opening.index(w) for w in asked if w in opening}
        weights = {w: np.log(1 + 4 / rarity[w]) for w in places}
        expected = 1.0 if asked else 0.0
        if places:
            total = sum(weights.values())
            expected = sum(weights[w] * places[w] for w in places) / total / OPENING
        assert late == pytest.approx(expected, abs=1e-6)


def test_many_forms_are_told_apart():
    names = {f"w{i}x": 1 for i in range(70_000)}
    vocabulary = Vocabulary({"#w1": 1}, 3, words=names)
    titles = [["w3x", "w69999x"], ["w69999x"], ["w4463x"]]  # the last is w69999x in 16 bits
    forms, rarities = forms_of(["w69999x"], vocabulary)
    late = lateness(openings_of(titles, vocabulary), forms, rarities)
    assert late.tolist() == [np.float32(1 / OPENING), 0.0, 1.0]


def test_edges_allow_for_lateness():
    """Members that name a query late are inside, so edges are wider where lateness is energy."""
    config = Config(dimension=8, steps=5, batch_size=32, checks=1, most_pieces=0)
    shifts = {}
    for weight in (0.0, 1.0):
        model, _ = train(DOCUMENTS, config=replace(config, lateness_weight=weight), progress=False)
        shifts[weight] = model.encoder.edge_shifts.tolist()
    changes = dict(zip(Shift, np.subtract(shifts[1.0], shifts[0.0]).tolist(), strict=True))
    assert 0 < changes[Shift.TEXT] < 1
    assert 0 < changes[Shift.NAMING] < 1
    assert changes[Shift.FACET] == changes[Shift.FARTHER] == 0
