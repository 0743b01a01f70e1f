"""Writers that are really killed, at random moments and at every single step of a commit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from hyperquery.storage import Store
from tests.storage.contents import FORMAT, VERSION, check_revision, litter, put_revision

ROOT = Path(__file__).parents[2]
KILLS = 40

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

# For each n on its input, forks a writer of two commits that kills itself at the n-th time that
# Python opens, maps, makes, renames, deletes or lists something; says how the writer ended.
STOPPING = """
import os, signal, sys
from hyperquery.storage import Store
from tests.storage.contents import put_revision
store = Store(sys.argv[1], "test store", 1)
STEPS = {"open", "mmap.__new__", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir"}

def commit_twice(left):
    def stop(event, _):
        nonlocal left
        left -= event in STEPS
        if event in STEPS and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(stop)
    for _ in range(2):
        with store.writer() as transaction:
            put_revision(transaction, transaction.revision + 1, 1000)
    left = -1

for line in sys.stdin:
    writer = os.fork()
    if writer == 0:
        commit_twice(int(line))
        os._exit(0)
    _, status = os.waitpid(writer, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
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
    rest = child.stdout.read()  # communicate() would miss what readline() read ahead
    assert child.wait() == -9
    # A line that was cut off while it was printed announces nothing.
    lines = (first + rest).rpartition("\n")[0].split("\n")
    return int(lines[-1])


def add_one_more(store):
    """Commit the next revision and check that nothing of a killed writer is left."""
    with store.writer(timeout=5) as transaction:
        put_revision(transaction, transaction.revision + 1)
    check_revision(store.snapshot())
    assert litter(store) == ["manifest.json", "writer.lock"]


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


def test_a_writer_killed_at_every_step_leaves_a_committed_state(tmp_path):
    store = Store(tmp_path / "store", FORMAT, VERSION)
    gained = []
    with start(STOPPING, store.path) as child:
        for step in range(1, 300):
            before = store.snapshot().revision if store.exists() else 0
            child.stdin.write(f"{step}\n")
            child.stdin.flush()
            code = int(child.stdout.readline())
            after = 0
            if store.exists():
                snapshot = store.snapshot()
                check_revision(snapshot, 1000)
                after = snapshot.revision
            gained.append(after - before)
            if code == 0:
                break
            assert code == -9
        child.stdin.close()
    assert gained[-1] == 2
    assert {0, 1, 2} == set(gained)
    assert litter(store) == ["manifest.json", "writer.lock"]
