"""Writers that are really killed, at random moments and at every single step of a commit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION, check_revision, litter, put_revision

ROOT = Path(__file__).parents[2]
KILLS = 50

COMMITTING = """
import sys
from hyperquery.storage import Store
from tests.storage.contents import put_revision
store = Store(sys.argv[1], "test store", 1)
sys.stdin.readline()
while True:
    with store.writer() as transaction:
        revision = transaction.revision + 1
        put_revision(transaction, revision)
    print(revision, flush=True)
"""

# Kills itself at the n-th time that Python opens, renames, deletes, lists or truncates something.
STOPPING = """
import os, signal, sys
from hyperquery.storage import Store
from tests.storage.contents import put_revision
store, left = Store(sys.argv[1], "test store", 1), int(sys.argv[2])

def stop(event, _):
    global left
    if event in {"open", "os.rename", "os.remove", "os.listdir", "os.scandir", "mmap.__new__"}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

with store.writer() as transaction:
    put_revision(transaction, transaction.revision + 1, 1000)
print("committed", flush=True)
with store.writer() as transaction:
    sys.addaudithook(stop)
    put_revision(transaction, transaction.revision + 1, 1000)
left = -1
print("got through", flush=True)
"""


def start(script, *arguments):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_at_random(child, generator):
    """Let a child commit, kill it some time in its second or third commit, return what it said."""
    child.stdin.write("\n")
    child.stdin.flush()
    first = child.stdout.readline()
    time.sleep(generator.uniform(0, 0.08))
    child.kill()
    rest, _ = child.communicate()
    assert child.returncode == -9
    # A line that was cut off while it was printed announces nothing.
    lines = (first + rest).rpartition("\n")[0].split("\n")
    return int(lines[-1])


def add_one_more(store):
    """Commit the next revision and check that nothing of a killed writer is left."""
    with store.writer(timeout=5) as transaction:
        put_revision(transaction, transaction.revision + 1)
    check_revision(store.snapshot())
    assert litter(store) == ["manifest.json", "writer.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_writer_killed_at_a_random_moment_leaves_a_committed_state(tmp_path):
    store = Store(tmp_path / "store", FORMAT, VERSION)
    generator, unfinished = random.Random(5), 0
    with ExitStack() as stack:
        next_child = stack.enter_context(start(COMMITTING, store.path))
        for kill in range(KILLS):
            child = next_child
            if kill + 1 < KILLS:  # it starts while the other one works
                next_child = stack.enter_context(start(COMMITTING, store.path))
            announced = kill_at_random(child, generator)
            snapshot = store.snapshot()
            assert announced <= snapshot.revision <= announced + 1
            check_revision(snapshot)
            unfinished += litter(store) != ["manifest.json", "writer.lock"]
            add_one_more(store)
    assert unfinished > KILLS // 10  # or the moments were not random enough to test anything


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_writer_killed_at_every_step_leaves_a_committed_state(tmp_path):
    store = Store(tmp_path / "store", FORMAT, VERSION)
    revisions = set()
    for step in range(1, 200):
        before = store.snapshot().revision if store.exists() else 0
        with start(STOPPING, store.path, step) as child:
            said, _ = child.communicate()
        snapshot = store.snapshot()
        check_revision(snapshot, 1000)
        assert said.startswith("committed")
        revisions.add(snapshot.revision - before)
        if "got through" in said:
            break
        assert child.returncode == -9
    else:
        pytest.fail("no writer got through")
    assert revisions == {1, 2}
    assert step > 20
    assert litter(store) == ["manifest.json", "writer.lock"]
