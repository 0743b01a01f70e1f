from __future__ import annotations

import json
import os
import resource

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from safetensors.numpy import load, save

from hyperquery.storage.arrays import _TYPES, view_arrays, write_arrays

DTYPES = st.sampled_from([np.dtype(code) for code in _TYPES.values()])
ARRAYS = DTYPES.flatmap(
    lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0, max_side=4))
)


def packed(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return memoryview(len(text).to_bytes(8, "little") + text + body)


def entry(**changes):
    return {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes}


@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "__metadata__"), ARRAYS))
def test_views_are_what_the_library_reads(arrays):
    data = save(arrays, metadata={"made": "by hand"})
    views, expected = view_arrays(memoryview(data)), load(data)
    assert list(views) == sorted(expected)
    for name, view in views.items():
        assert view.dtype == expected[name].dtype
        assert view.shape == expected[name].shape == arrays[name].shape
        assert view.tobytes() == expected[name].tobytes()
        assert not view.flags.writeable


def test_views_do_not_copy():
    data = bytearray(save({"x": np.zeros(4, np.float32)}))
    view = view_arrays(memoryview(data).toreadonly())["x"]
    data[-4:] = np.float32(7).tobytes()
    assert view[-1] == 7


def test_arrays_of_any_layout_are_written_whole(tmp_path):
    arrays = {
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big": np.arange(3, dtype=">i4"),
        "one": np.array(5, np.int8),
    }
    write_arrays(tmp_path / "x", arrays)
    views = view_arrays(memoryview((tmp_path / "x").read_bytes()))
    assert all(np.array_equal(views[name], array) for name, array in arrays.items())
    assert views["one"].shape == ()


@pytest.mark.parametrize("dtype", [object, "U3", "datetime64[s]"])
def test_arrays_that_are_not_of_numbers_are_refused(tmp_path, dtype):
    with pytest.raises(ValueError, match="the array 'x' has type"):
        write_arrays(tmp_path / "x", {"x": np.zeros(2, dtype)})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (memoryview(b""), "cut off"),
        (memoryview(b"\x01\0\0"), "cut off"),
        (memoryview(b"\xff" * 20), "cut off"),
        (packed(b"{"), "Expecting"),
        (packed(b"[" * 100_000), "RecursionError"),
        (packed([]), "damaged"),
        (packed({"x": 3}), "damaged"),
        (packed(entry(), bytes(7)), "not where it should be"),
        (packed(entry(), bytes(9)), "end at byte"),
        (packed(entry(shape=[3]), bytes(8)), "not where it should be"),
        (packed(entry(shape=[-2]), bytes(8)), "no shape"),
        (packed(entry(shape=[True, 2]), bytes(8)), "no shape"),
        (packed(entry(shape="2"), bytes(8)), "no shape"),
        (packed(entry(shape=[0, 2**70], data_offsets=[0, 0])), "dimension|too large|damaged"),
        (packed(entry(dtype="BF16"), bytes(8)), "damaged"),
        (packed(entry(dtype=["F32"]), bytes(8)), "damaged"),
        (packed(entry(data_offsets=[4, 12]), bytes(12)), "not where it should be"),
        (packed(entry(data_offsets=[-8, 0]), bytes(8)), "not where it should be"),
        (packed(entry(data_offsets=[0, 8, 9]), bytes(8)), "too many values"),
        (packed(entry(data_offsets=[0, "8"]), bytes(8)), "damaged"),
        (packed({**entry(), "y": entry()["x"]}, bytes(8)), "not where it should be"),
    ],
)
def test_damage_is_explained(data, message):
    with pytest.raises(ValueError, match=message):
        view_arrays(data)


@given(st.data())
def test_a_changed_byte_of_the_header_raises_nothing_but_value_errors(data):
    content = bytearray(save({"x": np.zeros((2, 3)), "y": np.ones(1, np.int16)}))
    end = 8 + int.from_bytes(content[:8], "little")
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, end - 1))] = data.draw(st.integers(0, 255))
    try:
        views = view_arrays(memoryview(bytes(content)))
    except ValueError:
        return
    assert sum(view.nbytes for view in views.values()) <= len(content)


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_files_are_as_readable_as_others(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_arrays(tmp_path / "x", {"x": np.zeros(2)})
    finally:
        os.umask(before)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_full_disk_is_an_os_error(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(OSError, match="large"):
            write_arrays(tmp_path / "x", {"x": np.zeros(2**20)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
