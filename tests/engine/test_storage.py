"""Saved engines: the same when loaded, whole when a save is cut off, clear when damaged."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

import hyperquery
from hyperquery import CatalogError, Engine, ModelFileError
from hyperquery.engine.storage import FORMAT, FORMAT_VERSION
from hyperquery.storage import Store, Transaction
from tests.products import SMALL

CONFIG, VOCABULARY, WEIGHTS, LEANINGS = (
    "model/config.json",
    "model/vocabulary.json",
    "model/weights.safetensors",
    "model/leanings.safetensors",
)
INDEX, PRODUCTS = "segment-1/index.safetensors", "segment-1/products.parquet"
LIVE, WORDS = "segment-1/live.safetensors", "segment-1/words.json"
FILES = [CONFIG, VOCABULARY, WEIGHTS, LEANINGS, INDEX, PRODUCTS]
OLDER, NEWER = FORMAT_VERSION - 1, FORMAT_VERSION + 1


def store_at(saved):
    return Store(saved, FORMAT, FORMAT_VERSION)


def path_of(saved, name):
    files = json.loads((saved / "manifest.json").read_text())["files"]
    return saved / files[name]["name"]


def named(name):
    """A pattern for what a file is called on disk."""
    stem, dot, end = name.replace("/", ".").rpartition(".")
    return rf"{re.escape(stem)}-\w+{re.escape(dot + end)}"


def put(saved, name, data):
    """Replace a file and make size and checksum fit, as someone who means it would."""
    with store_at(saved).writer() as transaction:
        transaction.put(name, data)


def parquet(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def test_a_loaded_engine_answers_to_the_last_bit(small_engine, saved):
    for verify in (True, False):
        loaded = hyperquery.load(saved, verify=verify)
        assert loaded.catalog == small_engine.catalog
        assert np.array_equal(loaded.points, small_engine.points)
        for query in ["kettle AND NOT Acme", "tent OR red", "brand:Bolt AND folding"]:
            ours, theirs = small_engine.search(query, k=50), loaded.search(query, k=50)
            assert [(h.id, h.margin) for h in ours] == [(h.id, h.margin) for h in theirs]


def test_saving_twice_gives_the_same_bytes(small_engine, saved, tmp_path):
    small_engine.save(tmp_path / "again")
    names = sorted(path.name for path in saved.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert len(names) == len(FILES) + len(["manifest.json", "README.md", "writer.lock"])
    for name in names:
        assert (saved / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.fixture(scope="module")
def other_engine():
    return Engine.fit([{"id": 1, "title": "tea"}], config=SMALL, progress=False)


def test_saving_replaces_an_engine_and_leaves_nothing_of_it(other_engine, saved):
    count = len(list(saved.iterdir()))
    other_engine.save(saved)
    assert len(hyperquery.load(saved)) == 1
    assert len(list(saved.iterdir())) == count
    assert "\n1 product, with the fields id, title.\n" in (saved / "README.md").read_text()


def test_saving_touches_nothing_else(small_engine, saved, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (saved / "notes.txt").write_text("mine")
    small_engine.save(saved)
    assert (saved / "notes.txt").read_text() == "mine"
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "a web app"}')
    for foreign in (tmp_path, tmp_path / "notes.txt", tmp_path / "app"):
        with pytest.raises(ModelFileError, match="is not a hyperquery engine that can be changed"):
            small_engine.save(foreign)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("writes", range(len(FILES) + 1))
def test_a_save_that_ends_early_leaves_the_old_engine_whole(
    small_engine, other_engine, saved, monkeypatch, error, writes
):
    real, calls = Transaction._check_kept, []
    put_file = Transaction.put_file

    def failing(step):
        def call(*arguments):
            calls.append(step)
            if len(calls) > writes:
                raise error
            return step(*arguments)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "put_file", failing(put_file))
        patched.setattr(Transaction, "_check_kept", failing(real))
        with pytest.raises((ModelFileError, OSError, KeyboardInterrupt)):
            other_engine.save(saved)
    assert len(hyperquery.load(saved)) == len(small_engine)
    other_engine.save(saved)
    assert len(hyperquery.load(saved)) == 1


def test_a_first_save_that_ends_early_can_be_repeated(small_engine, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            small_engine.save(tmp_path / "engine")
    with pytest.raises(ModelFileError, match=r"it has no manifest\.json"):
        hyperquery.load(tmp_path / "engine")
    small_engine.save(tmp_path / "engine")
    assert len(hyperquery.load(tmp_path / "engine")) == len(small_engine)


def test_a_catalog_is_not_an_engine(tmp_path):
    (tmp_path / "shop.csv").write_text("id,title\n1,kettle\n")
    with pytest.raises(ModelFileError, match=r"shop\.csv is a file, .* with Engine\.fit"):
        hyperquery.load(tmp_path / "shop.csv")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="there is no saved engine at"):
        hyperquery.load(tmp_path / "none")


def test_a_foreign_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"it has no manifest\.json"):
        hyperquery.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(saved, name):
    path_of(saved, name).unlink()
    with pytest.raises(ModelFileError, match=f"{named(name)} is missing: copy it again"):
        hyperquery.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(saved, name):
    path = path_of(saved, name)
    path.write_bytes(path.read_bytes()[:-10])
    for verify in (True, False):
        with pytest.raises(ModelFileError, match=f"{named(name)} is incomplete .*copy it again"):
            hyperquery.load(saved, verify=verify)


@given(st.sampled_from([*FILES, LIVE]), st.integers(0), st.integers(1, 255))
@settings(max_examples=60)
def test_a_changed_byte_of_any_file_is_named(damaged, name, position, change):
    path = path_of(damaged, name)
    data = path.read_bytes()
    changed = bytearray(data)
    changed[position % len(data)] ^= change
    path.write_bytes(changed)
    try:
        with pytest.raises(ModelFileError, match=f"{named(name)} was altered .*copy it again"):
            hyperquery.load(damaged)
    finally:
        path.write_bytes(data)


@given(st.integers(0), st.integers(0, 255))
@settings(max_examples=60)
def test_a_changed_byte_of_the_manifest_is_noticed(damaged, position, byte):
    path = damaged / "manifest.json"
    data = path.read_bytes()
    changed = bytearray(data)
    changed[position % len(data)] = byte
    path.write_bytes(changed)
    try:
        same = _parsed(bytes(changed)) == json.loads(data)  # white space says nothing
        if same:
            assert len(hyperquery.load(damaged)) == 47
        else:
            with pytest.raises(ModelFileError, match=r"manifest\.json"):
                hyperquery.load(damaged)
    finally:
        path.write_bytes(data)


def _parsed(data):
    try:
        return json.loads(data)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def damaged(small_engine, tmp_path_factory):
    """A saved engine with a removed product, to be damaged and mended."""
    folder = tmp_path_factory.mktemp("damaged") / "engine"
    small_engine.save(folder)
    hyperquery.load(folder, writable=True).remove("pan1")
    return folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": OLDER}, f"format version {OLDER}.*use the older hyperquery"),
        ({"version": NEWER}, f"format version {NEWER}.*use a newer hyperquery"),
        ({"format": "cake"}, "describes 'cake'"),
        ({"files": {}}, "damaged or was altered"),
        ({"revision": 7}, "damaged or was altered"),
        ({"meta": {}}, "damaged or was altered"),
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


MISFITS = [
    (CONFIG, b"[]"),
    (CONFIG, b"{}"),
    (CONFIG, b'{"dimension": "8"}'),
    (CONFIG, b'{"dimension": 4}'),
    (CONFIG, b'{"curvature": null}'),
    (CONFIG, b'{"flavour": 1}'),
    (VOCABULARY, b"[]"),
    (
        VOCABULARY,
        b'{"frequencies": {"abc": 0}, "texts": 1, "pieces": {}, "facets": [], "words": {}}',
    ),
    (
        VOCABULARY,
        b'{"frequencies": {"abc": 1}, "texts": 0, "pieces": {}, "facets": [], "words": {}}',
    ),
    (
        VOCABULARY,
        b'{"frequencies": {"abc": 1}, "texts": 1, "pieces": {}, "facets": [], "words": {}}',
    ),
    (
        VOCABULARY,
        b'{"frequencies": {"abc": "1"}, "texts": 1, "pieces": {}, "facets": [], "words": {}}',
    ),
    (VOCABULARY, b'{"frequencies": {"abc": 1}, "texts": 1, "pieces": {}, "facets": []}'),
    (VOCABULARY, b'{"frequencies": ["abc"], "texts": 1, "pieces": {}, "facets": [], "words": {}}'),
    (VOCABULARY, b'{"frequencies": {"abc": 1}, "texts": 1, "facets": []}'),
    (WEIGHTS, save_arrays({})),
    (WEIGHTS, save_arrays({"centroids": np.zeros((3, 8), np.float32)})),
    (WEIGHTS, save_arrays({"centroids": np.zeros((3, 8), np.int64)})),
    (INDEX, save_arrays({})),
    (INDEX, save_arrays({"points": np.zeros((3, 8), np.float32)})),
    (PRODUCTS, parquet(pa.table({"id": ["1"], "title": ["x"]}))),
    (PRODUCTS, parquet(pa.table({"id": ["1"] * 48}))),
    (PRODUCTS, parquet(pa.table({"id": range(48), "title": ["x"] * 48}))),
    (PRODUCTS, parquet(pa.table({"id": ["1"] * 48, "title": ["x"] * 48, "image": [b"x"] * 48}))),
    (PRODUCTS, parquet(pa.table([["1"] * 48] * 3, ["id", "title", "id"]))),
    (LIVE, save_arrays({})),
    (LIVE, save_arrays({"live": np.zeros(48, np.bool_)})),
    (LIVE, save_arrays({"live": np.ones(47, np.bool_)})),
    (LIVE, save_arrays({"live": np.ones(48, np.uint8)})),
    (LIVE, save_arrays({"live": np.full(48, 3, np.uint8).view(np.bool_)})),
    (WORDS, b'{"kettle": 1}'),
    (WORDS, b'["kettle", 1]'),
]


@pytest.mark.parametrize("count", [0, -5, True, 1.5, None])
def test_impossible_counts_of_words_are_explained(saved, count):
    known = json.loads(path_of(saved, VOCABULARY).read_text())
    known["words"]["kettle"] = count
    put(saved, VOCABULARY, json.dumps(known).encode())
    with pytest.raises(ModelFileError, match="impossible frequencies"):
        hyperquery.load(saved)


@pytest.mark.parametrize(("name", "data"), MISFITS)
def test_files_that_do_not_fit_together_are_explained(saved, name, data):
    put(saved, name, data)
    place = "model" if name.startswith("model/") else name
    with pytest.raises(ModelFileError, match=rf"do not fit together \({place}: .*save it again"):
        hyperquery.load(saved)


def test_words_have_to_be_counted(saved):
    vocabulary = store_at(saved).snapshot().json(VOCABULARY)
    put(saved, VOCABULARY, json.dumps({**vocabulary, "words": {"kettle": "9"}}).encode())
    with pytest.raises(ModelFileError, match="the vocabulary has impossible frequencies"):
        hyperquery.load(saved)


@pytest.mark.parametrize("shifts", [(0, 0, 0, -1), (0, 0, 0, 3e38), (-3e38, 0, 0, 0)])
def test_shifts_of_edges_that_are_out_of_range_are_refused(saved, shifts):
    arrays = dict(store_at(saved).snapshot().arrays(WEIGHTS))
    arrays["edge_shifts"] = np.array(shifts, np.float32)
    put(saved, WEIGHTS, save_arrays(arrays))
    with pytest.raises(ModelFileError, match="the shifts of edges are out of range"):
        hyperquery.load(saved)


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("facets", lambda _: [], "facets have axes that were not taught"),
        ("facets", lambda _: "abc", "the facets are no list"),
        ("facets", lambda facets: [*facets, 1], "1 is no facet"),
        ("facets", lambda facets: [*facets, ""], "'' is no facet"),
        ("learned_facets", lambda pairs: pairs[1:], "the leanings do not fit together"),
        ("learned_facets", lambda pairs: pairs + pairs[:1], "there twice"),
        ("learned_facets", lambda pairs: [[facet, ""] for facet, _ in pairs], "of no kind"),
        ("rare_facets", lambda pairs: [*pairs, ["zither", 1]], "of no kind"),
        ("rare_facets", lambda pairs: [*pairs, ["zither", "brand"]], "were not taught"),
        ("learned_facets", dict, "are no pairs"),
        ("rare_facets", lambda pairs: [*pairs, "ab"], "are no pairs"),
    ],
)
def test_facets_that_do_not_fit_are_refused(saved, name, change, reason):
    known = store_at(saved).snapshot().json(VOCABULARY)
    put(saved, VOCABULARY, json.dumps({**known, name: change(known[name])}).encode())
    with pytest.raises(ModelFileError, match=reason):
        hyperquery.load(saved)


def test_places_that_the_model_lacks_are_refused(saved):
    arrays = dict(store_at(saved).snapshot().arrays(INDEX))
    entries, last = arrays["held_entries"].copy(), int(arrays["held_heads"][1, 0]) - 1
    assert last >= arrays["held_heads"][0, 2]  # the first row holds places
    entries[last] = 60_000
    put(saved, INDEX, save_arrays({**arrays, "held_entries": entries}))
    with pytest.raises(ModelFileError, match="places on axes that the model lacks"):
        hyperquery.load(saved)


def test_new_words_are_of_the_segment_that_holds_them(saved):
    writer = hyperquery.load(saved, writable=True)
    other = hyperquery.load(saved)
    writer.add([{"id": "new", "title": "Zzyzx kettle"}])
    assert not other.collection.new_words
    assert other.refresh()
    writer.remove(writer.catalog.ids[0])
    for engine in (writer, other, hyperquery.load(saved)):
        assert engine.collection.new_words == {"zzyzx"}
    writer.update([{"id": "new", "title": "kettle"}])
    assert not hyperquery.load(saved).collection.new_words
    assert "words.json" not in (saved / "manifest.json").read_text()


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_named(saved, name):
    put(saved, name, b"nothing")
    with pytest.raises(ModelFileError, match=f"{named(name)} cannot be read as .*save again"):
        hyperquery.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_manifest_lacks_is_named(saved, name):
    with store_at(saved).writer() as transaction:
        transaction.drop(name)
    with pytest.raises(ModelFileError, match=f"holds no '{name}'.*save again"):
        hyperquery.load(saved)


def test_every_array_of_an_index_is_checked(saved):
    arrays = load_arrays(path_of(saved, INDEX).read_bytes())
    for name, array in arrays.items():
        shorter = [array[..., :-1].copy()] if array.size else []  # few products, no balls of balls
        for other in (None, array.astype(np.float64), array[None], *shorter):
            changed = {**arrays, name: other}
            if other is None:
                del changed[name]
            put(saved, INDEX, save_arrays(changed))
            with pytest.raises(ModelFileError, match=r"do not fit together \(segment-1/index"):
                hyperquery.load(saved)


@pytest.mark.parametrize("meta", [
    {"segments": []}, {"segments": None}, {"segments": 3}, {"segments": "segment-1"},
    {"segments": ["../x"]}, {"segments": ["segment-01"]}, {"segments": [["segment-1"]]},
])  # fmt: skip
def test_impossible_segments_are_explained(saved, meta):
    with store_at(saved).writer() as transaction:
        transaction.meta |= meta
    with pytest.raises(ModelFileError, match=r"do not fit together \(segments: .*save it again"):
        hyperquery.load(saved)


@pytest.mark.parametrize("key", ["segments", "model"])
def test_missing_meta_are_explained(saved, key):
    with store_at(saved).writer() as transaction:
        del transaction.meta[key]
    with pytest.raises(ModelFileError, match=f"do not fit together .*{key}"):
        hyperquery.load(saved)


def test_a_segment_of_another_model_is_refused(saved, small_engine, tmp_path):
    flat = Engine.fit(
        small_engine.catalog.records(), progress=False,
        config=hyperquery.Config(dimension=8, steps=1, curvature=0.0),
    )  # fmt: skip
    flat.save(tmp_path / "flat")
    put(saved, INDEX, path_of(tmp_path / "flat", INDEX).read_bytes())
    with pytest.raises(ModelFileError, match="the array curvature"):
        hyperquery.load(saved)


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"id": ["1"] * 47 + [None], "title": ["x"] * 48}),
        pa.table({"id": ["1"] * 48, "title": [None] + ["x"] * 47}),
        pa.table({
            "id": ["1"] * 48,
            "title": pa.Array.from_buffers(
                pa.string(), 48, [None, pa.array(range(49), pa.int32()).buffers()[1],
                                  pa.py_buffer(b"\xff" * 48)]),
        }),
    ],
)  # fmt: skip
def test_products_that_are_none_are_explained_when_they_are_read(saved, table):
    put(saved, PRODUCTS, parquet(table))
    loaded = hyperquery.load(saved)
    with pytest.raises(ModelFileError, match=rf"do not fit together \({PRODUCTS}"):
        loaded.search("kettle")


def test_pages_that_are_damaged_are_explained_when_they_are_read(saved):
    data = bytearray(path_of(saved, PRODUCTS).read_bytes())
    data[4:200] = bytes(196)
    put(saved, PRODUCTS, bytes(data))
    loaded = hyperquery.load(saved)
    with pytest.raises(ModelFileError, match=rf"do not fit together \({PRODUCTS}"):
        loaded.search("kettle")


def test_weights_that_are_no_numbers_are_refused(saved):
    arrays = load_arrays(path_of(saved, WEIGHTS).read_bytes())
    for name in ("centroids", "raw_curvature"):
        put(saved, WEIGHTS, save_arrays({**arrays, name: np.full_like(arrays[name], np.nan)}))
        with pytest.raises(
            ModelFileError, match="centroids" if name == "centroids" else "curvature"
        ):
            hyperquery.load(saved)


def test_loading_leaves_the_random_numbers_of_others_alone(saved):
    before = torch.random.get_rng_state()
    hyperquery.load(saved)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_saved_files_may_be_read_by_those_who_may_read_other_files(small_engine, saved, tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    modes = {path.name: path.stat().st_mode for path in saved.iterdir()}
    del modes["writer.lock"]
    assert set(modes.values()) == {Path(plain).stat().st_mode}


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
