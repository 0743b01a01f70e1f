"""The article's queries, answered from the bundled catalog: ``make demo``."""

from __future__ import annotations

import time

import hyperquery

QUERIES = [
    "Fire TV stick AND Alexa",
    "Fire OR Kindle",
    "(Fire OR Kindle) AND tablet",
    "Fire AND NOT tablet",
    "headphones AND wireless AND NOT Sony",
    "(coffee OR espresso) AND machine AND price<500",
]


def main() -> None:
    """Answer each query and say how long it took."""
    for query in QUERIES:
        start = time.perf_counter()
        results = hyperquery.search(query, k=5)
        milliseconds = 1000 * (time.perf_counter() - start)
        note = " (the first search loads the model)" if query == QUERIES[0] else ""
        print(f"{results}\n{milliseconds:.0f} ms{note}\n")
    print("Now yours:  .venv/bin/python -c 'import hyperquery; print(hyperquery.search(\"...\"))'")


if __name__ == "__main__":
    main()
