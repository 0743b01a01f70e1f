"""Readers in threads and processes while a writer commits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION, check_revision, litter, put_revision

ROOT = Path(__file__).parents[2]
COMMITS = 40
SIZE = 70_000

READING = f"""
import sys
from hyperquery.storage import Store
from tests.storage.contents import check_revision
store, seen = Store(sys.argv[1], {FORMAT!r}, {VERSION}), [0]
while seen[-1] < {COMMITS}:
    snapshot = store.snapshot(verify=len(seen) % 2)
    check_revision(snapshot, {SIZE})
    seen.append(snapshot.revision)
assert seen == sorted(seen)
print(len(set(seen)))
"""


def test_readers_see_whole_revisions_while_a_writer_commits(tmp_path):
    store = Store(tmp_path / "store", FORMAT, VERSION)
    with store.writer() as transaction:
        put_revision(transaction, 1, SIZE)
    first, failures, seen = store.snapshot(), [], set()

    def read():
        last = 0
        try:
            while last < COMMITS:
                snapshot = store.snapshot(verify=last % 2 == 0)
                check_revision(snapshot, SIZE)
                assert snapshot.revision >= last
                last = snapshot.revision
                seen.add(last)
        except BaseException as error:
            failures.append(error)

    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", READING, str(store.path)],
                    env=environment, stdout=subprocess.PIPE, text=True,
                )
            )
            for _ in range(2)
        ]  # fmt: skip
        threads = [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for revision in range(2, COMMITS + 1):
            with store.writer() as transaction:
                put_revision(transaction, revision, SIZE)
        for thread in threads:
            thread.join()
        said = [process.communicate()[0] for process in processes]
    assert not failures
    assert [process.returncode for process in processes] == [0, 0]
    assert all(int(count) >= 1 for count in said)
    assert len(seen) > 1
    check_revision(first, SIZE)
    assert litter(store) == ["manifest.json", "writer.lock"]


def test_writers_of_several_processes_take_turns(tmp_path):
    script = (
        "import sys; from hyperquery.storage import Store\n"
        f"store = Store(sys.argv[1], {FORMAT!r}, {VERSION})\n"
        "for _ in range(10):\n"
        "    with store.writer() as transaction:\n"
        "        count = transaction.meta.get('count', 0) + 1\n"
        "        transaction.meta['count'] = count\n"
        "        transaction.put('count.txt', str(count).encode())\n"
    )
    store = Store(tmp_path / "store", FORMAT, VERSION)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(subprocess.Popen([sys.executable, "-c", script, str(store.path)]))
            for _ in range(3)
        ]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    snapshot = store.snapshot()
    assert (snapshot.revision, snapshot.meta) == (30, {"count": 30})
    assert snapshot.bytes("count.txt") == b"30"
