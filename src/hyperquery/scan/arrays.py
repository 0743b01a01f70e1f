"""Whether the arrays of an index fit together: the loops check nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.scan import ceilings, signatures
from hyperquery.scan.holders import AXES, TRIGRAMS
from hyperquery.scan.holdings import most_words
from hyperquery.scan.order import BLOCK
from hyperquery.scan.tree import BRANCHES


def check_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Check names, types, shapes, and that what points into another array stays inside it.

    Raises:
        ValueError: Naming the first array that does not fit.
    """
    points = arrays.get("points")
    if points is None or points.ndim != 2 or not points.size:
        raise ValueError("the array points is missing or empty")
    n, d = points.shape
    blocks = -(-n // BLOCK)
    above = max(0, arrays.get("tree_part_starts", np.zeros(1, np.int64)).size - 1)
    balls = blocks + above
    roots = arrays.get("tree_roots", np.zeros(0, np.int32)).size
    words = max(0, arrays.get("spellings_starts", np.zeros(1, np.int64)).size - 1)
    slots = 1 if arrays.get("ceilings", np.zeros(0)).shape[:1] == (1,) else ceilings.SLOTS
    holding = arrays.get("held_entries", np.zeros(0)).size > 0
    expected = {
        "order": (np.int32, (n,)),
        "points": (np.float32, (n, d)),
        "curvature": (np.float32, (1,)),
        "balls_centres": (np.float32, (balls, d)),
        "balls_times": (np.float32, (balls,)),
        "balls_radii": (np.float32, (balls,)),
        "balls_spreads": (np.float32, (balls,)),
        "tree_parts": (np.int32, (balls - roots,)),
        "tree_part_starts": (np.int64, (above + 1,)),
        "tree_roots": (np.int32, (roots,)),
        "codes_pairs": (np.uint8, (blocks, (d + 1) // 2, BLOCK)),
        "codes_squares": (np.float32, (n,)),
        "codes_scales": (np.float32, (blocks,)),
        "codes_errors": (np.float32, (blocks,)),
        "held_entries": _integers(arrays, "held_entries"),
        "held_heads": (np.uint32, (n + 1, 3)),
        "spellings_trigrams": _integers(arrays, "spellings_trigrams"),
        "spellings_starts": (np.int64, (words + 1,)),
        "spellings_forms": (np.uint32, (words,)),
        "signatures": (np.uint64, (signatures.SLOTS * holding, signatures.chunks_for(blocks))),
        "ceilings": (np.uint8, (slots, blocks)),
        "holders": (np.uint64, (blocks, (TRIGRAMS + AXES) * holding)),
    }
    for name, (kind, shape) in expected.items():
        array = arrays.get(name)
        if array is None or array.dtype != kind or array.shape != shape:
            raise ValueError(f"the array {name} is missing or does not fit {n} rows of {d} numbers")
        if array.dtype == np.float32 and not np.isfinite(array).all():
            raise ValueError(f"the array {name} is not finite")
    _check_tree(arrays["tree_parts"], arrays["tree_part_starts"], arrays["tree_roots"], blocks)
    if (np.bincount(np.clip(arrays["order"], -1, n) + 1, minlength=n + 2)[1:-1] != 1).any():
        raise ValueError("the array order is not a permutation")
    _check_held(arrays, words)


def _integers(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> tuple[type, tuple[int, ...]]:
    """Return the type and shape of an array of as many integers as there are, in 16 or 32 bits."""
    array = arrays.get(name, np.zeros(0, np.uint16))
    return (np.uint16 if array.dtype == np.uint16 else np.uint32), (array.size,)


def _check_held(arrays: Mapping[str, npt.NDArray[Any]], words: int) -> None:
    """Check that runs follow each other, that every word is spelled, and that places ascend."""
    entries, heads = arrays["held_entries"], arrays["held_heads"]
    starts = arrays["spellings_starts"]
    for name, ends, size in (
        ("held_heads", heads.ravel(), entries.size),
        ("spellings_starts", starts, arrays["spellings_trigrams"].size),
    ):
        if ends[0] != 0 or ends[-1] != size or (ends[1:] < ends[:-1]).any():
            raise ValueError(f"the array {name} does not fit")
    if heads[-1, 0] != entries.size:
        raise ValueError("the array held_heads does not fit")
    if not 0 <= most_words(entries, heads) <= words:
        raise ValueError("the array held_entries does not fit")


def _check_tree(
    parts: npt.NDArray[Any], starts: npt.NDArray[Any], roots: npt.NDArray[Any], blocks: int
) -> None:
    """Check that every ball is a root or part of one other, which comes after it."""
    above = len(starts) - 1
    counts = np.diff(starts)
    inside = starts[0] == 0 and starts[-1] == starts.max() == len(parts) and starts.min() == 0
    if not (inside and counts.min(initial=1) > 0 and counts.max(initial=1) <= BRANCHES):
        raise ValueError("the array tree_part_starts does not fit")
    owners = np.repeat(np.arange(blocks, blocks + above), counts)
    once = np.sort(np.concatenate([parts, roots])) == np.arange(blocks + above)
    if not (once.all() and (parts < owners).all()):
        raise ValueError("the array tree_parts does not fit")
