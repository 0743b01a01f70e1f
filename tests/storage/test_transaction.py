from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from hyperquery import ModelFileError
from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION, change, check_revision, litter, put_revision


def state(store):
    snapshot = store.snapshot()
    files = {name: snapshot.bytes(name) for name in snapshot.names}
    return snapshot.revision, snapshot.meta, files, litter(store)


def test_files_not_mentioned_are_kept(filled):
    with filled.writer() as transaction:
        assert transaction.revision == 1
        assert transaction.names == ("config.json", "part/large.bin")
        transaction.put("other.txt", b"new")
        transaction.drop("config.json")
        transaction.meta["count"] += 1
        assert transaction.names == ("other.txt", "part/large.bin")
    snapshot = filled.snapshot()
    assert (snapshot.revision, snapshot.meta) == (2, {"count": 3})
    assert snapshot.names == ("other.txt", "part/large.bin")
    assert snapshot.bytes("part/large.bin") == bytes(range(256)) * 2000
    assert litter(filled) == ["manifest.json", "writer.lock"]


def test_the_same_contents_give_the_same_files(tmp_path):
    one, other = (Store(tmp_path / name, FORMAT, VERSION) for name in ("one", "other"))
    for store, order in ((one, ["x", "y"]), (other, ["y", "x"])):
        with store.writer() as transaction:
            for name in order:
                transaction.put(f"{name}.bin", name.encode())
            arrays = {name: np.full(3, ord(name)) for name in order}
            transaction.put_arrays("b.safetensors", arrays)
    listings = [
        {path.name: path.read_bytes() for path in store.path.iterdir()} for store in (one, other)
    ]
    assert listings[0] == listings[1]


@pytest.mark.parametrize("verify", [True, False])
def test_a_commit_that_changes_nothing_is_no_revision(filled, verify):
    before = (filled.path / "manifest.json").stat().st_mtime_ns
    with filled.writer() as transaction:
        transaction.put("config.json", b'{"a": 1}')
    assert filled.snapshot(verify=verify).revision == 1
    assert (filled.path / "manifest.json").stat().st_mtime_ns == before


def test_putting_a_file_again_mends_it(filled):
    [path] = filled.path.glob("config-*")
    path.write_text("damaged!")
    with filled.writer() as transaction:
        transaction.put("config.json", b'{"a": 1}')
    assert filled.snapshot().json("config.json") == {"a": 1}


def test_names_that_share_a_file_may_be_dropped_apart(store):
    with store.writer() as transaction:
        transaction.put("a/b", b"same")
        transaction.put("a.b", b"same")
    with store.writer() as transaction:
        transaction.drop("a.b")
    assert store.snapshot().bytes("a/b") == b"same"


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_an_exception_changes_nothing(filled, error):
    before = state(filled)
    with pytest.raises(error):
        change(
            filled,
            lambda transaction: transaction.meta.update(count=9),
            lambda transaction: transaction.put("config.json", b"{}"),
            lambda transaction: transaction.put("new.bin", b"x" * 2**20),
            lambda transaction: transaction.drop("part/large.bin"),
            error=error,
        )
    assert state(filled) == before


def test_an_exception_while_a_file_is_written_leaves_nothing_of_it(filled):
    def write(path):
        path.write_bytes(b"half")
        path.with_name(".tmp123").write_bytes(b"of the library")
        raise ZeroDivisionError

    with filled.writer() as transaction:
        with pytest.raises(ZeroDivisionError):
            transaction.put_file("new.bin", write)
        transaction.put("other.bin", b"x")
    assert filled.snapshot().names == ("config.json", "other.bin", "part/large.bin")
    assert litter(filled) == ["manifest.json", "writer.lock"]


@pytest.mark.parametrize("name", ["", "../a", "/a", "a/../../b", "a//b", ".a", "a b", "x" * 151])
def test_names_that_lead_elsewhere_are_refused(filled, name):
    before = state(filled)
    with pytest.raises(ModelFileError, match="cannot name a file"):
        change(filled, lambda transaction: transaction.put(name, b"x"))
    assert state(filled) == before


def test_dropping_what_is_not_there_is_explained(filled):
    with pytest.raises(ModelFileError, match="holds no 'x' to drop"):
        change(filled, lambda transaction: transaction.drop("x"))


def test_arrays_that_are_not_of_numbers_are_refused(filled):
    before = state(filled)
    words = {"x": np.array(["tea"])}
    with pytest.raises(ValueError, match="the array 'x' has type"):
        change(filled, lambda transaction: transaction.put_arrays("x.safetensors", words))
    assert state(filled) == before


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_meta_that_is_no_json_changes_nothing(filled, value):
    before = state(filled)
    with pytest.raises(ModelFileError, match="meta is not JSON"):
        change(
            filled,
            lambda transaction: transaction.put("config.json", b"{}"),
            lambda transaction: transaction.meta.update(x=value),
        )
    assert state(filled) == before


def test_an_ended_transaction_refuses_changes(filled):
    with filled.writer() as transaction:
        pass
    with pytest.raises(ModelFileError, match=r"this transaction on .* has ended"):
        transaction.put("a", b"")
    with pytest.raises(ModelFileError, match=r"this transaction on .* has ended"):
        transaction.drop("config.json")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b"x"), "is incomplete or was altered: it has 1 bytes"),
    ],
)
def test_a_damaged_file_is_not_kept(filled, damage, message):
    [path] = filled.path.glob("part.large-*")
    damage(path)
    with pytest.raises(ModelFileError, match=message) as caught:
        change(filled, lambda transaction: transaction.put("other", b"x"))
    assert str(path) in str(caught.value)
    with filled.writer() as transaction:
        transaction.drop("part/large.bin")
    assert filled.snapshot().names == ("config.json",)


STEPS = [(os, "fsync"), (Path, "replace"), (Path, "mkdir")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_commit_that_fails_at_any_step_is_whole_or_not_at_all(store, monkeypatch, step, error):
    """Let the first call fail, then the second, and so on until a commit gets through."""
    with store.writer() as transaction:
        put_revision(transaction, 1, 1000)
    owner, name = step
    real, done, calls, allowed = getattr(owner, name), False, [], 0

    def failing(*args, **kwargs):
        calls.append(args)
        if len(calls) == allowed + 1:
            raise error
        return real(*args, **kwargs)

    while not done:
        revision = store.snapshot().revision
        calls.clear()
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, failing)
            with suppress(ModelFileError, KeyboardInterrupt):
                with store.writer() as transaction:
                    put_revision(transaction, revision + 1, 1000)
                done = len(calls) <= allowed
        allowed += 1
        check_revision(store.snapshot(), 1000)
        assert litter(store) == ["manifest.json", "writer.lock"]
    assert allowed > 2


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs the names of open files")
def test_everything_reaches_the_disk_before_what_refers_to_it(filled, monkeypatch):
    events, sync, replace = [], os.fsync, Path.replace

    def synced(handle):
        path = Path(f"/proc/self/fd/{handle}").readlink()
        events.append(("sync", "folder" if path.is_dir() else path.name))
        sync(handle)

    def replaced(path, target):
        events.append(("rename", path.name, target.name))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    change(filled, lambda transaction: transaction.put("a.bin", b"x"))
    (_, data), (_, same_data, name), (_, manifest), folder, swap, last = events
    assert (data, name.startswith("a-")) == (same_data, True)
    assert folder == last == ("sync", "folder")
    assert swap == ("rename", manifest, "manifest.json")


def test_a_full_disk_leaves_the_old_state(filled):
    before = state(filled)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for put in (
        lambda transaction: transaction.put("config.json", bytes(2**21)),
        lambda transaction: transaction.put_arrays("x.safetensors", {"x": np.zeros(2**18)}),
    ):
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
        try:
            with pytest.raises(ModelFileError, match=r"cannot write .* what was saved there is as"):
                change(filled, lambda transaction: transaction.put("small", b"fits"), put)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert state(filled) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_explained(filled):
    filled.path.chmod(0o500)
    try:
        with pytest.raises(ModelFileError, match="cannot write"):
            change(filled, lambda transaction: transaction.put("a", b"x"))
    finally:
        filled.path.chmod(0o700)
    assert filled.snapshot().revision == 1


def test_a_readme_is_placed_and_replaced(filled):
    readme = filled.path / "README.md"
    for text in ("# First", "# Second\n\n"):
        with filled.writer() as transaction:
            transaction.readme = text
        assert readme.read_text().startswith(f"{text.rstrip()}\n\n<!-- Written by hyperquery.")
    with filled.writer() as transaction:
        transaction.put("a", b"")
    assert readme.read_text().startswith("# Second")
    assert litter(filled) == ["README.md", "manifest.json", "writer.lock"]


def test_a_readme_of_someone_else_is_left_alone(filled):
    (filled.path / "README.md").write_text("my notes")
    with filled.writer() as transaction:
        transaction.readme = "# Card"
        transaction.put("a", b"")
    assert (filled.path / "README.md").read_text() == "my notes"
    assert filled.snapshot().names == ("a", "config.json", "part/large.bin")
