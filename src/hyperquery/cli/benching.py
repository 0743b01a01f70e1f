"""``hyperquery bench``: run a benchmark of the repository, where there is one."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from hyperquery.cli.output import aligned, write_text
from hyperquery.errors import ConfigError

PASSED_ON: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True}
"""How the command takes arguments that are the benchmark's own."""


def bench(
    ctx: typer.Context,
    name: Annotated[
        Optional[str],  # noqa: UP045 - typer reads it at run time
        typer.Argument(metavar="[NAME]", help="Of a benchmark; lists them if not given."),
    ] = None,
) -> None:
    """Run a benchmark of the repository; other arguments are passed on to it."""
    folder = benchmarks_folder()
    programs = {path.stem: path for path in sorted(folder.glob("*.py"))}
    if name is None:
        write_text(aligned([[stem, _summary(path)] for stem, path in programs.items()]))
        return
    if name not in programs:
        raise ConfigError(f"there is no benchmark {name!r}; there are {', '.join(programs)}")
    ended = subprocess.run([sys.executable, programs[name], *ctx.args], check=False)
    raise typer.Exit(ended.returncode)


def benchmarks_folder() -> Path:
    """Return the folder of the benchmarks in the checkout that this package runs from.

    Raises:
        ConfigError: If it runs from an installation, which has none.
    """
    folder = Path(__file__).parents[3] / "benchmarks"
    if not (folder / "RESULTS.md").is_file():
        raise ConfigError(
            "the benchmarks are in the repository and not part of the installed package: run this "
            "in a checkout that is installed with pip install -e '.[bench]'"
        )
    return folder


def _summary(program: Path) -> str:
    """Return the first line of a program's docstring, without running it."""
    text = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
