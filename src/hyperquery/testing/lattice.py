"""Checking an implementation of the operators against every law."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hyperquery.testing.laws import LAWS, Law, Operators

T = TypeVar("T")


@dataclass(frozen=True)
class Finding(Generic[T]):
    """What became of one law.

    Attributes:
        law: The law.
        outcome: "holds" for all examples, "fails" for some, or "not defined" where the
            implementation lacks an operation that the law needs.
        examples: How many tuples of elements were tried.
        broken: For how many the law failed.
        worst: The largest deviation, 0 where it holds.
        counterexample: The elements of the largest deviation.
    """

    law: Law
    outcome: Literal["holds", "fails", "not defined"]
    examples: int = 0
    broken: int = 0
    worst: float = 0.0
    counterexample: tuple[T, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Report(Generic[T]):
    """What became of every law for one implementation; prints as a table.

    Attributes:
        name: Of the implementation.
        findings: One for each law, in the order of the laws.
    """

    name: str
    findings: tuple[Finding[T], ...]

    @property
    def failures(self) -> tuple[Finding[T], ...]:
        """The findings of laws that fail."""
        return tuple(finding for finding in self.findings if finding.outcome == "fails")

    @property
    def holds(self) -> bool:
        """Whether no law fails."""
        return not self.failures

    def __getitem__(self, name: str) -> Finding[T]:
        for finding in self.findings:
            if finding.law.name == name:
                return finding
        raise KeyError(name)

    def assert_holds(self) -> None:
        """Raise AssertionError with every law that fails and its worst counterexample."""
        if self.failures:
            lines = [f"{self.name} breaks {len(self.failures)} of {len(self.findings)} laws"]
            lines += [
                f"  {finding.law.statement}: by {finding.worst:.3g}, for "
                f"{', '.join(map(repr, finding.counterexample or ()))}"
                for finding in self.failures
            ]
            raise AssertionError("\n".join(lines))

    def __str__(self) -> str:
        lines = [self.name]
        for finding in self.findings:
            outcome: str = finding.outcome
            if outcome == "fails":
                share = finding.broken / finding.examples
                outcome += f" by {finding.worst:.2g} at worst, in {share:.0%} of examples"
            lines.append(f"  {finding.law.name:24}{finding.law.statement:38}{outcome}")
        return "\n".join(lines)


def check_lattice(
    operators: Operators[T],
    elements: st.SearchStrategy[T],
    *,
    laws: Iterable[Law] = LAWS,
    examples: int | None = None,
) -> Report[T]:
    """Check an implementation of the operators against laws, over random elements.

    Args:
        operators: The implementation.
        elements: A strategy for its elements.
        laws: The laws; those that need what is not defined are reported so.
        examples: How many tuples of elements to try for each law; by default as many as the
            current Hypothesis profile says. The same ones are tried every time.

    Returns:
        What became of every law.

    >>> from hyperquery.testing.learned import product_norm, scores
    >>> report = check_lattice(product_norm(4), scores(4), examples=50)
    >>> report.holds, report["commutativity of &"].outcome, report["idempotence of &"].outcome
    (False, 'holds', 'fails')
    """
    return Report(
        operators.name, tuple(_finding(law, operators, elements, examples) for law in laws)
    )


def _finding(
    law: Law, operators: Operators[T], elements: st.SearchStrategy[T], examples: int | None
) -> Finding[T]:
    if not law.applies_to(operators):
        return Finding(law, "not defined")
    deviations: list[float] = []
    worst: list[tuple[T, ...]] = []

    @settings(
        max_examples=settings().max_examples if examples is None else examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*[elements] * law.arity))
    def measure(drawn: tuple[T, ...]) -> None:
        deviation = law.deviation(operators, *drawn)
        if deviation > max(deviations, default=0.0):
            worst[:] = [drawn]
        deviations.append(deviation)

    measure()
    broken = sum(deviation > 0 for deviation in deviations)
    return Finding(
        law,
        "fails" if broken else "holds",
        len(deviations),
        broken,
        max(deviations, default=0.0),
        worst[0] if worst else None,
    )


def markdown_table(reports: Sequence[Report[Any]]) -> str:
    """Return reports side by side as a Markdown table, one row for each law.

    A law that holds is marked so, one that fails with its worst deviation, and one that the
    implementation does not define with a dash.
    """
    rows = [["law", "", *(report.name for report in reports)]]
    rows.append(["---"] * len(rows[0]))
    for findings in zip(*(report.findings for report in reports), strict=True):
        law = findings[0].law
        statement = law.statement.replace("|", "\\|")
        rows.append([law.name.replace("|", "\\|"), statement, *map(_cell, findings)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(finding: Finding[Any]) -> str:
    if finding.outcome == "not defined":
        return "–"
    if finding.outcome == "holds":
        return "holds"
    if math.isinf(finding.worst):
        return "**∞**"
    return f"**{finding.worst:.2g}**"
