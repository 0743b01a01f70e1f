"""Arrays in the safetensors format, read without copying.

The safetensors library copies arrays that it gives to NumPy and opens files by name, but a
snapshot has to view the bytes that it has already opened. So the library writes, and its short
header (8 bytes of length, JSON, then the arrays end to end) is read here, strictly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

Arrays = dict[str, NDArray[Any]]

_TYPES = {
    "BOOL": "|b1", "I8": "|i1", "U8": "|u1", "I16": "<i2", "U16": "<u2", "I32": "<i4",
    "U32": "<u4", "I64": "<i8", "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_LENGTH = 8


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as a safetensors file.

    Raises:
        ValueError: If an array is not of numbers or truth values.
        OSError: If the file cannot be written.
    """
    for name, array in arrays.items():
        if array.dtype.newbyteorder("<").str not in _TYPES.values():
            raise ValueError(f"the array {name!r} has type {array.dtype}: give it plain numbers")
    path.touch()
    mode = path.stat().st_mode  # as for any new file; the library lets only the owner read its own
    try:
        save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, path)
    except SafetensorError as error:
        raise OSError(str(error)) from error
    path.chmod(mode)


def view_arrays(data: memoryview) -> Arrays:
    """Return the arrays of a safetensors file as read-only views of its bytes.

    Raises:
        ValueError: If the bytes are not a whole safetensors file, or hold numbers of a type that
            NumPy does not have.
    """
    try:
        header, start = _header(data)
        end = start
        views: Arrays = {}
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            dtype, shape = np.dtype(_TYPES[entry["dtype"]]), _shape(entry["shape"])
            first, last = entry["data_offsets"]
            size = math.prod(shape) * dtype.itemsize
            if (start + first, start + last) != (end, end + size) or end + size > len(data):
                raise ValueError(f"the array {name!r} is not where it should be")
            views[name] = _view(data, dtype, shape, end)
            end += size
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"its header is damaged ({type(error).__name__}: {error})") from error
    if end != len(data):
        raise ValueError(f"its arrays end at byte {end} of {len(data)}")
    return {name: views[name] for name in sorted(views)}


def _header(data: memoryview) -> tuple[dict[str, Any], int]:
    """Return the entry of each array, and where the arrays begin."""
    length = int.from_bytes(data[:_LENGTH], "little")
    if not 0 < length <= len(data) - _LENGTH:
        raise ValueError("its header is cut off")
    header = json.loads(bytes(data[_LENGTH : _LENGTH + length]))
    header.pop("__metadata__", None)
    return header, _LENGTH + length


def _shape(shape: object) -> tuple[int, ...]:
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"{shape!r} is no shape")
    return tuple(shape)


def _view(
    data: memoryview, dtype: np.dtype[Any], shape: tuple[int, ...], start: int
) -> NDArray[Any]:
    if math.prod(shape) == 0:  # NumPy views no empty array at the end of a buffer
        empty: NDArray[Any] = np.zeros(shape, dtype)
        empty.flags.writeable = False
        return empty
    return np.ndarray(shape, dtype, buffer=data, offset=start)
