"""Every Python block of every page runs, and prints what the page shows.

Blocks with ``>>>`` are doctests; others are scripts, whose output is compared with the ``text``
block right after them, if there is one. The blocks of a page share their names and a folder, in
which there are a ``products.csv`` and a ``judgments.csv``. Code of other libraries stands in ``py``
blocks, which are not run, and nowhere but on the page that compares with them.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest

from hyperquery import Config, Engine
from hyperquery.demo import CATALOG

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
SCRIPT = re.compile(r"^```python\n(?!>>>)(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)
FENCE = re.compile(r"^ *```.*$", re.MULTILINE)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
SECOND = Config(dimension=8, steps=30, checks=3, batch_size=64)


def has_code(page: Path) -> bool:
    text = page.read_text(encoding="utf-8")
    return ">>> " in text or "```python\n" in text


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a page's code runs: with data, and fits of a second where a page asks for no size."""
    products = pandas.read_csv(CATALOG).iloc[::7]
    products.to_csv(tmp_path / "products.csv", index=False)
    judged = products.assign(query=products["title"].str.split().str[:2].str.join(" "), gain=1.0)
    judged = judged.rename(columns={"id": "product_id"})[["query", "product_id", "gain"]]
    judged.to_csv(tmp_path / "judgments.csv", index=False)
    fit = Engine.fit

    def quick(*args: Any, config: Config = SECOND, progress: bool = False, **named: Any) -> Engine:
        return fit(*args, config=config, progress=False, **named)

    monkeypatch.setattr(Engine, "fit", quick)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pieces(text: str) -> Iterator[tuple[str, str | None, str | None]]:
    """The text between scripts, each with the script after it and the output that is shown."""
    parts = SCRIPT.split(text)
    for start in range(0, len(parts), 3):
        yield parts[start], *(parts[start + 1 : start + 3] or (None, None))


@pytest.mark.parametrize("page", [page for page in PAGES if has_code(page)], ids=named)
def test_the_code_of_a_page_runs(page: Path, folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    text, line = page.read_text(encoding="utf-8"), 0
    for prose, script, shown in pieces(text):
        examples = FENCE.sub("", prose)
        test = doctest.DocTestParser().get_doctest(examples, names, page.name, str(page), line)
        test.globs = names
        runner.run(test, clear_globs=False)
        line += prose.count("\n")
        if script is None:
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * (line + 1) + script, str(page), "exec"), names)
        line += script.count("\n") + 2
        if shown is not None:
            assert printed.getvalue() == shown
            line += shown.count("\n") + 3
    assert runner.failures == 0
    assert runner.tries == len(re.findall(r"^ *>>> ", text, re.MULTILINE))
    assert runner.tries or SCRIPT.search(text)


def test_only_code_of_others_is_not_run() -> None:
    kinds = {named(page): set(re.findall(r"^```(\w+)", page.read_text(), re.M)) for page in PAGES}
    known = {"python", "text", "sh", "toml", "bibtex", "py", "console"}
    assert set().union(*kinds.values()) <= known
    assert [name for name, found in kinds.items() if "py" in found] == ["docs/comparison.md"]


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=named)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_every_extra_is_described() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `hyperquery\[(\w+)\]`", readme, re.MULTILINE))
    assert described == set(project["optional-dependencies"])
