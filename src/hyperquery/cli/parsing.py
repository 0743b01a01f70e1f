"""``hyperquery parse``: needs nothing but the query language."""

from __future__ import annotations

import json as json_module
from typing import Annotated

import typer

from hyperquery.cli.options import AsJson, QueryText
from hyperquery.cli.output import write_json, write_text


def parse(
    query: QueryText,
    json: AsJson = False,
    dot: Annotated[bool, typer.Option("--dot", help="Write a Graphviz graph.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Write a Mermaid flowchart.")] = False,
) -> None:
    """Show how a query is read: its canonical form, a simpler equal one, and its tree."""
    if json + dot + mermaid > 1:
        raise typer.BadParameter("choose one of --json, --dot and --mermaid")
    from hyperquery.query import parse as parse_query

    expression = parse_query(query)
    simplified = expression.simplify()
    if json:
        write_json(
            {
                "text": query,
                "canonical": str(expression),
                "simplified": str(simplified),
                "terms": expression.terms,
                "phrases": expression.phrases,
                "fields": expression.fields,
                "expression": json_module.loads(expression.to_json()),
            }
        )
    elif dot:
        write_text(expression.to_dot())
    elif mermaid:
        write_text(expression.to_mermaid())
    else:
        write_text(f"canonical   {expression}\nsimplified  {simplified}\n\n{expression.tree()}")
