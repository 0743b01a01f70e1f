"""``hyperquery shell``: one query after the other, with history, completion and highlighting."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hyperquery.cli.engines import opened
from hyperquery.cli.exits import say
from hyperquery.cli.options import EngineFolder, HitCount

HISTORY = "HYPERQUERY_HISTORY"
"""The environment variable that names the file of the history."""


def shell(engine: EngineFolder = None, k: HitCount = 10) -> None:
    """Ask one query after the other; Tab completes, :help lists the commands, Ctrl-D ends.

    The history is in ~/.hyperquery_history, or the file that HYPERQUERY_HISTORY names. Without a
    terminal, the lines of standard input are answered.
    """
    from hyperquery.cli.shell.conversation import Conversation

    if not sys.stdin.isatty():
        conversation = Conversation(opened(engine), k)
        for line in sys.stdin:
            if not conversation.answer(line.strip()):
                break
        return
    from hyperquery.cli.shell.prompt import converse

    conversation = Conversation(opened(engine), k)
    say(f"{conversation.engine!r}; :help lists the commands, Ctrl-D ends")
    converse(conversation, history_file())


def history_file() -> Path:
    """Return where the history is kept."""
    named = os.environ.get(HISTORY)
    return Path(named) if named else Path.home() / ".hyperquery_history"
