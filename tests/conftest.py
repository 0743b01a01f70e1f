"""Hypothesis profiles, and the engines that several tests share."""

from __future__ import annotations

import copy
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hyperquery import Engine
from hyperquery.anthem.encoder import Shift
from hyperquery.anthem.model import Model
from tests.products import PRODUCTS, SMALL

# CI runs the same few hundred examples each time; the nightly run looks for new ones.
settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    max_examples=20_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPERQUERY_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Take Ctrl-C, and let child processes take it, where a shell in the background ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def small_engine() -> Engine:
    """An engine over 48 made-up products."""
    return Engine.fit(PRODUCTS, config=SMALL, progress=False)


@pytest.fixture(scope="session")
def believing_engine(small_engine: Engine) -> Engine:
    """The same with fields that count: another facet of the kind takes products farther."""
    model = small_engine.model
    encoder = copy.deepcopy(model.encoder)
    encoder.edge_shifts[Shift.FARTHER] = 0.5
    found = Model(model.vocabulary, encoder, model.facets, model.leanings)
    return Engine(small_engine.catalog, found)


@pytest.fixture
def saved(small_engine: Engine, tmp_path: Path) -> Path:
    """A folder that the small engine was saved to."""
    folder = tmp_path / "engine"
    small_engine.save(folder)
    return folder
