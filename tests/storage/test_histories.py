"""Random histories of a store beside a dict that says what it should hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from hyperquery.storage import Store
from hyperquery.storage.disk import MAPPED_FROM
from tests.storage.contents import FORMAT, VERSION, litter

NAMES = st.sampled_from(["a", "a.bin", "b.bin", "part/a.bin", "part.a.bin", "part/deep/c"])
CONTENTS = st.binary(max_size=8).flatmap(
    lambda data: st.sampled_from([data, data * (MAPPED_FROM // max(len(data), 1) + 1)])
)
CHANGES = st.lists(
    st.tuples(st.just("put"), NAMES, CONTENTS)
    | st.tuples(st.just("arrays"), NAMES, st.integers(0, 5))
    | st.tuples(st.just("drop"), NAMES, st.none())
    | st.tuples(st.just("meta"), st.text(max_size=3), st.integers() | st.text(max_size=3)),
    max_size=5,
)


def check(snapshot, expected):
    revision, files, meta = expected
    assert (snapshot.revision, snapshot.meta) == (revision, meta)
    assert snapshot.names == tuple(sorted(files))
    for name, content in files.items():
        if isinstance(content, bytes):
            assert snapshot.bytes(name) == content
        else:
            assert np.array_equal(snapshot.arrays(name)["x"], content)


class Histories(RuleBasedStateMachine):
    """Commits and aborts; every snapshot ever taken stays what it was."""

    snapshots = Bundle("snapshots")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "store", FORMAT, VERSION)
        self.revision, self.files, self.meta = 0, {}, {}

    @rule(changes=CHANGES, abort=st.booleans())
    def write(self, changes, abort):
        files, meta = dict(self.files), dict(self.meta)
        try:
            with self.store.writer() as transaction:
                assert transaction.meta == meta
                for change in changes:
                    apply(change, transaction, files, meta)
                assert transaction.names == tuple(sorted(files))
                if abort:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            return
        if self.revision == 0 or not same(files, self.files) or meta != self.meta:
            self.revision += 1
        self.files, self.meta = files, meta

    @rule(target=snapshots, verify=st.booleans())
    def read(self, verify):
        if not self.store.exists():
            assert self.revision == 0
            return multiple()
        expected = (self.revision, self.files, self.meta)
        return self.store.snapshot(verify=verify), expected

    @rule(taken=snapshots)
    def read_again(self, taken):
        check(*taken)

    @invariant()
    def nothing_is_left_over(self):
        if self.store.exists():
            check(self.store.snapshot(), (self.revision, self.files, self.meta))
            assert litter(self.store) == ["manifest.json", "writer.lock"]

    def teardown(self):
        self.folder.cleanup()


def apply(change, transaction, files, meta):
    """Make a change to a transaction and to the dicts that stand for it."""
    kind, name, value = change
    if kind == "put":
        transaction.put(name, value)
        files[name] = value
    elif kind == "arrays":
        files[name] = np.arange(value * 20_000, dtype=np.float32)
        transaction.put_arrays(name, {"x": files[name]})
    elif kind == "meta":
        transaction.meta[name] = meta[name] = value
    elif name in files:
        transaction.drop(name)
        del files[name]


def same(files, others):
    return files.keys() == others.keys() and all(
        type(content) is type(others[name]) and np.array_equal(content, others[name])
        for name, content in files.items()
    )


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=12)
