"""Which laws of sets does an operator obey? Three ways to combine scores in [0, 1]."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from hyperquery.testing import Operators, check_lattice

OPERATORS = [
    Operators("means", observe=np.asarray, intersection=lambda a, b: (a + b) / 2),
    Operators(
        "products",
        observe=np.asarray,
        intersection=lambda a, b: a * b,
        union=lambda a, b: a + b - a * b,
        complement=lambda a: 1 - a,
    ),
    Operators(
        "extremes",
        observe=np.asarray,
        intersection=min,
        union=max,
        complement=lambda a: 0.0 - a,
    ),
]


def main() -> None:
    """Check all laws for each of them."""
    for operators in OPERATORS:
        print(check_lattice(operators, st.floats(0, 1), examples=200), "\n")


if __name__ == "__main__":
    main()
