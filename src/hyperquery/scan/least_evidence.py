"""The evidence that all rows of a ball have at least, and each point of a block."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hyperquery.scan.ceilings import highest_step
from hyperquery.scan.compiled import compiled, inlined
from hyperquery.scan.holders import AXES, TRIGRAMS
from hyperquery.scan.holdings import LEVELS, coordinate
from hyperquery.scan.order import BLOCK
from hyperquery.scan.signatures import SLOTS, may_hold

_ROUNDING: Final = np.float32(2.5e-7)  # of each sum of two shares, which is at most 1


@compiled
def bound_evidence(leaves: Any, rows: Any, least: Any) -> None:
    """Write the least evidence of the rows of each ball, (leaves, balls).

    Bits of blocks lie together for each trigram, so this takes little beside a search that looks at
    thousands of balls. What a ball's parts have at least is the least of theirs.

    Args:
        leaves: of a region.
        rows: of the segment.
        least: gets the evidence; 0 at first.
    """
    one, zero = np.uint64(1), np.float32(0.0)
    blocks = len(rows.codes.scales)
    asked, tree = leaves.asked, rows.tree
    for leaf in range(len(leaves.numbers)):
        term = asked.terms[leaf]
        if term.trigrams == term.trigrams_end or len(rows.signatures) == 0:
            continue
        for j in range(term.trigrams, term.trigrams_end):
            slot, share = asked.trigrams[j].position % SLOTS, asked.trigrams[j].share
            for chunk in range(rows.signatures.shape[1]):
                held, first = rows.signatures[slot, chunk], chunk * 64
                for i in range(min(64, blocks - first)):
                    least[leaf, first + i] += zero if held >> np.uint64(i) & one else share
        rounding = _ROUNDING * np.float32(term.trigrams_end - term.trigrams + 8)
        for block in range(blocks):
            least[leaf, block] = term.weight * max(least[leaf, block] - rounding, zero)
        for i in range(term.axes, term.axes_end):
            for block in range(blocks):
                axis = asked.axes[i]
                step = highest_step(rows.ceilings, block, axis.first, axis.steps)
                reached = coordinate(step, np.int64(axis.steps), axis.leaned)
                least[leaf, block] += axis.weight * (np.float32(1.0) - reached)
        for i in range(len(tree.part_starts) - 1):
            smallest = np.float32(np.inf)
            for part in range(tree.part_starts[i], tree.part_starts[i + 1]):
                smallest = min(smallest, least[leaf, tree.parts[part]])
            least[leaf, blocks + i] = smallest


@inlined
def bound_evidence_at_points(leaves: Any, rows: Any, block: int, leaf: int, least: Any) -> None:
    """Write the evidence that each point of a block has at least for a leaf, (leaves, BLOCK)."""
    asked, holders = leaves.asked, rows.holders
    term, one, zero = asked.terms[leaf], np.uint64(1), np.float32(0.0)
    least[leaf, :] = zero
    if term.trigrams == term.trigrams_end or len(rows.signatures) == 0:
        return
    for j in range(term.trigrams, term.trigrams_end):
        position, share = asked.trigrams[j].position, asked.trigrams[j].share
        held = holders[block, position % TRIGRAMS]
        if not may_hold(rows.signatures, block, position):
            held = np.uint64(0)
        for point in range(BLOCK):
            least[leaf, point] += zero if held >> np.uint64(point) & one else share
    rounding = _ROUNDING * np.float32(term.trigrams_end - term.trigrams + 8)
    for point in range(BLOCK):
        least[leaf, point] = term.weight * max(least[leaf, point] - rounding, zero)
    for i in range(term.axes, term.axes_end):
        axis, weight = asked.axes[i], asked.axes[i].weight
        held = holders[block, TRIGRAMS + axis.first // LEVELS % AXES]
        step = highest_step(rows.ceilings, block, axis.first, axis.steps)
        reached = coordinate(step, np.int64(axis.steps), axis.leaned)
        leaning = weight * (np.float32(1.0) - reached)
        for point in range(BLOCK):
            least[leaf, point] += leaning if held >> np.uint64(point) & one else weight
