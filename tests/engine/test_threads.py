"""One engine, searched from many threads, also while products come and go."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hyperquery import Engine, Field, Term
from hyperquery.engine.catalog import Catalog
from tests.products import PRODUCTS

THREADS = 16
QUERIES = [
    "kettle", "(tent OR red) AND NOT Acme", '"folding pan" OR drill', Term("atlas") | Term("pan"),
    "brand:Acme AND price<40", "NOT kettle", Term("red") & (Field("brand") == "Bolt"),
]  # fmt: skip
FILTERS = [None, "price<30", Field("category") == "Kitchen", np.arange(len(PRODUCTS)) % 3 > 0]


@pytest.fixture
def engine(small_engine):
    """An engine that has answered nothing yet."""
    return Engine(Catalog.read(PRODUCTS), small_engine.model, small_engine.points)


def answer(engine, query, where=None, k=8):
    results = engine.search(query, k=k, where=where)
    return tuple((hit.id, hit.margin, hit.title) for hit in results), results.matching


def test_threads_get_the_answers_of_one(small_engine, engine):
    asked = [(query, where) for query in QUERIES for where in FILTERS] * 5
    expected = [answer(small_engine, query, where) for query, where in asked]

    def ask(thread):
        turn = len(asked) * thread // THREADS  # each starts elsewhere
        got = [answer(engine, query, where) for query, where in asked[turn:] + asked[:turn]]
        return got[len(asked) - turn :] + got[: len(asked) - turn]

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(got == expected for got in pool.map(ask, range(THREADS)))


def test_every_answer_is_that_of_one_state_while_products_come_and_go(engine):
    query, tea = "kettle OR tent", {"id": "tea", "title": "kettle tent", "price": 5}
    steps = [
        lambda: engine.add([tea]),
        lambda: engine.update([{**tea, "title": "tent"}]),
        lambda: engine.remove(["kettle1", "tea"]),
        lambda: engine.add([PRODUCTS[0]]),
        lambda: engine.compact(),
    ]
    states, answers, failures, done = {answer(engine, query)}, set(), [], threading.Event()

    def read():
        try:
            while not done.is_set():
                answers.add(answer(engine, query))
                assert len(engine.points) in (48, 49, 47)
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(THREADS)]
    for reader in readers:
        reader.start()
    for turn in range(30):
        steps[turn % len(steps)]()
        states.add(answer(engine, query))
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert answers <= states
    assert len(answers) > 1


def test_changes_from_many_threads_all_happen(engine):
    def change(thread):
        for turn in range(3):
            engine.add([{"id": f"{thread}-{turn}", "title": "tea"}])
        engine.remove(f"{thread}-1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(8)))
    ids = engine.catalog.ids[len(PRODUCTS) :]
    assert sorted(ids) == sorted(f"{thread}-{turn}" for thread in range(8) for turn in (0, 2))
