from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery import ModelFileError
from hyperquery.storage import Store
from hyperquery.storage.manifest import manifest_bytes, read_manifest, seal
from hyperquery.storage.naming import disk_name
from tests.storage.contents import FORMAT, VERSION

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def content_of(store):
    return json.loads((store.path / "manifest.json").read_bytes())


def put(store, content):
    """Write a manifest with a fitting checksum, as someone who means it would."""
    content = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(content | {"sha256": seal(content)})
    (store.path / "manifest.json").write_text(text)


def places(value, path=()):
    """Yield the path to every value in parsed JSON."""
    yield path
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield from places(value[key], (*path, key))


def test_a_manifest_reads_as_it_was_written(filled):
    manifest = read_manifest(filled.path, FORMAT, VERSION)
    assert (manifest.revision, manifest.meta) == (1, {"count": 2})
    assert list(manifest.files) == ["config.json", "part/large.bin"]
    assert manifest_bytes(manifest) == (filled.path / "manifest.json").read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, r"format version 2, .* up to 1: use a newer hyperquery"),
        ({"version": 0}, r"format version 0, .* reads version 1: use the older hyperquery"),
        ({"version": "1"}, "is damaged"),
        ({"version": True}, "is damaged"),
        ({"format": "cake"}, "describes 'cake', not 'test store'"),
        ({"format": None}, "is damaged"),
        ({"revision": 0}, "0 is no revision"),
        ({"revision": 1.0}, "1.0 is no revision"),
        ({"meta": []}, "should be objects"),
        ({"files": []}, "should be objects"),
        ({"files": {"config.json": "x"}}, "is damaged"),
        ({"files": {"config.json": {}}}, "is damaged"),
    ],
)
def test_another_manifest_is_explained(filled, change, message):
    put(filled, content_of(filled) | change)
    with pytest.raises(ModelFileError, match=message) as caught:
        filled.snapshot()
    assert "manifest.json" in str(caught.value)


@pytest.mark.parametrize("change", [{"version": 3, "files": {}}, {"version": 0, "revision": "?"}])
def test_the_version_comes_before_everything_else(filled, change):
    (filled.path / "manifest.json").write_text(json.dumps(content_of(filled) | change))
    with pytest.raises(ModelFileError, match="has format version"):
        filled.snapshot()


ZEROS = "0" * 64


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("a", {"name": "../a-" + "0" * 32, "bytes": 1, "sha256": [ZEROS]}, "cannot be stored"),
        ("a", {"name": "/etc/passwd", "bytes": 1, "sha256": [ZEROS]}, "cannot be stored"),
        ("../a", {"name": "a-" + "0" * 32, "bytes": 1, "sha256": [ZEROS]}, "cannot be stored"),
        ("../a", {"name": disk_name("../a", [ZEROS]), "bytes": 1, "sha256": [ZEROS]},
         "cannot be stored"),
        ("a", {"name": "a-" + "0" * 32, "bytes": -1, "sha256": [ZEROS]}, "is not the size"),
        ("a", {"name": "a-" + "0" * 32, "bytes": True, "sha256": [ZEROS]}, "is not the size"),
        ("a", {"name": "a-" + "0" * 32, "bytes": 2**70, "sha256": [ZEROS]}, "do not fit its size"),
        ("a", {"name": "a-" + "0" * 32, "bytes": 1, "sha256": ZEROS}, "do not fit its size"),
        ("a", {"name": "a-" + "0" * 32, "bytes": 1, "sha256": [3]}, "checksums of 'a' are none"),
        ("a", {"name": "a-" + "0" * 32, "bytes": 1, "sha256": ["0"]}, "checksums of 'a' are none"),
    ],
)  # fmt: skip
def test_entries_that_do_not_fit_are_refused(filled, name, entry, message):
    content = content_of(filled)
    content["files"][name] = entry
    put(filled, content)
    with pytest.raises(ModelFileError, match=message):
        filled.snapshot()


def test_a_changed_count_is_noticed(filled):
    path = filled.path / "manifest.json"
    path.write_text(path.read_text().replace('"count": 2', '"count": 3'))
    with pytest.raises(ModelFileError, match="its checksum differs"):
        filled.snapshot()


@pytest.mark.parametrize(
    "text", ['{"format": ', "[]", "3", '{"format": "test store"}', "", "\0", "[" * 100_000]
)
def test_a_damaged_manifest_is_explained(filled, text):
    (filled.path / "manifest.json").write_text(text)
    with pytest.raises(ModelFileError, match=r"manifest\.json is damaged .* copy the folder again"):
        filled.snapshot()


def test_a_manifest_that_is_no_file_is_explained(store):
    (store.path / "manifest.json").mkdir(parents=True)
    with pytest.raises(ModelFileError, match=r"manifest\.json cannot be read"):
        store.snapshot()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("shared") / "store", FORMAT, VERSION)
    with store.writer() as transaction:
        transaction.meta["count"] = 2
        transaction.put("config.json", b"{}")
        transaction.put("a/b.bin", b"")
    return store, content_of(store)


@given(st.data())
def test_no_manifest_raises_anything_else(shared, data):
    store, content = shared
    changed = json.loads(json.dumps(content))
    place = data.draw(st.sampled_from([path for path in places(content) if path]))
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    if data.draw(st.booleans()):
        inner[place[-1]] = data.draw(JSON)
    else:
        del inner[place[-1]]
    put(store, changed)
    try:
        snapshot = store.snapshot()
    except ModelFileError:
        return
    assert set(snapshot.names) <= {"config.json", "a/b.bin"}
    assert isinstance(snapshot.meta, dict)


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode()))
def test_no_bytes_raise_anything_else(shared, data):
    store, _ = shared
    (store.path / "manifest.json").write_bytes(data)
    with pytest.raises(ModelFileError, match="damaged"):
        store.snapshot()


@given(st.data())
def test_every_changed_byte_is_noticed(shared, data):
    store, content = shared
    put(store, content)
    path = store.path / "manifest.json"
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(raw))
    try:
        store.snapshot()
    except ModelFileError:
        return
    assert json.loads(raw) == content  # it was a space


def test_meta_that_is_no_json_cannot_be_written(filled):
    manifest = read_manifest(filled.path, FORMAT, VERSION)
    for meta in ({"x": float("nan")}, {"x": object()}):
        with pytest.raises((TypeError, ValueError)):
            manifest_bytes(replace(manifest, meta=meta))
