"""Hypothesis strategies for arrays that cost one draw, however many numbers they hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray


@st.composite
def number_arrays(
    draw: st.DrawFn,
    shape: tuple[int, ...],
    low: float,
    high: float,
    special: Sequence[float],
    dtype: DTypeLike,
) -> NDArray[Any]:
    """Arrays of which an eighth are special numbers and the others lie between low and high.

    Two bytes make a number, so that an array is one cheap draw; it shrinks to special[0].

    Args:
        draw: Given by Hypothesis.
        shape: Of the array.
        low: The least of the others.
        high: The greatest of the others.
        special: Numbers that are drawn more often, at least one.
        dtype: float32 or float64.
    """
    table = _table(low, high, tuple(special), np.dtype(dtype))
    size = 2 * int(np.prod(shape))
    data = draw(st.binary(min_size=size, max_size=size))
    numbers: NDArray[Any] = table[np.frombuffer(data, ">u2")].reshape(shape)
    return numbers


@cache
def _table(
    low: float, high: float, special: tuple[float, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    values = np.linspace(low, high, 2**16)
    values[: 2**13] = np.resize(special, 2**13)
    return values.astype(dtype)


@st.composite
def boolean_arrays(draw: st.DrawFn, count: int) -> NDArray[np.bool_]:
    """Arrays of booleans, ``(count,)``."""
    data = draw(st.binary(min_size=count, max_size=count))
    odd: NDArray[np.bool_] = np.frombuffer(data, np.uint8) % 2 == 1
    return odd
