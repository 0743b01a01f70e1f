"""Parsing from many threads gives what one thread gives."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hyperquery.query import QuerySyntaxError, grammar, parse, parse_leniently

SECONDS = 20.0 if os.environ.get("HYPERQUERY_PROFILE") == "nightly" else 2.0

QUERIES = [
    f"{head} {a} {link} ({b} OR {a}) price<{number} {tail}"
    for number, (head, a, link, b, tail) in enumerate(
        (head, a, link, b, tail)
        for head in ("", "NOT", '"exact phrase"', "2 of (x, y, z)")
        for a in ("fire tv", "kindle^2")
        for link in ("with", "-", "XOR")
        for b in ("echo", "brand:Amazon")
        for tail in ("", "AND", ")")
    )
]


def outcome(text: str) -> str:
    # A bound on the length unlike any other makes each of these parses a cold one.
    try:
        return repr(parse(text, max_length=2_000 + len(text)))
    except QuerySyntaxError as error:
        return str(error)


def test_eight_threads() -> None:
    alone = {text: (outcome(text), repr(parse_leniently(text).query)) for text in QUERIES}
    grammar.built.cache_clear()  # all threads want the tables at once
    together = threading.Barrier(8)
    end = time.monotonic() + SECONDS

    def work(offset: int) -> int:
        together.wait()
        rounds = 0
        while time.monotonic() < end:
            for index in range(len(QUERIES)):
                text = QUERIES[(index + 37 * offset) % len(QUERIES)]
                assert (outcome(text), repr(parse_leniently(text).query)) == alone[text]
            rounds += 1
        return rounds

    with ThreadPoolExecutor(8) as pool:
        assert all(rounds > 0 for rounds in pool.map(work, range(8)))
