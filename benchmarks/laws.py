"""Which laws hold, exactly, for hyperquery's operators and for classic learned ones.

    python benchmarks/laws.py              prints the table
    python benchmarks/laws.py --write      puts it into docs/testing.md as well

Random elements, the same ones every time: scores of 5 candidates in [0, 1], boxes with centres in
[-1, 1] and offsets in [0, 1], regions of up to 30 nodes over hyperboloids.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from hyperquery.geometry.lorentz import exp_origin
from hyperquery.testing import (
    Report,
    check_lattice,
    hyperboloids,
    markdown_table,
    meet_operators,
    region_operators,
    regions,
)
from hyperquery.testing.learned import (
    balls,
    boxes,
    goedel_norm,
    lukasiewicz_norm,
    moebius_boxes,
    product_norm,
    query2box,
    scores,
)

DIMENSION = 4
CANDIDATES = 5
PAGE = Path(__file__).parents[1] / "docs" / "testing.md"
START, END = "<!-- laws: start -->", "<!-- laws: end -->"


def reports(examples: int) -> list[Report]:
    """Check every implementation, ours first."""
    at = exp_origin(np.random.default_rng(0).normal(size=(CANDIDATES, DIMENSION)))
    trees = st.lists(hyperboloids(DIMENSION), min_size=1, max_size=3).flatmap(regions)
    return [
        check_lattice(region_operators(at), trees, examples=examples),
        check_lattice(meet_operators(DIMENSION), hyperboloids(DIMENSION), examples=examples),
        check_lattice(goedel_norm(CANDIDATES), scores(CANDIDATES), examples=examples),
        check_lattice(product_norm(CANDIDATES), scores(CANDIDATES), examples=examples),
        check_lattice(lukasiewicz_norm(CANDIDATES), scores(CANDIDATES), examples=examples),
        check_lattice(query2box(DIMENSION), boxes(DIMENSION), examples=examples),
        check_lattice(query2box(DIMENSION, shrink=False), boxes(DIMENSION), examples=examples),
        check_lattice(moebius_boxes(DIMENSION), balls(DIMENSION), examples=examples),
    ]


def main() -> None:
    """Print the table, and write it into the docs if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=1000, help="tuples of elements per law")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    table = markdown_table(reports(options.examples))
    print(table)
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
