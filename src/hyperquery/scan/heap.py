"""The k smallest of the numbers seen so far, in a compiled heap with the largest on top."""

from __future__ import annotations

from typing import Any

from hyperquery.scan.compiled import compiled


@compiled
def replace_largest(heap: Any, value: Any) -> None:
    """Put a number into a full heap, (k,), in place of the largest, if it is smaller.

    Examples:
        >>> import numpy as np
        >>> heap = np.full(2, np.inf, np.float32)
        >>> for value in (5.0, 3.0, 4.0):
        ...     replace_largest(heap, value)
        >>> heap.tolist()
        [4.0, 3.0]
    """
    if not value < heap[0]:
        return
    size, hole = len(heap), 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= value:
            break
        heap[hole] = heap[child]
        hole = child
    heap[hole] = value
