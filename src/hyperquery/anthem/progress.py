"""How far long work has come, on standard error: a bar in a terminal, elsewhere plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tqdm import tqdm

_BETWEEN = 30.0  # seconds from one plain line to the next


class Bar(Protocol):
    """What tells how far a stage has come; a tqdm bar is one."""

    def update(self, n: int = 1) -> Any:
        """Count some more units as done."""

    def set_postfix(self, ordered_dict: Mapping[str, object], refresh: bool) -> None:
        """Set what is shown beside the count from the next time on."""

    def close(self) -> None:
        """End the stage."""


def bar(stage: str, total: int, unit: str, *, shown: bool, done: int = 0) -> Bar:
    """Begin a stage whose steps are counted.

    Args:
        stage: what is being done.
        total: how many units it has.
        unit: one of them, in words.
        shown: whether to say anything at all.
        done: units that are done already.
    """
    if shown and sys.stderr is not None and not sys.stderr.isatty():
        return _Lines(stage, total, unit, done)
    quiet = not shown or sys.stderr is None
    shown_as: Bar = tqdm(total=total, initial=done, desc=stage, unit=unit, disable=quiet)
    return shown_as


def note(text: str, *, shown: bool) -> None:
    """Say that a stage begins whose steps are not counted."""
    if shown and sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


class _Lines:
    """A stage as lines of a log: one at its beginning, and one now and then."""

    def __init__(
        self,
        stage: str,
        total: int,
        unit: str,
        done: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stage, self._whole, self._done = stage, f"{total:,} {unit}s", done
        self._beside: Mapping[str, object] = {}
        self._clock, self._last = clock, clock()
        note(f"{stage}: {self._whole}{f', {done:,} done' if done else ''}", shown=True)

    def update(self, n: int = 1) -> None:
        self._done += n
        if self._clock() - self._last >= _BETWEEN:
            self._last = self._clock()
            beside = "".join(f", {name} {value}" for name, value in self._beside.items())
            note(f"{self._stage}: {self._done:,} of {self._whole}{beside}", shown=True)

    def set_postfix(self, ordered_dict: Mapping[str, object], refresh: bool) -> None:
        self._beside = dict(ordered_dict)

    def close(self) -> None:
        pass
