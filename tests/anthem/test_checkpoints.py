"""A training that was interrupted ends with the model of one that was not."""

from __future__ import annotations

import math
import signal
from dataclasses import replace
from pathlib import Path

import geoopt
import pytest
import torch

from hyperquery import CatalogError, ConfigError, Engine, ModelFileError
from hyperquery.anthem import training
from hyperquery.anthem.checkpoints import Checkpoints, State, packed, unpack
from hyperquery.anthem.interruption import Interruption, TrainingInterrupted
from tests.products import PRODUCTS, SMALL

JUDGMENTS = [
    {"query": "steel lamp", "product_id": product["id"], "gain": 1.0}
    for product in PRODUCTS
    if "lantern" in product["title"]
]


def fit(folder: Path, **options) -> Engine:
    checkpoints = Checkpoints(folder, **options)
    return Engine.fit(PRODUCTS, JUDGMENTS, config=SMALL, progress=False, checkpoints=checkpoints)


def interrupted_at(monkeypatch: pytest.MonkeyPatch, *steps: int) -> None:
    """Send this process SIGINT while it draws the batches of some steps, counted over all fits."""
    real, drawn = training.Batches.draw, []

    def draw(self):
        drawn.append(1)
        if len(drawn) in steps:
            signal.raise_signal(signal.SIGINT)
        return real(self)

    monkeypatch.setattr(training.Batches, "draw", draw)


def test_resumed_twice_it_is_the_same_to_the_last_bit(tmp_path, monkeypatch):
    whole = Engine.fit(PRODUCTS, JUDGMENTS, config=SMALL, progress=False)
    interrupted_at(monkeypatch, 7, 34)  # before the first check, and between two of them
    for step in (7, 34):
        with pytest.raises(TrainingInterrupted) as caught:
            fit(tmp_path / "kept")
        assert (caught.value.step, caught.value.number) == (step, signal.SIGINT)
    resumed = fit(tmp_path / "kept")
    assert resumed.report == whole.report
    weights = resumed.model.encoder.state_dict()
    for name, value in whole.model.encoder.state_dict().items():
        assert torch.equal(value, weights[name]), name
    assert (resumed.points == whole.points).all()


def test_handlers_are_put_back_and_the_second_signal_is_not_held():
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        assert interruption.number is None
        signal.raise_signal(signal.SIGINT)
        assert interruption.number == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    with Interruption():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_a_checkpoint_is_kept_whenever_it_is_due(tmp_path, monkeypatch):
    now = [0.0]

    def clock():
        now[0] += 1.0
        return now[0]

    real, draws = training.Batches.draw, []

    def draw(self):
        draws.append(1)
        if len(draws) == 33:
            raise CatalogError("as if killed")
        return real(self)

    monkeypatch.setattr(training.Batches, "draw", draw)
    with pytest.raises(CatalogError):
        fit(tmp_path / "kept", every=10.0, clock=clock)
    monkeypatch.setattr(training.Batches, "draw", real)
    drawn = []
    monkeypatch.setattr(training.Batches, "draw", lambda self: drawn.append(1) or real(self))
    assert fit(tmp_path / "kept").report.steps == SMALL.steps
    assert 60 - 33 < len(drawn) < 50


def test_another_training_is_refused_and_left_whole(tmp_path, monkeypatch):
    interrupted_at(monkeypatch, 5)
    with pytest.raises(TrainingInterrupted):
        fit(tmp_path / "kept")
    checkpoints = Checkpoints(tmp_path / "kept")
    with pytest.raises(ConfigError, match=r"kept keeps an unfinished training on other"):
        Engine.fit(PRODUCTS, config=replace(SMALL, seed=9), progress=False, checkpoints=checkpoints)
    assert fit(tmp_path / "kept").report.steps == SMALL.steps


def test_parts_that_do_not_fit_are_named(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path / "kept")
    monkeypatch.setattr(training, "training_key", lambda *parts: "key")
    checkpoints.save("key", State({"encoder.nothing": torch.zeros(1)}, {"course": {}}))
    with pytest.raises(ModelFileError, match="delete it to start anew"):
        fit(tmp_path / "kept")


def test_clearing_deletes_a_training_and_nothing_else(tmp_path, saved):
    checkpoints = Checkpoints(tmp_path / "kept")
    checkpoints.clear()
    checkpoints.save("key", State({"a": torch.tensor(math.pi)}, {}))
    kept = checkpoints.load("key")
    assert kept is not None
    assert torch.equal(kept.tensors["a"], torch.tensor(math.pi))
    checkpoints.clear()
    assert not (tmp_path / "kept").exists()
    with pytest.raises(ModelFileError):
        Checkpoints(saved).clear()
    assert saved.is_dir()


def test_an_optimizer_goes_on_as_it_would_have():
    def stepped(weight, optimizer, number):
        for factor in range(1, number + 1):
            optimizer.zero_grad()
            (weight.square().sum() * factor).backward()
            optimizer.step()

    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = torch.optim.Adam([weight], lr=0.1)
    stepped(weight, optimizer, 3)
    other = torch.nn.Parameter(weight.detach().clone())
    again = torch.optim.Adam([other], lr=0.5)
    state = packed("adam", optimizer)
    copied = State({name: t.clone() for name, t in state.tensors.items()}, state.values)
    unpack("adam", copied, copied.values, again)
    stepped(weight, optimizer, 4)
    stepped(other, again, 4)
    assert torch.equal(weight, other)


def test_numbers_beside_the_tensors_of_an_optimizer_stay_numbers():
    weight = geoopt.ManifoldParameter(torch.tensor([1.0, 2.0]))
    optimizer = geoopt.optim.RiemannianAdam([weight])
    weight.sum().backward()
    optimizer.step()
    state = packed("adam", optimizer)
    again = geoopt.optim.RiemannianAdam([weight])
    unpack("adam", state, state.values, again)
    assert again.state[weight]["step"] == 1
    assert type(again.state[weight]["step"]) is int
