from __future__ import annotations

from hyperquery import load
from tests.cli.conftest import write_csv

TEAPOT = {"id": "teapot1", "title": "Acme teapot large", "brand": "Acme", "price": 25.0}


def test_products_come_and_go(run, saved, tmp_path):
    file = write_csv(tmp_path / "new.csv", [TEAPOT])
    ended = run("add", saved, file)
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == "products added: 1, now 49\n"
    assert "teapot1" in load(saved).catalog.ids
    file = write_csv(tmp_path / "new.csv", [{**TEAPOT, "title": "Acme teapot small"}])
    assert run("update", saved, file).exit_code == 0
    assert load(saved).explain("teapot", "teapot1").fields["title"] == "Acme teapot small"
    assert run("remove", saved, "teapot1", "pan1").stderr == "products removed: 2, now 47\n"
    assert run("compact", saved).exit_code == 0
    engine = load(saved)
    assert len(engine) == 47
    assert len(engine.collection.segments) == 1


def test_other_column_names(run, saved, tmp_path):
    row = {"sku": "1.50", "name": "Acme teapot", "id": "7", "maker": "Acme"}
    file = write_csv(tmp_path / "new.csv", [row])
    ended = run(
        "add", saved, file, "--id-column", "sku", "--title-column", "name",
        "--brand-column", "maker",
    )  # fmt: skip
    assert ended.exit_code == 0
    product = load(saved).explain("teapot", "1.50").fields
    assert (product["title"], product["brand"]) == ("Acme teapot", "Acme")


def test_nothing_changes_on_an_error(run, saved, tmp_path):
    before = load(saved).catalog.ids
    file = write_csv(tmp_path / "new.csv", [TEAPOT, {**TEAPOT, "id": "pan1"}])
    assert run("add", saved, file).exit_code == 1
    ended = run("add", saved, file, "--id-column", "sku")
    assert ended.exit_code == 1
    assert "the catalog has no column 'sku', only id, title, brand, price" in ended.stderr
    assert run("remove", saved, "pan1", "nothing").exit_code == 1
    ended = run("add", saved, file, "--id-column", "brand", "--title-column", "brand")
    assert ended.exit_code == 1
    assert load(saved).catalog.ids == before
