from __future__ import annotations

import pytest

from hyperquery.scan import ScanIndex


@pytest.fixture(autouse=True)
def loops_for_few_rows(monkeypatch):
    """Search few rows with the loops, too, which plain evaluation would answer."""
    monkeypatch.setattr(ScanIndex, "plain_below", 0)
