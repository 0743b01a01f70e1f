"""Being told to stop, and stopping between two steps rather than in one."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self


class TrainingInterrupted(KeyboardInterrupt):
    """A training that was told to stop and can go on from a checkpoint.

    Args:
        step: the last step that was taken.
        number: of the signal, SIGINT or SIGTERM.
    """

    def __init__(self, step: int, number: int) -> None:
        super().__init__(f"training interrupted after step {step}: fit again to go on from there")
        self.step = step
        self.number = number


class Interruption:
    """Notes SIGINT and SIGTERM while it is entered, in place of what they did before.

    The second signal does what it did before, so that nobody is kept from ending a process. In
    another thread than the main one, which alone can handle signals, nothing is noted.

    Attributes:
        number: of the signal that came, or None.

    Examples:
        >>> with Interruption() as interruption:
        ...     signal.raise_signal(signal.SIGINT)
        ...     interruption.number == signal.SIGINT
        True
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for which in (signal.SIGINT, signal.SIGTERM):
                self._before[which] = signal.signal(which, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self._restore()

    def _restore(self) -> None:
        while self._before:
            which, handler = self._before.popitem()
            signal.signal(which, handler)
