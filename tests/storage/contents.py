"""Files whose content follows from the revision they belong to, so that a mix of two shows."""

from __future__ import annotations

import numpy as np

FORMAT = "test store"
VERSION = 1


def numbers(revision, size):
    return np.random.default_rng(revision).integers(0, 2**32, size, np.uint32)


def put_revision(transaction, revision, size=300_000):
    """Put the files of a revision; ``size`` numbers make the large one."""
    transaction.meta["count"] = revision
    transaction.put("config.json", b'{"revision": %d}' % revision)
    transaction.put_arrays("points.safetensors", {"points": numbers(revision, size)})
    transaction.put(f"segment-{revision % 5}/ids.txt", str(revision).encode())
    transaction.put("text.bin", str(revision).encode() * 60_000)


def change(store, *changes, error=None, timeout=30.0):
    """Make changes in one transaction, and leave it by an error if one is given."""
    with store.writer(timeout=timeout) as transaction:
        for make in changes:
            make(transaction)
        if error is not None:
            raise error


def check_revision(snapshot, size=300_000):
    """Check that a snapshot holds one whole revision, by what put_revision put."""
    revision = snapshot.revision
    assert snapshot.meta == {"count": revision}
    assert snapshot.json("config.json") == {"revision": revision}
    points = snapshot.arrays("points.safetensors")["points"]
    assert np.array_equal(points, numbers(revision, size))
    assert snapshot.bytes("text.bin") == str(revision).encode() * 60_000
    for last in range(max(1, revision - 4), revision + 1):
        assert snapshot.bytes(f"segment-{last % 5}/ids.txt") == str(last).encode()


def litter(store):
    """Return what is in the folder beside what the newest revision names."""
    entries = store.path.iterdir()
    snapshot = store.snapshot()
    names = {entry.name for entry in snapshot._manifest.files.values()}
    return sorted(path.name for path in entries if path.name not in names)
