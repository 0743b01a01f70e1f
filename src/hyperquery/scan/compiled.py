"""How this package's loops are compiled: once, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from typing import Any, Final

import numba

# Sums may be reordered so that they vectorize; infinities are left alone.
_REORDERED: Final = {"reassoc", "contract", "nsz", "arcp"}
_ALWAYS: Final = {"cache": True, "nogil": True, "error_model": "numpy"}


def compiled(function: Any) -> Any:
    """Compile a loop over arrays that its caller owns.

    It counts no references to them, which threads would do in turns, and so cannot make arrays.
    """
    return numba.njit(**_ALWAYS, _nrt=False)(function)


def reordered(function: Any) -> Any:
    """Compile a loop likewise, whose sums may be taken in any order; results are approximate."""
    return numba.njit(**_ALWAYS, _nrt=False, fastmath=_REORDERED)(function)


def allocating(function: Any) -> Any:
    """Compile a function that makes arrays."""
    return numba.njit(**_ALWAYS)(function)
