"""What the shell answers: queries, and commands that begin with a colon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from hyperquery.cli.exits import say
from hyperquery.cli.output import aligned, write_text
from hyperquery.errors import HyperqueryError, QueryError

if TYPE_CHECKING:
    from hyperquery.engine import Engine

COMMANDS: Final[Mapping[str, str]] = {
    ":explain ID": "why that product is where it is for the last query",
    ":facets FIELD": "what the last query matches, by the values of a field",
    ":where QUERY": "only products that match this take part; without a query, all do",
    ":k N": "the most hits to show",
    ":help": "this list",
    ":quit": "end, as Ctrl-D does",
}


class Conversation:
    """An engine that is asked one line after the other.

    Args:
        engine: to ask.
        k: the most hits to show.

    Attributes:
        engine: likewise.
        k: likewise; ``:k`` changes it.
        where: which products take part, or None for all; ``:where`` changes it.
        last: the last query, empty before the first.
    """

    def __init__(self, engine: Engine, k: int = 10) -> None:
        self.engine = engine
        self.k = k
        self.where: str | None = None
        self.last = ""
        self._commands: dict[str, Callable[[str], None]] = {
            ":explain": self._explain,
            ":facets": self._facets,
            ":where": self._only,
            ":k": self._most,
            ":help": self._help,
        }

    def answer(self, line: str) -> bool:
        """Answer a line: results on standard output, errors on standard error.

        Returns:
            Whether to go on.
        """
        name, _, argument = line.partition(" ")
        if name in (":quit", ":q"):
            return False
        try:
            if not line.startswith(":"):
                self._search(line)
            elif name in self._commands:
                self._commands[name](argument.strip())
            else:
                raise QueryError(f"there is no command {name}; :help lists them")
        except HyperqueryError as error:
            say(f"error: {error}")
        return True

    def _search(self, query: str) -> None:
        if not query:
            return
        results = self.engine.search(query, self.k, self.where)
        self.last = query
        write_text(str(results), bold_first=True)

    def _explain(self, product_id: str) -> None:
        write_text(str(self.engine.explain(self._asked(), product_id)), bold_first=True)

    def _facets(self, field: str) -> None:
        counts = self.engine.facets(self._asked(), field, where=self.where)
        rows = [[f"{count:,}", str(value)] for value, count in counts.items()]
        if rows:
            write_text(aligned(rows))

    def _only(self, query: str) -> None:
        if query:
            self.engine.matches(query)  # an error leaves the condition before
        self.where = query or None
        say(f"only {query}" if query else "all products")

    def _most(self, number: str) -> None:
        if not number.isdecimal() or int(number) < 1:
            raise QueryError(f":k takes a whole number of at least 1, not {number or 'nothing'}")
        self.k = int(number)
        say(f"at most {self.k:,} hits")

    def _help(self, argument: str) -> None:
        write_text(aligned([[command, meaning] for command, meaning in COMMANDS.items()]))

    def _asked(self) -> str:
        if not self.last:
            raise QueryError("there is no last query yet: ask one first")
        return self.last
