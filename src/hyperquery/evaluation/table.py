"""Tables of figures as aligned text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean, stdev


def cell(values: Sequence[float], digits: int = 3) -> str:
    """Return the mean over seeds, with the standard deviation where there are several.

    Examples:
        >>> cell([0.625]), cell([0.61, 0.63]), cell([116.2, 118.4], digits=0), cell([])
        ('0.625', '0.620 ±0.014', '117 ±2', '')
    """
    if not values:
        return ""
    spread = f" ±{stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{fmean(values):.{digits}f}{spread}"


def p_cell(p_value: float) -> str:
    """Return a p-value as people read it.

    Examples:
        >>> p_cell(0.0312), p_cell(0.0002)
        ('0.03', '<0.001')
    """
    if p_value < 0.001:
        return "<0.001"
    return f"{p_value:.3f}" if p_value < 0.01 else f"{p_value:.2f}"


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column is aligned left and whose others are aligned right.

    Examples:
        >>> print(aligned(["system", "NDCG"], [["BM25", "0.608"], ["ours", "0.629 ±0.004"]]))
        system          NDCG
        BM25           0.608
        ours    0.629 ±0.004
    """
    lines = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
