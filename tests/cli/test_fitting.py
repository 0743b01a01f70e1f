"""Fitting from the command line, and going on after Ctrl-C with the same model at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from hyperquery import Config, Engine, load
from hyperquery.anthem import training
from tests.products import PRODUCTS

OPTIONS = ["--dimension", 8, "--steps", 40, "--batch-size", 16, "--seed", 3]
CONFIG = replace(Config(), dimension=8, steps=40, batch_size=16, seed=3)


def weights(engine):
    return engine.model.encoder.state_dict()


def same(one, other):
    return all(torch.equal(value, weights(other)[name]) for name, value in weights(one).items())


@pytest.fixture(scope="module")
def whole():
    return Engine.fit(PRODUCTS, config=CONFIG, progress=False)


def interrupted_at(monkeypatch, step, number=signal.SIGINT):
    real, drawn = training.Batches.draw, []

    def draw(self):
        drawn.append(1)
        if len(drawn) == step:
            signal.raise_signal(number)
        return real(self)

    monkeypatch.setattr(training.Batches, "draw", draw)


def test_after_ctrl_c_the_same_command_goes_on(run, catalog, tmp_path, monkeypatch, whole):
    out = tmp_path / "engine"
    arguments = ["fit", catalog, "--out", out, *OPTIONS]
    interrupted_at(monkeypatch, 17)
    ended = run(*arguments)
    assert (ended.exit_code, ended.stdout) == (130, "")
    assert f"interrupted after step 17, kept in {out}.partial" in ended.stderr
    assert not out.exists()
    ended = run(*arguments)
    assert ended.exit_code == 0
    assert f"going on from the training kept in {out}.partial" in ended.stderr
    assert f"saved {out}: 48 products" in ended.stderr
    assert not (tmp_path / "engine.partial").exists()
    assert same(whole, load(out))
    assert run("search", "kettle", "-e", out).stdout == f"{whole.search('kettle')}\n"


def in_a_process(program, *arguments):
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_after_sigterm_another_process_goes_on(catalog, tmp_path, whole):
    out = tmp_path / "engine"
    arguments = ["fit", catalog, "--out", out, *OPTIONS]
    program = (
        "import os, signal, sys\n"
        "from hyperquery.anthem.batches import Batches\n"
        "real, drawn = Batches.draw, []\n"
        "def draw(self):\n"
        "    drawn.append(1)\n"
        "    if len(drawn) == 23:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return real(self)\n"
        "Batches.draw = draw\n"
        "from hyperquery.cli import main\n"
        "main()\n"
    )
    ended = in_a_process(program, *arguments)
    assert ended.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "engine.partial").is_dir()
    plain = "from hyperquery.cli import main; main()"
    assert in_a_process(plain, *arguments).returncode == 0
    assert same(whole, load(out))


def test_other_settings_do_not_go_on(run, catalog, tmp_path, monkeypatch):
    out = tmp_path / "engine"
    interrupted_at(monkeypatch, 5)
    assert run("fit", catalog, "--out", out, *OPTIONS).exit_code == 130
    other = ["fit", catalog, "--out", out, *OPTIONS[:-1], 4]
    ended = run(*other)
    assert ended.exit_code == 1
    assert "unfinished training on other products, judgments or settings" in ended.stderr
    assert run(*other, "--restart").exit_code == 0
    assert load(out).model.config.seed == 4


def test_judgments_and_other_column_names(run, tmp_path):
    renamed = [{"sku": p["id"], "name": p["title"], "maker": p["brand"]} for p in PRODUCTS]
    lines = ["sku,name,maker", *(",".join(row.values()) for row in renamed)]
    (tmp_path / "shop.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "judged.csv").write_text("query,product_id,gain\nkettle,kettle1,1\n")
    ended = run(
        "fit", tmp_path / "shop.csv", "--out", tmp_path / "engine", "--judgments",
        tmp_path / "judged.csv", "--id-column", "sku", "--title-column", "name",
        "--brand-column", "maker", "--dimension", 4, "--steps", 4,
    )  # fmt: skip
    assert ended.exit_code == 0
    engine = load(tmp_path / "engine")
    assert set(engine.catalog.fields) == {"brand"}
    named = {"id": "sku", "title": "name", "brand": "maker"}
    config = replace(Config(), dimension=4, steps=4)
    known = Engine.fit(
        tmp_path / "shop.csv", tmp_path / "judged.csv", columns=named, config=config, progress=False
    )
    assert same(known, engine)


def test_the_same_column_cannot_be_two_things(run, catalog, tmp_path):
    ended = run("fit", catalog, "--out", tmp_path / "engine", "--title-column", "brand")
    assert ended.exit_code == 1
    assert "the column 'brand' would be both title and brand" in ended.stderr


def test_a_folder_in_the_way_is_refused_before_training(run, catalog, tmp_path, monkeypatch):
    monkeypatch.setattr(Engine, "fit", None)  # calling it would fail
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    for out in (tmp_path / "full", catalog):
        ended = run("fit", catalog, "--out", out)
        assert ended.exit_code == 1
        assert "is not an engine: choose another folder" in ended.stderr


def test_settings_out_of_range_are_named(run, catalog, tmp_path):
    ended = run("fit", catalog, "--out", tmp_path / "engine", "--steps", 0)
    assert ended.exit_code == 1
    assert "Config.steps must be from 1" in ended.stderr


@pytest.mark.filterwarnings("default:.*titles hold HTML:UserWarning")
def test_html_in_titles_is_said(run, tmp_path):
    path = tmp_path / "catalog.csv"
    rows = [f"{product['id']};<b>{product['title']}</b>" for product in PRODUCTS]
    path.write_text("\n".join(["id;title", *rows]))
    ended = run("fit", path, "--out", tmp_path / "engine", "--dimension", 8, "--steps", 2)
    assert ended.exit_code == 0
    assert "\nwarning: 48 of 48 titles hold HTML, the first in row 1" in ended.stderr
    assert "saved" in ended.stderr


def test_where_no_terminal_reads_along_plain_lines_say_how_far_it_is(run, catalog, tmp_path):
    arguments = ["fit", catalog, "--out", tmp_path / "engine", "--dimension", 8, "--steps", 2]
    *lines, last = run(*arguments).stderr.splitlines()
    assert lines == [
        "reading the catalog", "counting words: 48 products", "making queries",
        "training: 2 steps", "learning what titles say of facets", "encoding: 48 products",
        "laying out the products for search",
    ]  # fmt: skip
    assert last.startswith("saved")
    assert len(run(*arguments, "--no-progress").stderr.splitlines()) == 1
