"""Every Python block of the README runs, and prints what the README says."""

from __future__ import annotations

import csv
import doctest
import re
from pathlib import Path

import pytest

from hyperquery import Engine
from tests.products import PRODUCTS, SMALL

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_examples_print_what_the_readme_says():
    examples = "\n".join(block for block in BLOCKS if block.startswith(">>>"))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", str(README), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(test)
    assert runner.summarize(verbose=False) == (0, len(test.examples))
    assert len(test.examples) >= 6


@pytest.mark.parametrize("block", [block for block in BLOCKS if not block.startswith(">>>")])
def test_the_scripts_run(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with Path("products.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, PRODUCTS[0])
        writer.writeheader()
        writer.writerows(PRODUCTS)
    # A second of training in place of minutes; everything else is as it stands.
    fit = Engine.fit
    monkeypatch.setattr(Engine, "fit", lambda catalog: fit(catalog, config=SMALL, progress=False))
    block = block.replace("waterproof jacket AND NOT kids", "kettle AND NOT Acme")
    exec(compile(block, "README.md", "exec"), {})
    assert "kettle AND NOT Acme AND price<100" in capsys.readouterr().out
