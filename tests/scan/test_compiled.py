from __future__ import annotations

import time

import numpy as np
import pytest

from hyperquery.geometry import Hyperboloid
from hyperquery.scan import ScanIndex, compiled


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(compiled, "_PATIENCE", 0.01)


def test_compiling_that_takes_its_time_is_announced(caplog):
    with compiled.announced():
        time.sleep(0.5)
    assert ["hyperquery is compiling" in record.message for record in caplog.records] == [True]


def test_only_the_first_search_of_an_index_is(caplog, monkeypatch):
    index = ScanIndex.build(np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32), 1.0)
    box = Hyperboloid(np.zeros(2, np.float32), 0.5)
    monkeypatch.setattr(ScanIndex, "_candidates", lambda *_: time.sleep(0.1) or np.arange(9))
    for _ in range(2):
        assert len(index.nearest(box, 3).rows) == 3
    assert len(caplog.records) == 1


def test_what_is_quick_or_fails_is_not(caplog, monkeypatch):
    monkeypatch.setattr(compiled, "_PATIENCE", 0.2)
    with pytest.raises(ZeroDivisionError), compiled.announced():
        raise ZeroDivisionError
    time.sleep(0.5)
    assert not caplog.records
