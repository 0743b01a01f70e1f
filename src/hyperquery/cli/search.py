"""``hyperquery search`` and ``hyperquery facets``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hyperquery.cli.engines import opened
from hyperquery.cli.exits import FAILED, say
from hyperquery.cli.options import AsJson, EngineFolder, HitCount, QueryText, WhereQuery
from hyperquery.cli.output import aligned, csv_cell, write_json, write_text
from hyperquery.errors import HyperqueryError

if TYPE_CHECKING:
    from hyperquery.engine import Engine, Results

_STANDARD_INPUT = "-"
_LEADING = ("query", "id", "margin", "matches")


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="A query; - reads one from each line of stdin.")
    ],
    engine: EngineFolder = None,
    where: WhereQuery = None,
    k: HitCount = 10,
    offset: Annotated[
        int, typer.Option(metavar="N", help="How many of the best to leave out.")
    ] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each hit is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object for each query.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One CSV row for each hit.")] = False,
) -> None:
    """Show the products in or nearest to a query's region, best first."""
    if json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    if explain and as_csv:
        raise typer.BadParameter("explanations do not fit into CSV: use --json")
    found = opened(engine)
    write = _writer(found, explain, "json" if json else "csv" if as_csv else "text")
    several = query == _STANDARD_INPUT
    failures = 0
    for number, text in enumerate(_lines() if several else [query], start=1):
        if not text:
            continue
        try:
            write(text, found.search(text, k, where, offset=offset))
        except HyperqueryError as error:
            if not several:
                raise
            failures += 1
            say(f"error in line {number}: {error}")
    if failures:
        raise typer.Exit(FAILED)


def facets(
    query: QueryText,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Whose values to count.")],
    engine: EngineFolder = None,
    where: WhereQuery = None,
    n: Annotated[int, typer.Option("-n", metavar="N", help="The most values to show.")] = 10,
    json: AsJson = False,
) -> None:
    """Count the matching products by the values of a field."""
    counts = opened(engine).facets(query, field, n, where)
    if json:
        write_json([{"value": value, "count": count} for value, count in counts.items()])
    elif counts:
        write_text(aligned([[f"{count:,}", str(value)] for value, count in counts.items()]))


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.strip()


def _writer(engine: Engine, explain: bool, form: str) -> Callable[[str, Results], None]:
    if form == "csv":
        return _csv_writer(engine)
    if form == "json":
        return lambda text, results: write_json(result_object(engine, text, results, explain))
    return _text_writer(engine, explain)


def _text_writer(engine: Engine, explain: bool) -> Callable[[str, Results], None]:
    written = 0

    def write(text: str, results: Results) -> None:
        nonlocal written
        if written:
            write_text("")
        written += 1
        write_text(str(results), bold_first=True)
        for hit in results if explain else ():
            write_text(f"\n{engine.explain(results.query, hit.id)}")

    return write


def _csv_writer(engine: Engine) -> Callable[[str, Results], None]:
    fields = [name for name in engine.catalog.table.schema.names if name not in _LEADING]
    # The csv module ends lines as RFC 4180 does unless it is told how tools here do.
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow([*_LEADING, *fields])

    def write(text: str, results: Results) -> None:
        for hit in results:
            lead = [results.query, hit.id, hit.margin, str(hit.matches).lower()]
            rows.writerow([*lead, *(csv_cell(hit.fields.get(name)) for name in fields)])

    return write


def result_object(
    engine: Engine, text: str, results: Results, explain: bool = False
) -> dict[str, Any]:
    """Return a search as ``--json`` writes it; the names are stable.

    Args:
        engine: that was searched.
        text: what was asked.
        results: of the search.
        explain: whether each hit has an ``explanation``, as ``Explanation.to_dict`` gives it.
    """
    from hyperquery.engine.clauses import finite_or_text

    hits = []
    for hit in results:
        found = {
            "id": hit.id,
            "margin": finite_or_text(hit.margin),
            "matches": hit.matches,
            "fields": dict(hit.fields),
        }
        if explain:
            found["explanation"] = engine.explain(results.query, hit.id).to_dict()
        hits.append(found)
    return {
        "text": text,
        "query": results.query,
        "matching": results.matching,
        "hits": hits,
        "relaxations": [
            {"clause": str(one.clause), "query": str(one.query), "matching": one.matching}
            for one in results.relaxations
        ],
    }
