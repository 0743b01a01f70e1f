"""The prompt: one line after the other from a terminal."""

from __future__ import annotations

import os
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import ColorDepth

from hyperquery.cli.exits import say
from hyperquery.cli.shell.completion import QueryCompleter
from hyperquery.cli.shell.conversation import Conversation
from hyperquery.cli.shell.highlighting import STYLE, QueryLexer, problem

_PROMPT = "hyperquery> "


def converse(conversation: Conversation, history: Path) -> None:
    """Ask for lines and answer them, until Ctrl-D or ``:quit``; Ctrl-C empties the line.

    Args:
        conversation: that answers.
        history: the file of the lines that were asked; made if there is none.
    """
    schema = conversation.engine.catalog.schema
    session: PromptSession[str] = PromptSession(
        _PROMPT,
        history=_history(history),
        completer=QueryCompleter(conversation.engine),
        complete_while_typing=False,
        lexer=QueryLexer(),
        style=STYLE,
        color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
        bottom_toolbar=lambda: problem(get_app().current_buffer.text, schema),
    )
    while True:
        try:
            line = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if not conversation.answer(line.strip()):
            return


def _history(file: Path) -> History:
    """Return the history that a file keeps, or one for this time only if it cannot be used."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+", encoding="utf-8"):
            return FileHistory(str(file))
    except OSError as error:
        say(f"the history cannot be kept in {file} ({error})")
        return InMemoryHistory()
