from __future__ import annotations

import pytest

from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION


@pytest.fixture
def store(tmp_path):
    """A store without anything in it yet."""
    return Store(tmp_path / "store", FORMAT, VERSION)


@pytest.fixture
def filled(store):
    """A store with a small file and one large enough to be mapped."""
    with store.writer() as transaction:
        transaction.meta["count"] = 2
        transaction.put("config.json", b'{"a": 1}')
        transaction.put("part/large.bin", bytes(range(256)) * 2000)
    return store
