"""What can follow: commands, connectives, fields and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from hyperquery.cli.shell.conversation import COMMANDS
from hyperquery.query.tokens import connectives

if TYPE_CHECKING:
    from hyperquery.engine import Engine

_MOST_VALUES: Final = 1_000
_condition = re.compile(r"""([^\W\d][\w.\-]*)(?::|!?=)("[^"]*|[^\s"()]*)\Z""")
_word = re.compile(r"[^\s()\"]*\Z")
_plain = re.compile(r"[^\W\d][\w\-]*")


class QueryCompleter(Completer):
    """Completes queries over an engine's catalog, and the shell's commands.

    Args:
        engine: whose fields and values to offer.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._values = lru_cache(maxsize=64)(self._frequent_values)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield what can stand in place of the word before the cursor."""
        text = document.text_before_cursor
        if text.startswith(":") and " " not in text:
            return _beginning(text, (command.partition(" ")[0] for command in COMMANDS))
        if text.startswith(":facets "):
            return _beginning(_last_word(text), self._engine.catalog.schema.kinds)
        condition = _condition.search(text)
        if condition and condition[1] in self._engine.catalog.schema.kinds:
            return self._of_field(condition[1], condition[2])
        return self._words(_last_word(text))

    def _words(self, word: str) -> Iterator[Completion]:
        if not word:
            return
        yield from _beginning(word, connectives(), "connective")
        kinds = self._engine.catalog.schema.kinds
        fields = [f"{name}<" if kind is float else f"{name}:" for name, kind in kinds.items()]
        yield from _beginning(word, fields, "field")

    def _of_field(self, field: str, written: str) -> Iterator[Completion]:
        begun = written.removeprefix('"').casefold()
        for value, count in self._values(field):
            if value.casefold().startswith(begun):
                text = value if _plain.fullmatch(value) and written[:1] != '"' else _quoted(value)
                yield Completion(
                    text, -len(written), display=value, display_meta=f"{count:,} products"
                )

    def _frequent_values(self, field: str) -> tuple[tuple[str, int], ...]:
        """Return the values of a field, the most frequent first; of a path, its levels."""
        from hyperquery.engine.facets import LEVELS
        from hyperquery.engine.tables import PATH_FIELD

        counts: dict[str, int] = {}
        for value, count in self._engine.facets("*", field, _MOST_VALUES).items():
            name = str(value)
            if field == PATH_FIELD:
                name = name.rpartition(LEVELS)[2]
            counts[name] = counts.get(name, 0) + count
        return tuple(counts.items())


def _beginning(word: str, offered: Iterable[str], meta: str = "") -> Iterator[Completion]:
    for text in offered:
        if text.casefold().startswith(word.casefold()):
            yield Completion(text, -len(word), display_meta=meta)


def _last_word(text: str) -> str:
    match = _word.search(text)
    return match[0] if match else ""


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
