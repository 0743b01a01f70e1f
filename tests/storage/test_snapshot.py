from __future__ import annotations

import gc
import threading

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hyperquery import ModelFileError
from hyperquery.storage import snapshot as snapshot_module
from tests.storage.contents import check_revision, put_revision

NAMES = ["config.json", "part/large.bin"]


def path_of(store, name):
    return store.path / store.snapshot()._manifest.files[name].name


def commit(store, revision=1, size=1000):
    with store.writer() as transaction:
        put_revision(transaction, revision, size)


def test_files_are_read_as_they_were_put(filled):
    snapshot = filled.snapshot()
    assert snapshot.names == ("config.json", "part/large.bin")
    assert (snapshot.revision, snapshot.meta) == (1, {"count": 2})
    assert snapshot.json("config.json") == {"a": 1}
    assert snapshot.bytes("part/large.bin") == bytes(range(256)) * 2000
    assert repr(snapshot) == f"Snapshot({str(filled.path)!r}, revision=1)"


def test_changing_what_a_snapshot_gave_does_not_change_it(filled):
    snapshot = filled.snapshot()
    snapshot.meta["count"] = 3
    assert snapshot.meta == {"count": 2}
    assert snapshot.view("config.json").readonly
    assert snapshot.view("part/large.bin").readonly


@pytest.mark.parametrize("size", [10, 300_000])
def test_arrays_are_views_that_outlive_snapshot_and_file(store, size):
    commit(store, 1, size)
    points = store.snapshot(verify=False).arrays("points.safetensors")["points"]
    commit(store, 2, size)
    gc.collect()
    assert not points.flags.writeable
    assert not points.flags.owndata
    expected = np.random.default_rng(1).integers(0, 2**32, size, np.uint32)
    assert np.array_equal(points, expected)


def test_a_snapshot_outlives_its_files(store):
    commit(store, 1)
    old = store.snapshot(verify=False)
    for revision in range(2, 5):
        commit(store, revision)
    check_revision(old, 1000)
    check_revision(store.snapshot(), 1000)


def test_a_table_is_read_lazily_from_the_open_file(store):
    table = pa.table({"id": range(100_000), "price": np.arange(100_000) / 7})
    with store.writer() as transaction:
        transaction.put_file("fields.parquet", lambda path: pq.write_table(table, path))
    opened = store.snapshot(verify=False).table("fields.parquet")
    with store.writer() as transaction:
        transaction.drop("fields.parquet")
    assert not list(store.path.glob("*.parquet"))
    assert opened.schema_arrow.names == ["id", "price"]
    assert opened.read(columns=["price"]).equals(table.select(["price"]))


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(filled, name, verify):
    path = path_of(filled, name)
    path.unlink()
    with pytest.raises(ModelFileError, match="is missing: copy it again, or save again") as caught:
        filled.snapshot(verify=verify)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", [lambda data: data[:-3], lambda data: data + b"x"])
def test_a_truncated_file_is_named(filled, name, verify, change):
    path = path_of(filled, name)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ModelFileError, match="is incomplete or was altered: it has") as caught:
        filled.snapshot(verify=verify)
    assert str(path) in str(caught.value)


def alter(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("name", NAMES)
def test_an_altered_file_is_named(filled, name):
    path = path_of(filled, name)
    alter(path)
    with pytest.raises(ModelFileError, match="was altered after it was saved") as caught:
        filled.snapshot()
    assert str(path) in str(caught.value)


def test_without_verifying_a_large_file_is_checked_when_read(filled):
    alter(path_of(filled, "part/large.bin"))
    snapshot = filled.snapshot(verify=False)
    assert snapshot.json("config.json") == {"a": 1}
    with pytest.raises(ModelFileError, match=r"part\.large-.*\.bin was altered"):
        snapshot.bytes("part/large.bin")
    with pytest.raises(ModelFileError, match=r"part\.large-.*\.bin was altered"):
        snapshot.json("part/large.bin")


def test_a_file_that_cannot_be_read_is_named(filled):
    path = path_of(filled, "config.json")
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelFileError, match=r"config-.*\.json cannot be read .*: see that"):
        filled.snapshot()


def test_files_of_another_kind_are_explained(filled):
    snapshot = filled.snapshot()
    for read, kind in [
        (snapshot.json, "JSON"), (snapshot.arrays, "safetensors"), (snapshot.table, "Parquet"),
    ]:  # fmt: skip
        with pytest.raises(ModelFileError, match=rf"large-.*\.bin cannot be read as {kind} \("):
            read("part/large.bin")
    with pytest.raises(ModelFileError, match="holds no 'other' in revision 1"):
        snapshot.bytes("other")


def test_a_commit_while_a_snapshot_is_taken_leads_to_the_newer_one(store, monkeypatch):
    commit(store, 1)
    real, commits = snapshot_module.open_bytes, iter([2, 3])

    def racing(path):
        revision = next(commits, None)
        if revision is not None:
            commit(store, revision)
        return real(path)

    monkeypatch.setattr(snapshot_module, "open_bytes", racing)
    snapshot = store.snapshot()
    assert snapshot.revision == 3
    check_revision(snapshot, 1000)


def test_many_threads_may_read_one_snapshot(store):
    commit(store, 1, 300_000)
    snapshot, failures = store.snapshot(verify=False), []

    def read():
        try:
            for _ in range(5):
                check_revision(snapshot)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
