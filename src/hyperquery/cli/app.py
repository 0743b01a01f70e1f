"""The commands of ``hyperquery``, and what all of them share."""

from __future__ import annotations

from typing import Annotated

import typer

import hyperquery
from hyperquery.cli import (
    benching,
    changing,
    evaluating,
    explaining,
    fitting,
    hierarchy,
    parsing,
    search,
    shell,
)
from hyperquery.cli import info as info_command
from hyperquery.cli.exits import Commands

# Help is plain text: it is the same in a pipe, and rich takes as long to import as all else.
app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(hyperquery.__version__)
        raise typer.Exit


@app.callback()
def shared(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Boolean product queries answered by geometry.

    Results go to standard output, messages and progress to standard error. Exit codes: 0 all went
    well, 1 it could not be done, 2 wrong usage, 130 Ctrl-C.
    """


app.command()(search.search)
app.command()(search.facets)
app.command()(explaining.explain)
app.command()(parsing.parse)
app.command("shell")(shell.shell)
app.command()(fitting.fit)
app.command("eval")(evaluating.evaluate)
app.command("info")(info_command.info)
app.command()(hierarchy.tree)
app.command()(explaining.plot)
app.command()(changing.add)
app.command()(changing.update)
app.command()(changing.remove)
app.command()(changing.compact)
app.command(context_settings=benching.PASSED_ON)(benching.bench)
