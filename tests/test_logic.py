"""The decision procedure against plain enumeration of all values."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperquery.logic import (
    Atoms,
    Instruction,
    TooComplexError,
    counterexample,
    equivalent,
    implies,
)

ATOMS = 4
Program = list[Instruction]


def joined(parts: list[Program], data: tuple[str, int, bool]) -> Program:
    kind, number, negated = data
    count = len(parts)
    last: Instruction = (kind, count)
    if kind == "at least":
        last = (kind, 1 + number % count, count)
    return [*(step for part in parts for step in part), last, *([("not",)] if negated else [])]


leaf = st.one_of(
    st.integers(0, ATOMS - 1).map(lambda atom: [("atom", atom)]),
    st.booleans().map(lambda value: [("const", value)]),
)
programs: st.SearchStrategy[Program] = st.recursive(
    leaf,
    lambda inner: st.builds(
        joined,
        st.lists(inner, min_size=1, max_size=4),
        st.tuples(st.sampled_from(["and", "or", "at least"]), st.integers(0, 9), st.booleans()),
    ),
    max_leaves=10,
)


def value(program: Program, atoms: tuple[int, ...]) -> int:
    stack: list[int] = []
    pushed: list[int] = []
    for instruction in program:
        match instruction:
            case ("atom", index):
                result = atoms[index]
            case ("const", truth):
                result = 1 if truth else -1
            case ("again", index):
                result = pushed[index]
            case ("not",):
                result = -stack.pop()
            case (kind, *numbers):
                parts = sorted(stack.pop() for _ in range(numbers[-1]))
                place = {"and": 0, "or": -1}.get(kind, -numbers[0])
                result = parts[place]
        stack.append(result)
        pushed.append(result)
    return stack[0]


relations = st.sampled_from(
    [
        Atoms(),
        Atoms(two_valued=None),
        Atoms(two_valued={0, 2}),
        Atoms(within=[(0, 1), (1, 2)]),
        Atoms(scaled=[(0, 1), (1, 2)]),
        Atoms(two_valued=[3], within=[(3, 0)], scaled=[(1, 2)]),
    ]
)


def allowed(atoms: tuple[int, ...], known: Atoms) -> bool:
    two_valued = range(ATOMS) if known.two_valued is None else known.two_valued
    return (
        all(atoms[index] != 0 for index in two_valued)
        and all(atoms[inner] <= atoms[outer] for inner, outer in known.within)
        and all(atoms[small] in (0, atoms[large]) for small, large in known.scaled)
    )


@settings(deadline=None)
@given(programs, programs, relations)
def test_implication_is_that_of_the_truth_table(
    left: Program, right: Program, known: Atoms
) -> None:
    table = [row for row in product((-1, 0, 1), repeat=ATOMS) if allowed(row, known)]
    truth = all(value(left, row) <= value(right, row) for row in table)
    assert implies(left, right, known) == truth
    same = all(value(left, row) == value(right, row) for row in table)
    assert equivalent(left, right, known) == same


@settings(deadline=None)
@given(programs, programs, relations)
def test_a_counterexample_is_one(left: Program, right: Program, known: Atoms) -> None:
    found = counterexample(left, right, known)
    if found is not None:
        plain = {True: 1, False: -1, None: 0}
        # Atoms that do not occur and are not related to others may have any value.
        row = tuple(plain[found.get(atom, True)] for atom in range(ATOMS))
        assert allowed(row, known)
        assert value(left, row) > value(right, row)


@settings(deadline=None)
@given(programs, programs)
def test_lattice_operations_are_bounds(left: Program, right: Program) -> None:
    assert implies([*left, *right, ("and", 2)], left)
    assert implies(left, [*left, *right, ("or", 2)])
    assert equivalent([*left, ("not",), ("not",)], left)


def test_parts_can_be_used_again() -> None:
    doubled: Program = [("atom", 0)]
    for step in range(0, 200, 2):
        doubled += [("again", step), ("and", 2)]
    assert equivalent(doubled, [("atom", 0)])


def test_distributivity_over_a_thousand_clauses() -> None:
    size = 8
    product_of_sums: Program = []
    for index in range(size):
        product_of_sums += [("atom", 2 * index), ("atom", 2 * index + 1), ("or", 2)]
    product_of_sums.append(("and", size))
    sum_of_products: Program = []
    for row in product((0, 1), repeat=size):
        sum_of_products += [("atom", 2 * index + bit) for index, bit in enumerate(row)]
        sum_of_products.append(("and", size))
    sum_of_products.append(("or", 2**size))
    assert equivalent(product_of_sums, sum_of_products)
    assert not equivalent(product_of_sums, [*sum_of_products, ("atom", 0), ("or", 2)])


def test_a_limit_stops_a_long_search() -> None:
    """More pigeons than holes: a question whose every proof is long."""
    pigeons, holes = 9, 8
    somewhere: Program = []
    for pigeon in range(pigeons):
        somewhere += [("atom", pigeon * holes + hole) for hole in range(holes)]
        somewhere.append(("or", holes))
    somewhere.append(("and", pigeons))
    shared: Program = []
    for hole in range(holes):
        shared += [("atom", pigeon * holes + hole) for pigeon in range(pigeons)]
        shared.append(("at least", 2, pigeons))
    shared.append(("or", holes))
    with pytest.raises(TooComplexError, match="no decision after 100 dead ends"):
        implies(somewhere, shared, max_conflicts=100)


@pytest.mark.parametrize("program", [[("xor", 2)], [("atom",)], []])
def test_broken_programs_are_refused(program: Program) -> None:
    with pytest.raises((ValueError, IndexError)):
        implies(program, [("const", True)])
