from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import torch
from safetensors.numpy import save as save_arrays
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

import hyperquery
from hyperquery import CatalogError, Engine, ModelFileError
from hyperquery.engine import storage
from tests.products import SMALL

PARTS = ["config", "vocabulary", "model", "points", "catalog"]


def path_of(saved, part):
    return saved / json.loads((saved / "manifest.json").read_text())["files"][part]["name"]


def put(saved, part, data):
    """Replace a part and make size and checksum fit, as someone who means it would."""
    path_of(saved, part).write_bytes(data)
    manifest = json.loads((saved / "manifest.json").read_text())
    manifest["files"][part] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (saved / "manifest.json").write_text(json.dumps(manifest))


def test_a_loaded_engine_answers_to_the_last_bit(small_engine, saved):
    loaded = hyperquery.load(saved)
    assert loaded.catalog == small_engine.catalog
    assert np.array_equal(loaded.points, small_engine.points)
    for query in ["kettle AND NOT Acme", "tent OR red", "brand:Bolt AND folding"]:
        ours, theirs = small_engine.search(query, k=50), loaded.search(query, k=50)
        assert [(h.id, h.margin) for h in ours] == [(h.id, h.margin) for h in theirs]


def test_saving_twice_gives_the_same_bytes(small_engine, saved, tmp_path):
    small_engine.save(tmp_path / "again")
    names = sorted(path.name for path in saved.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (saved / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.fixture
def other_engine():
    return Engine.fit([{"id": 1, "title": "tea"}], config=SMALL, progress=False)


def test_saving_replaces_an_engine_and_leaves_nothing_of_it(other_engine, saved):
    other_engine.save(saved)
    assert len(hyperquery.load(saved)) == 1
    assert len(list(saved.iterdir())) == len(PARTS) + 1


def test_saving_touches_nothing_else(small_engine, saved, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (saved / "notes.txt").write_text("mine")
    small_engine.save(saved)
    assert (saved / "notes.txt").read_text() == "mine"
    for foreign in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(ModelFileError, match="is not a saved engine"):
            small_engine.save(foreign)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "a web app"}')
    with pytest.raises(ModelFileError, match="is not a saved engine"):
        small_engine.save(tmp_path / "app")
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("writes", range(len(PARTS) + 1))
def test_a_save_that_ends_early_leaves_the_old_engine_whole(
    small_engine, other_engine, saved, monkeypatch, error, writes
):
    real, calls = storage._write, []

    def failing(path, data):
        calls.append(path)
        if len(calls) > writes:
            raise error
        real(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "_write", failing)
        with pytest.raises((ModelFileError, KeyboardInterrupt)):
            other_engine.save(saved)
    assert len(hyperquery.load(saved)) == len(small_engine)
    other_engine.save(saved)
    assert len(hyperquery.load(saved)) == 1


def test_a_first_save_that_ends_early_can_be_repeated(small_engine, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(storage, "_json", lambda value: 1 / 0 if "format" in value else b"{}")
        with pytest.raises(ZeroDivisionError):
            small_engine.save(tmp_path / "engine")
    small_engine.save(tmp_path / "engine")
    assert len(hyperquery.load(tmp_path / "engine")) == len(small_engine)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="there is no saved engine at"):
        hyperquery.load(tmp_path / "none")


def test_a_foreign_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"it has no manifest\.json"):
        hyperquery.load(tmp_path)


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_file_is_named(saved, part):
    path_of(saved, part).unlink()
    with pytest.raises(ModelFileError, match=f"{part}-.* is missing"):
        hyperquery.load(saved)


@pytest.mark.parametrize("part", PARTS)
def test_a_truncated_file_is_named(saved, part):
    path = path_of(saved, part)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelFileError, match=f"{part}-.* is incomplete"):
        hyperquery.load(saved)


@pytest.mark.parametrize("part", PARTS)
def test_an_altered_file_is_named(saved, part):
    path = path_of(saved, part)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelFileError, match=f"{part}-.* was altered"):
        hyperquery.load(saved)


ENTRY = {"name": "config-0.json", "bytes": 1, "sha256": "0"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 1}, "format version 1"),
        ({"format": "cake"}, "describes 'cake'"),
        ({"files": {}}, "does not name config"),
        ({"files": 3}, "does not name config"),
        ({"files": {"config": "x"}}, "does not name config"),
        ({"files": {"config": {}}}, "does not name config"),
        ({"files": {"config": ENTRY | {"name": "../config-0.json"}}}, "does not name config"),
        ({"files": {"config": ENTRY | {"name": "config-/../x.json"}}}, "does not name config"),
        ({"files": dict.fromkeys(PARTS, ENTRY)}, "missing"),
    ],
)
def test_another_manifest_is_explained(saved, change, message):
    path = saved / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelFileError, match=message):
        hyperquery.load(saved)


@pytest.mark.parametrize("text", ['{"format": ', "[]", "3", '{"format": "hyperquery engine"}', ""])
def test_a_damaged_manifest_is_explained(saved, text):
    (saved / "manifest.json").write_text(text)
    with pytest.raises(ModelFileError, match="damaged"):
        hyperquery.load(saved)


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("config", b"[]"),
        ("config", b'{"dimension": "8"}'),
        ("config", b'{"dimension": 4}'),
        ("config", b'{"curvature": null}'),
        ("config", b'{"flavour": 1}'),
        ("vocabulary", b"[]"),
        ("vocabulary", b'{"frequencies": {"abc": 0}, "texts": 1}'),
        ("vocabulary", b'{"frequencies": {"abc": 1}, "texts": 0}'),
        ("vocabulary", b'{"frequencies": ["abc"], "texts": 1}'),
        ("model", b"nothing"),
        ("points", save_arrays({"points": np.zeros((3, 8), np.float32)})),
        ("points", save_arrays({"points": np.zeros((48, 8), np.int64)})),
        ("points", save_arrays({"points": np.full((48, 8), np.nan, np.float32)})),
        ("points", save_arrays({"other": np.zeros((48, 8), np.float32)})),
        ("catalog", b"not gzip"),
        ("catalog", gzip.compress(b'{"id": 1, "title": "x"}')[:-9]),
        ("catalog", gzip.compress(b"3\n4")),
        ("catalog", gzip.compress(b'{"id": 1, "title": "x"}')),
    ],
)
def test_parts_that_do_not_fit_together_are_explained(saved, part, data):
    put(saved, part, data)
    with pytest.raises(ModelFileError, match="do not fit together"):
        hyperquery.load(saved)


def test_weights_that_are_no_numbers_are_refused(saved):
    tensors = load_tensors(path_of(saved, "model").read_bytes())
    tensors["centroids"] = torch.full_like(tensors["centroids"], float("nan"))
    put(saved, "model", save_tensors(tensors))
    with pytest.raises(ModelFileError, match="centroids"):
        hyperquery.load(saved)


def test_loading_leaves_the_random_numbers_of_others_alone(saved):
    before = torch.random.get_rng_state()
    hyperquery.load(saved)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_fields_of_every_common_type_can_be_saved(tmp_path):
    fields = {"price": Decimal("9.5"), "stock": np.int64(3), "new": np.bool_(True), "none": None,
              "since": date(2026, 1, 2), "sizes": np.array([1, 2]),
              "nan": np.float32("nan")}  # fmt: skip
    engine = Engine.fit([{"id": 1, "title": "tea", **fields}], config=SMALL, progress=False)
    engine.save(tmp_path / "engine")
    assert hyperquery.load(tmp_path / "engine").catalog.product(0) == {
        "id": "1", "title": "tea", "price": 9.5, "stock": 3, "new": True, "none": None,
        "since": "2026-01-02", "sizes": [1, 2], "nan": None,
    }  # fmt: skip
    assert engine.search("price<10 AND stock:3").ids == ["1"]


def test_fields_that_cannot_be_saved_are_explained_before_training():
    with pytest.raises(CatalogError, match=r"'shape' .* cannot be saved.*turn it into text"):
        Engine.fit([{"id": 1, "title": "tea", "shape": object()}], config=SMALL, progress=False)
