"""The page about the command line: its commands print what it shows."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from hyperquery.cli.app import app
from tests.cli.conftest import write_csv
from tests.products import PRODUCTS

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ hyperquery ([^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", re.MULTILINE)


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of the page with what it prints."""
    return [pair for block in BLOCK.findall(text) for pair in COMMAND.findall(block)]


def test_the_commands_print_what_the_page_shows(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv(Path("products.csv"), PRODUCTS)
    write_csv(Path("new.csv"), [{"id": "teapot1", "title": "Acme teapot", "brand": "Acme"}])
    judged = [{"query": "steel pan", "product_id": f"pan{n}", "gain": n / 6} for n in range(1, 7)]
    write_csv(Path("judged.csv"), judged)
    Path("lines.txt").write_text("kindle AND book\n:k 2\nfire AND\n", encoding="utf-8")
    shown = commands(PAGE.read_text(encoding="utf-8"))
    assert len(shown) >= 15
    checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for command, expected in shown:
        line, _, cut = command.partition(" | head -c ")
        line, _, file = line.partition(" < ")
        read = Path(file).read_text(encoding="utf-8") if file else None
        printed = run(*shlex.split(line), input=read).output
        printed = f"{printed[: int(cut)]}\n" if cut else printed
        assert checker.check_output(expected, printed, flags), f"{command}:\n{printed}"


def test_every_command_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    names = [
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    ]
    assert len(names) == 15
    for name in names:
        assert re.search(rf"`(hyperquery )?{name}\b|hyperquery {name} |updated", text), name


@pytest.mark.parametrize("option", ["--where", "--explain", "--csv", "--offset", "--restart"])
def test_options_on_the_page_are_there(run, option):
    text = PAGE.read_text(encoding="utf-8")
    assert option in text
    assert option in run("search", "--help").stdout + run("fit", "--help").stdout
