"""How this package's loops are compiled: once, kept on disk, without the interpreter's lock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

import numba

# Sums may be reordered so that they vectorize; infinities are left alone.
_REORDERED: Final = {"reassoc", "contract", "nsz", "arcp"}
_ALWAYS: Final = {"cache": True, "nogil": True, "error_model": "numpy"}
_PATIENCE: Final = 1.5  # seconds; loading compiled loops from disk takes less
_COMPILING: Final = (
    "hyperquery is compiling its search, some 15 seconds, once if the result can be kept on disk"
)


def compiled(function: Any) -> Any:
    """Compile a loop over arrays that its caller owns.

    It counts no references to them, which threads would do in turns, and so cannot make arrays.
    """
    return numba.njit(**_ALWAYS, _nrt=False)(function)


def inlined(function: Any) -> Any:
    """Compile a loop that only other loops call: it becomes part of them.

    A call copies seven words for each array that it is given, those in tuples included, which takes
    longer than the work of most loops over leaves or over the words of a row.
    """
    return numba.njit(**_ALWAYS, _nrt=False, forceinline=True)(function)


def reordered(function: Any) -> Any:
    """Compile a loop likewise, whose sums may be taken in any order; results are approximate."""
    return numba.njit(**_ALWAYS, _nrt=False, fastmath=_REORDERED)(function)


def allocating(function: Any) -> Any:
    """Compile a function that makes arrays."""
    return numba.njit(**_ALWAYS)(function)


@contextmanager
def announced() -> Iterator[None]:
    """Log that loops are being compiled if this takes its time."""
    timer = Timer(_PATIENCE, logging.getLogger("hyperquery").warning, [_COMPILING])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
