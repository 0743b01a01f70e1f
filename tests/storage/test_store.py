from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from hyperquery import ModelFileError
from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION, change, litter


def listing(path):
    return sorted(entry.name for entry in path.rglob("*"))


def test_the_first_commit_makes_the_folder(tmp_path):
    store = Store(tmp_path / "deep" / "store", FORMAT, VERSION)
    assert not store.exists()
    assert not store.path.exists()
    with store.writer() as transaction:
        assert transaction.revision == 0
        assert not store.exists()
    assert store.exists()
    assert store.snapshot().names == ()


def test_a_missing_folder_is_named(store):
    with pytest.raises(ModelFileError, match=r"there is no test store at .*: check the path"):
        store.snapshot()


def test_a_folder_of_something_else_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"is not a test store: it has no manifest\.json"):
        Store(tmp_path, FORMAT, VERSION).snapshot()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ModelFileError, match="there is no test store at"):
        Store(tmp_path / "file", FORMAT, VERSION).snapshot()


@pytest.mark.parametrize(
    "files",
    [
        {"notes.txt": "mine"},
        {"manifest.json": '{"name": "a web app"}'},
        {"manifest.json": '{"format": "other", "version": 1}'},
        {"manifest.json": '{"format": "test store", "version": 2}'},
        {"a-" + "0" * 32 + ".bin": "x", "README.md": "mine"},
    ],
)
def test_a_folder_of_something_else_is_not_touched(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    store = Store(tmp_path, FORMAT, VERSION)
    with pytest.raises(ModelFileError, match="choose another folder, or move it away"):
        change(store)
    assert listing(tmp_path) == sorted(files)
    assert all((tmp_path / name).read_text() == text for name, text in files.items())


def test_a_file_in_the_way_is_not_touched(store):
    store.path.write_text("mine")
    for blocked in (store, Store(store.path / "inside", FORMAT, VERSION)):
        with pytest.raises(ModelFileError, match="exists and is not a test store"):
            change(blocked)
    assert store.path.read_text() == "mine"


def leave_behind(store):
    """Leave what a stopped writer may, and return the names."""
    workspace = store.path / "unfinished-0123456789abcdef"
    workspace.mkdir(parents=True)
    (workspace / ".tmp123").write_text("half")
    stored = store.path / ("a-" + "0" * 32 + ".bin")
    stored.write_text("whole")
    return [workspace.name, stored.name]


def test_what_a_stopped_first_commit_left_is_cleared_away(store):
    leave_behind(store)
    (store.path / "writer.lock").touch()
    with store.writer() as transaction:
        transaction.put("a.bin", b"whole")
    assert litter(store) == ["manifest.json", "writer.lock"]


def test_a_writer_clears_leftovers_but_nothing_else(filled):
    leftovers = leave_behind(filled)
    foreign = ["notes.txt", "a-0123.bin", "unfinished-thoughts.txt"]
    for name in foreign:
        (filled.path / name).write_text("x")
    with filled.writer():  # at once, so that they take no room from what is written now
        assert not any((filled.path / name).exists() for name in leftovers)
    assert litter(filled) == sorted([*foreign, "manifest.json", "writer.lock"])


def test_an_aborted_first_transaction_leaves_nothing_committed(store):
    with pytest.raises(ZeroDivisionError):
        change(store, lambda transaction: transaction.put("a.bin", b"x"), error=ZeroDivisionError)
    assert not store.exists()
    assert listing(store.path) == ["writer.lock"]
    with store.writer() as transaction:
        transaction.put("a.bin", b"y")
    assert store.snapshot().bytes("a.bin") == b"y"


def test_a_second_writer_waits_or_is_told_which_folder(filled):
    with filled.writer():
        with pytest.raises(ModelFileError, match=r"another writer has .*store open, and did not"):
            change(filled, timeout=0)
        assert filled.snapshot().revision == 1  # readers do not wait


def test_a_second_thread_waits_its_turn(store):
    def add(number):
        with store.writer() as transaction:
            transaction.meta["sum"] = transaction.meta.get("sum", 0) + number
            transaction.put(f"{number}.bin", bytes([number]))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    snapshot = store.snapshot()
    assert (snapshot.revision, snapshot.meta) == (8, {"sum": 28})
    assert [snapshot.bytes(f"{number}.bin") for number in range(8)] == [
        bytes([number]) for number in range(8)
    ]


def test_a_writer_of_another_process_is_waited_for(filled):
    script = (
        "import sys; from hyperquery.storage import Store\n"
        f"with Store(sys.argv[1], {FORMAT!r}, {VERSION}).writer() as transaction:\n"
        "    print('open', flush=True); sys.stdin.readline()\n"
        "    transaction.put('child.bin', b'x')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(filled.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout.readline() == "open\n"
        with pytest.raises(ModelFileError, match="another writer has"):
            change(filled, timeout=0.1)
        child.communicate("\n")
    with filled.writer() as transaction:
        assert transaction.revision == 2
    assert filled.snapshot().bytes("child.bin") == b"x"


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "at all")
    store = Store(tmp_path / "link", FORMAT, VERSION)
    with pytest.raises(ModelFileError, match=r"cannot write to .*link"):
        change(store)


def test_storage_starts_without_torch():
    script = "import sys, hyperquery.storage; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n"
