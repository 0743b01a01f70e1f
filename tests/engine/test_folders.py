"""Engines whose changes are saved at once: before they are seen, and by one at a time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import hyperquery
from hyperquery import CatalogError, ModelFileError
from hyperquery.storage import Transaction
from tests.products import PRODUCTS

ROOT = Path(__file__).parents[2]
KILLS = 15
TEA = {"id": "tea", "title": "kettle tea", "price": 3, "stock": 1}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def seen(engine, query="kettle OR tent"):
    return [(h.id, h.margin, h.fields) for h in engine.search(query, k=99)]


CHANGES = {
    "add": lambda engine: engine.add([TEA]),
    "update": lambda engine: engine.update([{"id": "pan1", "title": "kettle"}]),
    "remove": lambda engine: engine.remove(["pan2", "kettle3"]),
}


def test_every_change_is_on_disk_before_it_is_seen(saved):
    engine = hyperquery.load(saved, writable=True)
    for change in [*CHANGES.values(), lambda engine: engine.remove("tea"), lambda e: e.compact()]:
        change(engine)
        loaded = hyperquery.load(saved)
        assert seen(loaded) == seen(engine)
        assert loaded.catalog == engine.catalog
        assert loaded.points.tobytes() == engine.points.tobytes()
    names = {name.partition("-")[0] for name in contents(saved)}
    assert not any("live" in name for name in contents(saved))
    assert names == {"README.md", "manifest.json", "writer.lock", "model.config",
                     "model.leanings", "model.vocabulary", "model.weights", "segment"}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_cannot_be_saved_is_not_made(saved, monkeypatch, name):
    engine = hyperquery.load(saved, writable=True)
    before, collection = contents(saved), engine.collection

    def fail(self):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "_replace_manifest", fail)
        with pytest.raises(ModelFileError, match=r"No space left .*what was saved there is as it"):
            CHANGES[name](engine)
    assert engine.collection is collection
    assert contents(saved) == before
    CHANGES[name](engine)
    assert seen(hyperquery.load(saved)) == seen(engine)


def test_a_refused_change_leaves_the_folder_alone(saved):
    engine = hyperquery.load(saved, writable=True)
    before = contents(saved)
    with pytest.raises(CatalogError):
        engine.add([TEA, PRODUCTS[0]])
    with pytest.raises(CatalogError):
        engine.remove("pan99")
    engine.remove([])
    engine.compact()  # there is nothing to lay out anew
    assert contents(saved) == before


def test_an_engine_that_is_not_writable_never_touches_its_folder(saved):
    engine = hyperquery.load(saved)
    before = contents(saved)
    for change in CHANGES.values():
        change(engine)
    engine.compact()
    assert len(engine) == len(PRODUCTS) - 1
    assert contents(saved) == before


def test_a_reader_keeps_what_it_loaded_until_it_refreshes(saved):
    reader, writer = hyperquery.load(saved), hyperquery.load(saved, writable=True)
    before = seen(reader)
    assert reader.refresh() is False
    writer.add([TEA])
    writer.remove("kettle1")
    writer.compact()
    assert seen(reader) == before
    assert len(reader.catalog) == len(PRODUCTS)
    assert reader.refresh() is True
    assert seen(reader) == seen(writer) != before
    assert reader.search("stock:1").ids == ["tea"]
    assert reader.refresh() is False


def test_the_second_writer_is_told_and_can_try_again(saved):
    first, second = (hyperquery.load(saved, writable=True) for _ in range(2))
    first.remove("pan1")
    before = second.collection
    for name in ("add", "update"):
        with pytest.raises(ModelFileError, match=r"changed .* since .* call refresh\(\) and make"):
            CHANGES[name](second)
        assert second.collection is before
    assert second.refresh()
    CHANGES["add"](second)
    assert first.refresh()
    assert seen(first) == seen(second) == seen(hyperquery.load(saved))


def test_changes_of_its_own_are_not_lost_by_refreshing(saved):
    reader, writer = hyperquery.load(saved), hyperquery.load(saved, writable=True)
    reader.add([TEA])
    writer.remove("pan1")
    with pytest.raises(ModelFileError, match=r"changes that are not saved in .*save it elsewhere"):
        reader.refresh()
    assert len(reader) == len(PRODUCTS) + 1


def test_another_model_is_not_mixed_in(saved):
    reader = hyperquery.load(saved)
    other = hyperquery.Engine.fit(
        [TEA], config=hyperquery.Config(dimension=8, steps=2), progress=False
    )
    other.save(saved)
    with pytest.raises(ModelFileError, match=r"with another model was saved to .*load it"):
        reader.refresh()
    assert len(reader) == len(PRODUCTS)


@pytest.mark.parametrize("writable", [True, False])
def test_an_engine_that_is_saved_where_it_was_loaded_goes_on(saved, writable):
    engine = hyperquery.load(saved, writable=writable)
    engine.add([TEA])
    engine.save(saved)
    assert engine.refresh() is False
    engine.remove("pan1")
    assert ("pan1" in hyperquery.load(saved).catalog.ids) is not writable


def test_damage_is_found_when_refreshing(saved):
    reader, writer = hyperquery.load(saved), hyperquery.load(saved, writable=True)
    writer.add([TEA])
    path = next(path for path in saved.iterdir() if path.name.startswith("segment-2.products"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFileError, match="was altered"):
        reader.refresh()
    assert len(reader) == len(PRODUCTS)


def test_removed_products_leave_the_folder_by_compacting(saved):
    engine = hyperquery.load(saved, writable=True)
    engine.add([{"id": "secret-id", "title": "kettle"}])
    engine.remove([id_ for id_ in engine.catalog.ids if id_ != "secret-id"][:40])
    engine.compact()
    loaded = hyperquery.load(saved)
    assert len(loaded.collection.segments) == 1
    assert seen(loaded) == seen(engine)
    assert sum(name.startswith("segment-") for name in contents(saved)) == 2


# For each line on its input, forks a writer that changes the engine again and again; says which
# process that is and, before and after each change, the state that it leads to.
CHANGING = """
import os, sys
import hyperquery
from tests.engine.test_folders import TEA, state_of

def say(*words):
    os.write(1, (" ".join(map(str, words)) + chr(10)).encode())

def next_change(engine, revision, price):
    if price is None:
        return float(revision), lambda: engine.add([{**TEA, "price": revision}])
    if revision % 5 == 0:
        return price, engine.compact
    if revision % 3 == 0:
        return None, lambda: engine.remove("tea")
    return float(revision), lambda: engine.update([{**TEA, "price": revision}])

def change_for_ever():
    engine = hyperquery.load(sys.argv[1], writable=True)
    revision, price = state_of(engine)
    while True:
        say("made", revision, price)
        revision += 1
        price, change = next_change(engine, revision, price)
        say("makes", revision, price)
        change()

warm = hyperquery.load(sys.argv[1])  # what is compiled now is not compiled in each child
warm.add([TEA])
warm.search("id:tea")
say("ready")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            change_for_ever()
        finally:
            os._exit(1)
    say("child", child)
    _, status = os.waitpid(child, 0)
    say("ended", os.waitstatus_to_exitcode(status))
"""


def state_of(engine):
    """The revision of an engine's folder, and the price of the product that comes and goes."""
    prices = [float(hit["price"]) for hit in engine.search("id:tea")]
    return engine._folder.revision, prices[0] if prices else None


def killed(helper, delay):
    """Have a writer work for so many seconds after its first change, return what it said."""
    helper.stdin.write("\n")
    helper.stdin.flush()
    said = [helper.stdout.readline().split() for _ in range(4)]
    time.sleep(delay)
    [child] = [int(words[1]) for words in said if words[0] == "child"]
    os.kill(child, signal.SIGKILL)
    while said[-1][0] != "ended":
        said.append(helper.stdout.readline().split())
    assert said.pop() == ["ended", "-9"]
    return [(words[0], int(words[1]), words[2]) for words in said if words[0] != "child"]


def test_a_writer_killed_at_a_random_moment_leaves_an_announced_state(small_engine, tmp_path):
    folder, generator, between = tmp_path / "engine", random.Random(3), 0
    small_engine.save(folder)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "OMP_NUM_THREADS": "1"
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", CHANGING, str(folder)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as helper:  # fmt: skip
        assert helper.stdout.readline() == "ready\n"
        for _ in range(KILLS):
            said = killed(helper, generator.uniform(0, 0.2))
            loaded = hyperquery.load(folder, verify=True)
            revision, price = state_of(loaded)
            possible = said[-2:] if said[-1][0] == "makes" else said[-1:]
            assert (revision, str(price)) in [state[1:] for state in possible]
            assert len(loaded.search("*", k=99)) == len(PRODUCTS) + (price is not None)
            between += said[-1][0] == "makes"
        helper.stdin.close()
    assert between  # or the moments were not random enough to test anything
    assert revision > 2 * KILLS
