"""``hyperquery explain`` and ``hyperquery plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from hyperquery.cli.engines import opened
from hyperquery.cli.exits import say
from hyperquery.cli.options import AsJson, EngineFolder, ProductId, QueryText
from hyperquery.cli.output import write_json, write_text
from hyperquery.errors import QueryError


def explain(
    query: QueryText, product_id: ProductId, engine: EngineFolder = None, json: AsJson = False
) -> None:
    """Say why a product is where it is: its margin by clause, term, face and word."""
    explanation = opened(engine).explain(query, product_id)
    if json:
        write_json(explanation.to_dict())
    else:
        write_text(str(explanation), bold_first=True)


def plot(
    query: QueryText,
    product_id: ProductId,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The picture: .png, .svg or .pdf.", dir_okay=False)
    ],
    engine: EngineFolder = None,
    term: Annotated[
        Optional[str],  # noqa: UP045 - typer reads it at run time
        typer.Option(metavar="TEXT", help="Which term of the query; the first if not given."),
    ] = None,
) -> None:
    """Draw a term's attention to the words of a product."""
    explanation = opened(engine).explain(query, product_id)
    if not explanation.terms:
        raise QueryError(f"there is nothing to draw: {query} has no terms, only conditions")
    from hyperquery.plotting import attention_figure

    reason = explanation.terms[0] if term is None else explanation.term(term)
    figure = attention_figure(reason)
    try:
        figure.savefig(out)
    except (OSError, ValueError) as error:
        raise QueryError(f"cannot write the picture to {out}: {error}") from error
    say(f"wrote {out}")
