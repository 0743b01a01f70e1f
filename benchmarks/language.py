"""How fast the query language is: parsing beside luqum, start-up, rewriting.

    python benchmarks/language.py

Every number is the best of several rounds, and both parsers read the same texts in the same
run. "Cold" texts are all different, so that no cache can help.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from luqum.parser import parser as luqum_parser

from hyperquery.query import And, Not, Or, Query, Term, parse

ROUNDS = 7
TEXTS = 1_000

# Queries that both languages read, as people write them.
SHAPES = {
    "one word": "{a}",
    "and": "{a} AND {b}",
    "and not": "{a} AND NOT {b}",
    "or in parentheses": "({a} OR {b}) AND {c}",
    "phrase": '"{a} {b}" AND {c}',
    "field": "{a} AND brand:{b}",
    "range": "{a} AND price:[50 TO 100]",
    "three words": "{a} {b} {c}",
    "minus": "{a} {b} -{c}",
    "boost": "{a}^2 OR {b}",
    "nested": "({a} OR {b}) AND ({c} OR NOT {d}) AND brand:{e}",
    "eight clauses": "({a} OR {b} OR {c} OR {d}) AND NOT ({e} OR {f}) AND ({g} OR {h})",
}


def texts(shape: str, chance: random.Random) -> Iterator[str]:
    """Yield texts of a shape, no two of them alike."""
    for number in range(TEXTS):
        words = {name: f"{chance.choice(WORDS)}{number}" for name in "abcdefgh"}
        yield shape.format(**words)


WORDS = ("fire", "kindle", "tablet", "echo", "stick", "alexa", "charger", "case", "lamp", "shoe")


def rate(parse_one: Callable[[str], object], batches: list[list[str]]) -> float:
    """Texts a second, in the best of several batches."""
    best = float("inf")
    for batch in batches:
        begin = time.perf_counter()
        for text in batch:
            parse_one(text)
        best = min(best, time.perf_counter() - begin)
    return TEXTS / best


def parsing() -> None:
    print(f"{'queries a second':<20}{'luqum':>12}{'cold':>12}{'ratio':>8}{'cached':>12}")
    chance = random.Random(0)
    ratios = []
    for name, shape in SHAPES.items():
        batches = [list(texts(shape, chance)) for _ in range(ROUNDS)]
        luqum, cold = rate(luqum_parser.parse, batches), rate(parse, batches)
        cached = rate(parse, [batches[-1]] * ROUNDS)
        ratios.append(cold / luqum)
        print(f"{name:<20}{luqum:>12,.0f}{cold:>12,.0f}{cold / luqum:>8.2f}{cached:>12,.0f}")
    ratios.sort()
    print(f"cold, against luqum: {ratios[0]:.2f} to {ratios[-1]:.2f} times, ", end="")
    print(f"median {ratios[len(ratios) // 2]:.2f}\n")


def starting() -> None:
    program = (
        "import time; begin = time.perf_counter(); import hyperquery; "
        "hyperquery.parse('(Fire OR Kindle) AND tablet'); print(time.perf_counter() - begin)"
    )
    runs = [
        float(
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        )
        for _ in range(ROUNDS)
    ]
    print(f"import hyperquery and the first parse: {min(runs):.3f} s\n")


def rewriting() -> None:
    chance = random.Random(1)
    terms = [Term(f"t{index}") for index in range(60)]
    query = Or(
        *(
            And(*(t if chance.random() < 0.6 else Not(t) for t in chance.sample(terms, size)))
            for size in (chance.randint(2, 5) for _ in range(256))
        )
    )
    steps: dict[str, Callable[[Query], object]] = {
        "simplify": Query.simplify,
        "negation normal form": Query.negation_normal_form,
        "disjunctive normal form": Query.disjunctive_normal_form,
        "factor": Query.factor,
        "equivalent to its simplified form": lambda q: q.equivalent(q.simplify()),
        "print": str,
        "print and parse": lambda q: parse(str(q)),
    }
    print("a union of 256 intersections")
    for name, step in steps.items():
        best = float("inf")
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            step(query)
            best = min(best, time.perf_counter() - begin)
        print(f"  {name:<36}{best * 1000:>9.1f} ms")


if __name__ == "__main__":
    parsing()
    starting()
    rewriting()
