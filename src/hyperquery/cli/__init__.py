"""The command line: ``hyperquery --help``; needs ``pip install 'hyperquery[cli]'``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the console script ``hyperquery`` calls this."""
    try:
        import typer  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as error:
        if error.name != "typer":
            raise
        sys.exit("the command line needs typer: pip install 'hyperquery[cli]'")
    from hyperquery.cli.app import app

    app(prog_name="hyperquery")
