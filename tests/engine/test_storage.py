from __future__ import annotations

import json

import numpy as np
import pytest

import hyperquery
from hyperquery import CatalogError, Engine, ModelFileError
from hyperquery.engine import storage
from tests.products import SMALL

FILES = ["config.json", "vocabulary.json", "model.safetensors", "points.safetensors",
         "catalog.jsonl.gz"]  # fmt: skip


def test_a_loaded_engine_answers_to_the_last_bit(small_engine, saved):
    loaded = hyperquery.load(saved)
    assert loaded.catalog == small_engine.catalog
    assert np.array_equal(loaded.points, small_engine.points)
    for query in ["kettle AND NOT Acme", "tent OR red", "brand:Bolt AND folding"]:
        ours, theirs = small_engine.search(query, k=50), loaded.search(query, k=50)
        assert [(h.id, h.margin) for h in ours] == [(h.id, h.margin) for h in theirs]


def test_saving_twice_gives_the_same_bytes(small_engine, saved, tmp_path):
    small_engine.save(tmp_path / "again")
    for name in [*FILES, "manifest.json"]:
        assert (saved / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_saving_replaces_an_engine_and_leaves_nothing_else(small_engine, saved):
    small_engine.save(saved)
    assert len(hyperquery.load(saved)) == len(small_engine)
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_saving_does_not_replace_anything_else(small_engine, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelFileError, match="is not a saved engine"):
        small_engine.save(tmp_path)
    with pytest.raises(ModelFileError, match="is not a saved engine"):
        small_engine.save(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_failed_save_leaves_the_old_engine_whole(small_engine, saved, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write", full)
    with pytest.raises(ModelFileError, match="No space left"):
        small_engine.save(saved)
    assert len(hyperquery.load(saved)) == len(small_engine)
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="there is no saved engine at"):
        hyperquery.load(tmp_path / "none")


def test_a_foreign_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"it has no manifest\.json"):
        hyperquery.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(saved, name):
    (saved / name).unlink()
    with pytest.raises(ModelFileError, match=f"{name} is missing"):
        hyperquery.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(saved, name):
    data = (saved / name).read_bytes()
    (saved / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelFileError, match=f"{name} is incomplete"):
        hyperquery.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_named(saved, name):
    data = bytearray((saved / name).read_bytes())
    data[len(data) // 2] ^= 1
    (saved / name).write_bytes(bytes(data))
    with pytest.raises(ModelFileError, match=f"{name} was altered"):
        hyperquery.load(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "format version 2"),
        ({"format": "cake"}, "describes 'cake'"),
        ({"files": {}}, "does not list config.json"),
        ({"files": 3}, "damaged"),
    ],
)
def test_another_manifest_is_explained(saved, change, message):
    path = saved / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelFileError, match=message):
        hyperquery.load(saved)


def test_a_damaged_manifest_is_explained(saved):
    (saved / "manifest.json").write_text('{"format": ')
    with pytest.raises(ModelFileError, match="damaged"):
        hyperquery.load(saved)


def test_fields_that_cannot_be_saved_are_explained(tmp_path):
    engine = Engine.fit(
        [{"id": 1, "title": "tea", "shape": object()}], config=SMALL, progress=False
    )
    with pytest.raises(CatalogError, match="cannot be saved"):
        engine.save(tmp_path / "engine")
