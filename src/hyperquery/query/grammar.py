"""From the grammar file to the tables that the parser runs on.

Lark reads `grammar/query.lark`, checks it and computes the LALR(1) tables. Its own parsing loop
is general and costs about as much as luqum's, so `parser.py` runs a leaner one over the same
tables; the tests run both and compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from hyperquery.query.schema import Schema

END = "$END"
"""The token at the end of the text."""

UNREADABLE = ""
"""The token where the text matches no token of the grammar."""

_INSIDE_CONDITIONS = frozenset(
    ("COLON", "EQUALS", "NOT_EQUALS", "LIMIT", "WORD", "NUMBER", "OPEN", "CLOSE", "TO", "STAR")
)

# Lark evaluates literals with `ast`, which in Python 3.11 must not be called from several threads
# at once: "AST constructor recursion depth mismatch".
_BUILDING = Lock()

Match = Callable[[str, int], "re.Match[str] | None"]
Action = Callable[[list[Any]], Any]
Check = Callable[[Schema, list[Any]], None]
Place = tuple[int, str, str]


class Reduction(NamedTuple):
    """A rule to apply: how many values it takes, what it yields, and how.

    Attributes:
        size: How many values the rule takes.
        symbol: The symbol that it makes of them.
        action: Makes the value; None for a rule that passes its only value on.
        check: Raises if the values do not suit the schema; None if any do.
    """

    size: int
    symbol: str
    action: Action | None
    check: Check | None


Rows = dict[int, dict[str, int | Reduction]]


class Tables(NamedTuple):
    """LALR(1) tables and scanners; states are numbers.

    Attributes:
        start: The first state.
        accepting: The state in which a whole query has been read.
        rows: For each state, what to do on a symbol: go to a state, or reduce.
        scanners: For each state, a function that matches the next token. The names of the
            tokens are those of the grammar.
        patterns: The regular expression of each terminal.
        after: Where `follow` led before.
    """

    start: int
    accepting: int
    rows: Rows
    scanners: dict[int, Match]
    patterns: dict[str, str]
    after: dict[Place, int]

    def follow(self, place: Place) -> int:
        """The state after a symbol was made, once all rules that only pass it on are applied.

        The layers of precedence are such rules, five for each term. Remembering where they
        lead halves the time of a parse.

        Args:
            place: The state below the symbol, the symbol, and the token that comes next.
        """
        below, symbol, token = place
        state = self.go_to(below, symbol)
        step = self.rows[state].get(token)
        while isinstance(step, Reduction) and step.action is None:
            state = self.go_to(below, step.symbol)
            step = self.rows[state].get(token)
        self.after[place] = state
        return state

    def go_to(self, below: int, symbol: str) -> int:
        """The state after a symbol was made on top of a state."""
        state = self.rows[below][symbol]
        assert isinstance(state, int), "symbols that rules make lead to states"
        return state


def grammar_text() -> str:
    """The grammar: the packaged copy, or the one in the source tree.

    >>> "conjunction" in grammar_text()
    True
    """
    packaged = files("hyperquery") / "grammar" / "query.lark"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    checkout = Path(__file__).parents[3] / "grammar" / "query.lark"
    return checkout.read_text(encoding="utf-8")


def tables(*, single_words: bool = False) -> Tables:
    """Return the tables, built once a process for each way of reading adjacent words.

    Args:
        single_words: Read every word as a term of its own, rather than words side by side as
            one term.
    """
    with _BUILDING:
        return built(single_words)


@cache
def built(single_words: bool) -> Tables:
    """Build the tables, in one thread at a time."""
    from lark import Lark
    from lark.grammar import Rule

    from hyperquery.query import actions

    lark = Lark(grammar_text(), parser="lalr", lexer="contextual", start="query")
    conf = lark.parse_interactive("").parser_state.parse_conf
    patterns = {terminal.name: terminal.pattern.to_regexp() for terminal in lark.terminals}
    if single_words:
        patterns["TERM"] = patterns["WORD"]
    rows: Rows = {}
    for state, row in conf.states.items():
        rows[state] = {
            symbol: _reduction(target, actions) if isinstance(target, Rule) else target
            for symbol, (_, target) in row.items()
        }
    scanners = _scanners(rows, patterns)
    return Tables(conf.start_state, conf.end_state, rows, scanners, patterns, {})


def _reduction(rule: Any, actions: Any) -> Reduction:
    action = getattr(actions, rule.alias) if rule.alias else None
    check = actions.CHECKS.get(rule.alias)
    return Reduction(len(rule.expansion), rule.origin.name, action, check)


def _scanners(rows: Rows, patterns: dict[str, str]) -> dict[int, Match]:
    """A scanner for each state.

    Between and before operands, any token of the language is recognised, so that a misplaced
    one is reported by its name. Inside a field condition only the tokens that can come next
    are: there `100` is a number and `Amazon` a word, not the start of a longer term.
    """
    outside = frozenset(patterns.keys() - _INSIDE_CONDITIONS)
    compiled: dict[frozenset[str], Match] = {}
    scanners = {}
    for state, row in rows.items():
        names = frozenset(row.keys() & patterns.keys())
        if "TERM" in names or "OR" in names:
            names = outside
        if names not in compiled:
            compiled[names] = _scanner(names, patterns)
        scanners[state] = compiled[names]
    return scanners


def _scanner(names: frozenset[str], patterns: dict[str, str]) -> Match:
    # The white space after a token is part of its match, so that each token costs one match.
    alternatives = "|".join(
        f"(?P<{name}>{pattern})" for name, pattern in patterns.items() if name in names
    )
    return re.compile(rf"(?:{alternatives or '(?!)'})\s*").match
