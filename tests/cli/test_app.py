"""What all commands share: help, exit codes, streams, and what is imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import hyperquery
from hyperquery.cli import exits

COMMAND = [sys.executable, "-m", "hyperquery.cli"]
HEAVY = {"torch", "numpy", "pyarrow", "numba", "networkx", "rich", "prompt_toolkit"}


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["parse", "tea AND pot"]])
def test_nothing_heavy_is_imported(arguments):
    code = (
        "import sys\n"
        "from hyperquery.cli import main\n"
        f"sys.argv = ['hyperquery', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"print('heavy:', sorted({HEAVY!r} & sys.modules.keys()))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("heavy: []\n")


def test_every_command_has_help(run):
    listed = run("--help")
    assert listed.exit_code == 0
    names = [
        line.split()[0] for line in listed.stdout.partition("Commands:")[2].splitlines() if line
    ]
    assert {"search", "fit", "eval", "explain", "parse", "tree", "plot", "add", "remove", "info",
            "bench", "shell"} <= set(names)  # fmt: skip
    for name in names:
        shown = run(name, "--help")
        assert shown.exit_code == 0
        assert f"hyperquery {name}" in shown.stdout.replace("root", "hyperquery")


def test_the_version(run):
    assert run("--version").stdout == f"{hyperquery.__version__}\n"


@pytest.mark.parametrize("arguments", [["serch"], ["search"], ["search", "tea", "-k", "many"]])
def test_wrong_usage_is_2_and_on_standard_error(run, arguments):
    ended = run(*arguments)
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert "Usage" in ended.stderr


def test_a_closed_pipe_is_quiet():
    query = ["search", "*", "-k", "1378", "--json"]
    with subprocess.Popen(
        [*COMMAND, *query], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == exits.CLOSED_PIPE


def test_ctrl_c_is_130_and_quiet(tmp_path):
    # The query comes from a pipe in which nothing arrives.
    with subprocess.Popen(
        [*COMMAND, "shell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"tea\n:help\n")
        process.stdin.flush()
        process.stdout.readline()  # it listens
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == b""


@pytest.mark.parametrize(("variable", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colors_are_for_terminals_that_want_them(variable, colored):
    pty = pytest.importorskip("pty")
    parent, child = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", **variable}
    subprocess.run(
        [*COMMAND, "search", "tea", "-k", "2"], stdout=child, env=environment, check=True
    )
    os.close(child)
    # Where colorama is installed, numba makes it reset colors at the end.
    shown = os.read(parent, 100_000).removesuffix(b"\x1b[0m")
    os.close(parent)
    assert (b"\x1b[" in shown) is colored
    assert b"tea" in shown


def test_a_missing_package_names_its_extra(run, saved, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ended = run("plot", "kettle", "kettle1", "--out", "x.png", "--engine", saved)
    assert ended.exit_code == 1
    assert "this command needs matplotlib: pip install 'hyperquery[plot]'" in ended.stderr


def test_without_typer_the_script_says_how_to_install_it():
    code = "import sys; sys.modules['typer'] = None\nfrom hyperquery.cli import main\nmain()"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "pip install 'hyperquery[cli]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_without_an_engine_is_an_error_without_traceback(run, tmp_path):
    ended = run("search", "tea", "--engine", Path(tmp_path) / "none")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: there is no saved engine at ")
