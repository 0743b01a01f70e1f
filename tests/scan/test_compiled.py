from __future__ import annotations

import time

import pytest

from hyperquery.scan import compiled


class Loop:
    def __init__(self, *signatures):
        self.signatures = signatures


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(compiled, "_PATIENCE", 0.01)


def test_compiling_that_takes_its_time_is_announced(caplog):
    with compiled.announced(Loop("known"), Loop()):
        time.sleep(0.5)
    assert ["hyperquery is compiling" in record.message for record in caplog.records] == [True]


def test_loops_that_were_called_before_are_not(caplog):
    with compiled.announced(Loop("known"), len):  # a plain function where numba is turned off
        time.sleep(0.1)
    assert not caplog.records


def test_what_is_quick_or_fails_is_not(caplog, monkeypatch):
    monkeypatch.setattr(compiled, "_PATIENCE", 0.2)
    with pytest.raises(ZeroDivisionError), compiled.announced(Loop()):
        raise ZeroDivisionError
    time.sleep(0.5)
    assert not caplog.records
