"""Running several systems over the same queries, and the table that compares them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from hyperquery.evaluation.kept import Kept
from hyperquery.evaluation.significance import Comparison, compare
from hyperquery.evaluation.table import aligned, cell, p_cell

Figures = dict[str, list[float]]
"""Of each measure by name: its figure for each query, in the order of the queries."""


@dataclass(frozen=True)
class System:
    """A row of a table.

    Attributes:
        title: what the table calls it.
        measure: given a seed, its figures and a note, such as the settings that it chose.
        seeded: whether the seed changes anything; if not, it is measured once.
    """

    title: str
    measure: Callable[[int], tuple[Figures, str]]
    seeded: bool = False


@dataclass
class Runs:
    """What measuring a system gave, in the order of the seeds.

    Attributes:
        title: of the system.
        figures: of each seed; none if the system was skipped.
        seconds: that each took, less what an earlier system had built for both.
        note: the settings that it chose, or why it was skipped.
    """

    title: str
    figures: list[Figures] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    note: str = ""

    def of(self, measure: str) -> list[list[float]]:
        """Return each seed's figures of one measure; none if the system lacks the measure."""
        return [found[measure] for found in self.figures if measure in found]


def run(
    systems: Mapping[str, System],
    seeds: Sequence[int],
    *,
    optional: Collection[str] = (),
    kept: Kept | None = None,
) -> dict[str, Runs]:
    """Measure the systems in turn.

    Args:
        systems: by name.
        seeds: for the systems that depend on one; the others get the first.
        optional: modules whose absence skips a system, with a note, rather than ending the run.
        kept: where measurements are kept, and taken from if they were made before.

    Raises:
        ModuleNotFoundError: If another module is missing.

    Examples:
        >>> steady = System("always half", lambda seed: ({"NDCG@10": [0.5, 0.5]}, ""))
        >>> run({"half": steady}, seeds=[0, 1])["half"].figures
        [{'NDCG@10': [0.5, 0.5]}]
    """
    return {name: _run(name, system, seeds, optional, kept) for name, system in systems.items()}


def _run(
    name: str,
    system: System,
    seeds: Sequence[int],
    optional: Collection[str],
    kept: Kept | None,
) -> Runs:
    runs = Runs(system.title)
    for seed in seeds if system.seeded else seeds[:1]:
        key = f"{name}, seed {seed}"
        known = kept.get(key) if kept else None
        if known:
            runs.figures.append(known["figures"])
            runs.seconds.append(known["seconds"])
            runs.note = known["note"]
            continue
        start = time.perf_counter()
        try:
            figures, runs.note = system.measure(seed)
        except ModuleNotFoundError as error:
            if error.name not in optional:
                raise
            return Runs(system.title, note=f"skipped: {error.name} is not installed")
        runs.seconds.append(time.perf_counter() - start)
        runs.figures.append(figures)
        if kept:
            known = {"figures": figures, "seconds": runs.seconds[-1], "note": runs.note}
            kept.put(key, known)
    return runs


def comparisons(
    found: Mapping[str, Runs], reference: str, measures: Sequence[str]
) -> dict[str, dict[str, Comparison]]:
    """Compare one system with each other one; the difference is the reference's less the other's.

    Args:
        found: the runs of all systems by name.
        reference: the name of the system that is compared; if it did not run, nothing is.
        measures: those that are compared.

    Returns:
        For each other system, a comparison for each of the measures that both have.
    """
    ours = found.get(reference, Runs(""))
    return {
        name: {
            measure: compare(ours.of(measure), theirs.of(measure))
            for measure in measures
            if ours.of(measure) and theirs.of(measure)
        }
        for name, theirs in found.items()
        if name != reference
    }


def table(
    found: Mapping[str, Runs], compared: Mapping[str, Mapping[str, Comparison]] | None = None
) -> str:
    """Return the mean figures of all systems as text, with p-values beside the compared ones."""
    compared = compared or {}
    measures = dict.fromkeys(
        name for runs in found.values() for one in runs.figures for name in one
    )
    tested = {measure for by_measure in compared.values() for measure in by_measure}

    def cells(name: str, runs: Runs) -> Iterator[str]:
        yield runs.title
        for measure in measures:
            yield cell([fmean(values) for values in runs.of(measure)])
            if measure in tested:
                against = compared.get(name, {}).get(measure)
                yield p_cell(against.p_value) if against else ""
        yield cell(runs.seconds, digits=0)
        yield runs.note

    head = [part for name in measures for part in ((name, "p") if name in tested else (name,))]
    rows = [list(cells(name, runs)) for name, runs in found.items()]
    return aligned(["", *head, "seconds", "note"], rows)


def record(
    found: Mapping[str, Runs], compared: Mapping[str, Mapping[str, Comparison]]
) -> dict[str, Any]:
    """Return all runs and comparisons as plain values, to be written as JSON."""
    return {
        "systems": {name: asdict(runs) for name, runs in found.items()},
        "comparisons": {
            name: {measure: asdict(one) for measure, one in by_measure.items()}
            for name, by_measure in compared.items()
        },
    }
