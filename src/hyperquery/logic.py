r"""Exact decisions about formulas of and, or and not, whatever their atoms are.

Margins combine by max, min and negation. Two formulas of these give equal margins for all
margins of their atoms exactly if they agree in Kleene's three-valued logic, over the values
false < unknown < true: a threshold, and its negative, turn any difference of margins into a
difference of these values. Matching sets follow the ordinary two-valued logic. Both questions
are decided here, by a search for a counterexample that learns from its dead ends.

A formula is a *program* for a stack machine, a sequence of instructions:

    ("atom", i)       push atom number i
    ("const", True)   push everything; ("const", False) pushes nothing
    ("not",)          replace the top by its complement
    ("and", k)        replace the k topmost by their intersection
    ("or", k)         replace the k topmost by their union
    ("at least", j, k)  replace the k topmost by what lies in at least j of them
    ("again", n)      push once more what instruction n of this program, from 0, had pushed

>>> a, b = ("atom", 0), ("atom", 1)
>>> absorbed = [a, a, b, ("or", 2), ("and", 2)]          # a AND (a OR b)
>>> equivalent(absorbed, [a])
True
>>> excluded_middle = [a, a, ("not",), ("or", 2)]        # a OR NOT a
>>> equivalent(excluded_middle, [("const", True)])
False
>>> equivalent(excluded_middle, [("const", True)], Atoms(two_valued=None))
True
>>> counterexample([a], [b])                             # a inside b? Not where a is, b is not:
{0: True, 1: None}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

from hyperquery.errors import HyperqueryError

__all__ = ["Atoms", "TooComplexError", "counterexample", "equivalent", "implies"]

Instruction = tuple[Any, ...]
Program = Sequence[Instruction]

MAX_CONFLICTS = 10_000
"""Dead ends after which a decision is given up with `TooComplexError`."""


class TooComplexError(HyperqueryError):
    """A question that has an exact answer which would take too long to find."""


@dataclass(frozen=True)
class Atoms:
    """What is known of the atoms; by default they are free to have any of the three values.

    Attributes:
        two_valued: Atoms that are never unknown, such as field conditions; None for all.
        within: Pairs (i, j) where i lies within j, as `price<50` within `price<100`.
        scaled: Pairs (i, j) where the margin of j is that of i times a number above 1.
    """

    two_valued: Collection[int] | None = ()
    within: Collection[tuple[int, int]] = ()
    scaled: Collection[tuple[int, int]] = ()


_FREE = Atoms()


def implies(
    left: Program, right: Program, atoms: Atoms = _FREE, *, max_conflicts: int = MAX_CONFLICTS
) -> bool:
    """Whether the left formula is nowhere truer than the right one: it lies within it.

    Raises:
        TooComplexError: If the answer is not found within the limit.
    """
    return counterexample(left, right, atoms, max_conflicts=max_conflicts) is None


def equivalent(
    left: Program, right: Program, atoms: Atoms = _FREE, *, max_conflicts: int = MAX_CONFLICTS
) -> bool:
    """Whether two formulas have equal values whatever the values of the atoms.

    Raises:
        TooComplexError: If the answer is not found within the limit.
    """
    return implies(left, right, atoms, max_conflicts=max_conflicts) and implies(
        right, left, atoms, max_conflicts=max_conflicts
    )


def counterexample(
    left: Program, right: Program, atoms: Atoms = _FREE, *, max_conflicts: int = MAX_CONFLICTS
) -> dict[int, bool | None] | None:
    """Values of the atoms that make the left formula truer than the right one.

    Returns:
        For each atom True, False, or None for unknown; or None if there are no such values.

    Raises:
        TooComplexError: If the answer is not found within the limit.
    """
    circuit = _Circuit(left, right, atoms)
    left_true, left_false = circuit.load(left)
    right_true, right_false = circuit.load(right)
    # Truer means: true against not true, or not false against false.
    cases = [(left_true, -right_true), (-left_false, right_false)]
    for case in cases[:1] if atoms.two_valued is None else cases:
        model = _solve(circuit.clauses, circuit.variables, case, max_conflicts)
        if model is not None:
            return circuit.values(model)
    return None


class _Circuit:
    """Formulas as clauses over boolean variables, two for each three-valued atom.

    A formula is a pair of literals, "it is true" and "it is false"; negation swaps them. Equal
    parts are made once, so that formulas that share parts share variables.
    """

    def __init__(self, left: Program, right: Program, atoms: Atoms) -> None:
        self.clauses: list[list[int]] = [[1]]  # variable 1 is the constant true
        self.variables = 1
        self._made: dict[frozenset[int], int] = {}
        self._literals: dict[int, tuple[int, int]] = {}
        for instruction in (*left, *right):
            if instruction[0] == "atom":
                self._declare(instruction[1], atoms.two_valued)
        for pair in (*atoms.within, *atoms.scaled):
            for atom in pair:
                self._declare(atom, atoms.two_valued)
        for inner, outer in atoms.within:
            self._rule(self._literals[inner][0], self._literals[outer][0])
            self._rule(self._literals[outer][1], self._literals[inner][1])
        for smaller, larger in atoms.scaled:
            self._rule(self._literals[smaller][0], self._literals[larger][0])
            self._rule(self._literals[smaller][1], self._literals[larger][1])

    def _new(self) -> int:
        self.variables += 1
        return self.variables

    def _rule(self, condition: int, conclusion: int) -> None:
        self.clauses.append([-condition, conclusion])

    def _declare(self, atom: int, two_valued: Collection[int] | None) -> None:
        if atom in self._literals:
            return
        true = self._new()
        if two_valued is None or atom in two_valued:
            self._literals[atom] = true, -true
        else:
            false = self._new()
            self._literals[atom] = true, false
            self._rule(true, -false)

    def load(self, program: Program) -> tuple[int, int]:
        """The literals of a program."""
        stack: list[tuple[int, int]] = []
        pushed: list[tuple[int, int]] = []
        for instruction in program:
            match instruction:
                case ("atom", atom):
                    pushed.append(self._literals[atom])
                case ("const", value):
                    pushed.append((1, -1) if value else (-1, 1))
                case ("again", index):
                    pushed.append(pushed[index])
                case ("not",):
                    true, false = stack.pop()
                    pushed.append((false, true))
                case ("and", count):
                    pushed.append(self._at_least(count, _take(stack, count)))
                case ("or", count):
                    pushed.append(self._at_least(1, _take(stack, count)))
                case ("at least", number, count):
                    pushed.append(self._at_least(number, _take(stack, count)))
                case _:
                    raise ValueError(f"no such instruction: {instruction!r}")
            stack.append(pushed[-1])
        (result,) = stack
        return result

    def _at_least(self, number: int, parts: list[tuple[int, int]]) -> tuple[int, int]:
        """At least so many are true; false once too many are false for that."""
        trues, falses = zip(*parts, strict=True)
        return self._count(number, trues), self._count(len(parts) - number + 1, falses)

    def _count(self, number: int, literals: Sequence[int]) -> int:
        """The literal that says that at least so many of the literals are true."""
        if number == len(literals):
            return self._all(literals)
        if number == 1:
            return -self._all([-literal for literal in literals])
        reached = [1] + [-1] * number  # entry j: at least j of the literals seen so far
        for literal in literals:
            for j in range(number, 0, -1):
                one_more = self._all([reached[j - 1], literal])
                reached[j] = -self._all([-reached[j], -one_more])
        return reached[number]

    def _all(self, literals: Iterable[int]) -> int:
        parts = frozenset(literals) - {1}
        if -1 in parts or any(-part in parts for part in parts):
            return -1
        if len(parts) < 2:
            return next(iter(parts), 1)
        if parts not in self._made:
            whole = self._made[parts] = self._new()
            for part in parts:
                self._rule(whole, part)
            self.clauses.append([whole, *(-part for part in parts)])
        return self._made[parts]

    def values(self, model: list[int]) -> dict[int, bool | None]:
        """What a solution of the clauses says about the atoms."""
        return {
            atom: True if model[true] > 0 else False if model[false] > 0 else None
            for atom, (true, false) in self._literals.items()
        }


def _take(stack: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    taken = stack[len(stack) - count :]
    del stack[len(stack) - count :]
    return taken


def _solve(
    clauses: list[list[int]], variables: int, assumed: Iterable[int], max_conflicts: int
) -> list[int] | None:
    """A solution of the clauses that makes the assumed literals true, or None.

    In the solution, `model[v]` is 1 or -1 for a variable that is true or false.
    """
    search = _Search(variables)
    for clause in [*clauses, *([literal] for literal in assumed)]:
        if not search.add(list(clause)):
            return None
    return search.run(max_conflicts)


class _Search:
    """Conflict-driven clause learning: propagate, decide, and learn from each dead end.

    A literal is a variable's number, or its negative; lists with an entry per literal use
    Python's negative indices.
    """

    def __init__(self, variables: int) -> None:
        size = 2 * variables + 1
        self.value = [0] * size  # by literal: 1 true, -1 false, 0 open
        self.watching: list[list[list[int]]] = [[] for _ in range(size)]
        self.level = [0] * (variables + 1)
        self.reason: list[list[int] | None] = [None] * (variables + 1)
        self.trail: list[int] = []
        self.marks: list[int] = []  # length of the trail at each decision
        self.done = 0  # how much of the trail has been propagated
        self.activity = [0.0] * (variables + 1)
        self.bump = 1.0
        self.queue: list[tuple[float, int]] = [(0.0, v) for v in range(1, variables + 1)]
        heapify(self.queue)

    def add(self, clause: list[int]) -> bool:
        """Add a clause before the search; False if it contradicts what is known."""
        if len(clause) == 1:
            if self.value[clause[0]] == 0:
                self._assign(clause[0], None)
            return self.value[clause[0]] > 0
        self._watch(clause)
        return True

    def run(self, max_conflicts: int) -> list[int] | None:
        """Search until there is a solution or there is none."""
        conflicts, restart = 0, 100
        while True:
            conflict = self._propagate()
            if conflict is None:
                if not self._decide():
                    return self.value
                continue
            if not self.marks:
                return None
            conflicts += 1
            if conflicts > max_conflicts:
                raise TooComplexError(
                    f"no decision after {max_conflicts:,} dead ends; compare smaller parts"
                )
            clause, level = self._learn(conflict)
            if conflicts >= restart:
                restart, level = conflicts + restart // 2, 0
            self._back_to(level)
            if len(clause) == 1:
                self._back_to(0)
                self._assign(clause[0], None)
            else:
                self._watch(clause)
                if level == self.level[abs(clause[1])]:
                    self._assign(clause[0], clause)

    def _watch(self, clause: list[int]) -> None:
        self.watching[clause[0]].append(clause)
        self.watching[clause[1]].append(clause)

    def _assign(self, literal: int, reason: list[int] | None) -> None:
        self.value[literal], self.value[-literal] = 1, -1
        self.level[abs(literal)] = len(self.marks)
        self.reason[abs(literal)] = reason
        self.trail.append(literal)

    def _propagate(self) -> list[int] | None:
        """Draw all conclusions; a clause that is violated, or None."""
        value, watching = self.value, self.watching
        while self.done < len(self.trail):
            false = -self.trail[self.done]
            self.done += 1
            watchers, kept = watching[false], []
            for index, clause in enumerate(watchers):
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                if value[clause[0]] > 0:
                    kept.append(clause)
                    continue
                for position in range(2, len(clause)):
                    if value[clause[position]] >= 0:
                        clause[1], clause[position] = clause[position], false
                        watching[clause[1]].append(clause)
                        break
                else:
                    kept.append(clause)
                    if value[clause[0]] < 0:
                        watching[false] = kept + watchers[index + 1 :]
                        return clause
                    self._assign(clause[0], clause)
            watching[false] = kept
        return None

    def _decide(self) -> bool:
        """Try a value for the variable most involved in recent conflicts; False if all have."""
        while self.queue:
            _, variable = heappop(self.queue)
            if self.value[variable] == 0:
                self.marks.append(len(self.trail))
                self._assign(-variable, None)
                return True
        return False

    def _learn(self, conflict: list[int]) -> tuple[list[int], int]:
        """The clause that a conflict teaches, its open literal first, and the level to go to."""
        seen: set[int] = set()
        learned: list[int] = []
        here, current, position = 0, len(self.marks), len(self.trail)
        clause: list[int] | None = conflict
        while True:
            for literal in clause or ():
                variable = abs(literal)
                if variable in seen or self.level[variable] == 0:
                    continue
                seen.add(variable)
                self.activity[variable] += self.bump
                if self.level[variable] == current:
                    here += 1
                else:
                    learned.append(literal)
            position -= 1
            while abs(self.trail[position]) not in seen:
                position -= 1
            here -= 1
            if here == 0:
                break
            clause = self.reason[abs(self.trail[position])]
        self.bump *= 1.05
        learned.sort(key=lambda literal: -self.level[abs(literal)])
        level = self.level[abs(learned[0])] if learned else 0
        return [-self.trail[position], *learned], level

    def _back_to(self, level: int) -> None:
        if level >= len(self.marks):
            return
        mark = self.marks[level]
        for literal in self.trail[mark:]:
            self.value[literal] = self.value[-literal] = 0
            heappush(self.queue, (-self.activity[abs(literal)], abs(literal)))
        del self.trail[mark:], self.marks[level:]
        self.done = mark
