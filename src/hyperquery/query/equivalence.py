"""Whether two queries are equal, or one lies within the other: exact decisions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations
from typing import NamedTuple

from hyperquery.logic import MAX_CONFLICTS, Atoms, Instruction, TooComplexError
from hyperquery.logic import equivalent as programs_equivalent
from hyperquery.logic import implies as program_implies
from hyperquery.query.errors import QueryTypeError
from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
)
from hyperquery.query.query import Of, Query
from hyperquery.query.rewriting import is_condition

__all__ = ["TooComplexError", "equivalent", "implies"]


def equivalent(
    left: Query, right: Query, *, of: Of = "margins", max_conflicts: int = MAX_CONFLICTS
) -> bool:
    """Whether two queries give the same results over every catalog and every model.

    Args:
        left: A query.
        right: Another one.
        of: What is to be equal. "margins": the margin of every product, hence the ranking and
            the matches; this is Kleene's three-valued logic. "matches": the sets of matching
            products only; this is ordinary two-valued logic.
        max_conflicts: How many dead ends to go through before giving up.

    Field conditions hold or do not, and a number or range within another implies it; beyond
    that, terms, phrases and conditions are taken to be independent of each other. Boosts
    multiply.

    Raises:
        TooComplexError: If the answer is not found within the limit.

    >>> from hyperquery.query import parse
    >>> equivalent(parse("a AND (b OR c)"), parse("a AND b OR a AND c"))
    True
    >>> equivalent(parse("a OR NOT a"), parse("*"))
    False
    >>> equivalent(parse("a OR NOT a"), parse("*"), of="matches")
    True
    """
    question = _ask(left, right, of)
    return programs_equivalent(*question, max_conflicts=max_conflicts)


def implies(
    left: Query, right: Query, *, of: Of = "margins", max_conflicts: int = MAX_CONFLICTS
) -> bool:
    """Whether the left query lies within the right one, over every catalog and every model.

    With "margins", no product is nearer to the left query than to the right one; with
    "matches", every product that matches the left one matches the right one. The arguments
    and the exception are those of `equivalent`.

    >>> from hyperquery.query import parse
    >>> implies(parse("fire AND tablet"), parse("fire"))
    True
    >>> implies(parse("price<50"), parse("price<=100"))
    True
    """
    question = _ask(left, right, of)
    return program_implies(*question, max_conflicts=max_conflicts)


class _Question(NamedTuple):
    left: list[Instruction]
    right: list[Instruction]
    atoms: Atoms


def _ask(left: Query, right: Query, of: Of) -> _Question:
    if of not in ("margins", "matches"):
        raise QueryTypeError(f"of is 'margins' or 'matches', not {of!r}")
    numbers: dict[Atom, int] = {}
    graded = of == "margins"
    left_program = _program(left, numbers, graded=graded)
    right_program = _program(right, numbers, graded=graded)
    conditions = {number for (leaf, _), number in numbers.items() if is_condition(leaf)}
    atoms = Atoms(
        two_valued=conditions if graded else None,
        within=_nested(numbers),
        scaled=_scaled(numbers),
    )
    return _Question(left_program, right_program, atoms)


Atom = tuple[Query, Fraction]
"""A leaf, and the product of the boosts on it."""

_PLAIN = Fraction(1)


def _program(query: Query, numbers: dict[Atom, int], *, graded: bool) -> list[Instruction]:
    """The instructions for a query; atoms get the next free numbers."""
    program: list[Instruction] = []
    made: dict[tuple[int, Fraction], int] = {}  # where the instructions for a node end
    todo: list[tuple[Query, Fraction, bool]] = [(query, _PLAIN, False)]
    while todo:
        node, scale, operands_done = todo.pop()
        place = id(node), scale
        if operands_done:
            made[place] = len(program)
            program.append(_instruction(node))
        elif place in made:
            program.append(("again", made[place]))
        elif isinstance(node, Boost):
            # A positive factor passes through max, min and negation, down to the leaves.
            factor = Fraction(node.weight) if graded else _PLAIN
            todo.append((node.operand, scale * factor, False))
        elif node.children:
            todo.append((node, scale, True))
            todo.extend((child, scale, False) for child in reversed(node.children))
        elif isinstance(node, Everything | Nothing):
            program.append(("const", isinstance(node, Everything)))
        else:
            atom = node, _PLAIN if is_condition(node) else scale
            program.append(("atom", numbers.setdefault(atom, len(numbers))))
    return program


def _instruction(node: Query) -> Instruction:
    match node:
        case And(operands):
            return "and", len(operands)
        case Or(operands):
            return "or", len(operands)
        case AtLeast(count, operands):
            return "at least", count, len(operands)
        case Not():
            return ("not",)
    raise QueryTypeError(f"{type(node).__name__} has no place in logic")


def _scaled(numbers: dict[Atom, int]) -> list[tuple[int, int]]:
    """Pairs of atoms that are one term under a smaller and a larger boost."""
    by_leaf: dict[Query, list[tuple[Fraction, int]]] = {}
    for (leaf, scale), number in numbers.items():
        by_leaf.setdefault(leaf, []).append((scale, number))
    return [
        (smaller, larger)
        for scales in by_leaf.values()
        for (_, smaller), (_, larger) in pairwise(sorted(scales))
    ]


def _nested(numbers: dict[Atom, int]) -> list[tuple[int, int]]:
    """Pairs of conditions on the same field, the first of which lies within the second."""
    by_field: dict[str, list[tuple[Query, FieldRange, int]]] = {}
    for (leaf, _), number in numbers.items():
        interval = _interval(leaf)
        if interval is not None:
            by_field.setdefault(interval.field, []).append((leaf, interval, number))
    return [
        (inner, outer)
        for conditions in by_field.values()
        for (leaf, a, inner), (other, b, outer) in permutations(conditions, 2)
        # A range shows that the field holds numbers; two values may be different texts.
        if isinstance(leaf, FieldRange) or isinstance(other, FieldRange)
        if _lies_within(a, b)
    ]


def _interval(leaf: Query) -> FieldRange | None:
    """The range of numbers that a condition asks for, if it can be about numbers."""
    match leaf:
        case FieldRange():
            return leaf
        case FieldEquals(field, value):
            try:
                return FieldRange(field, float(value), float(value))
            except ValueError:  # not a number, or not a finite one
                return None
    return None


def _lies_within(inner: FieldRange, outer: FieldRange) -> bool:
    above = outer.low is None or (
        inner.low is not None
        and (inner.low, not inner.include_low) >= (outer.low, not outer.include_low)
    )
    below = outer.high is None or (
        inner.high is not None
        and (inner.high, inner.include_high) <= (outer.high, outer.include_high)
    )
    return above and below
