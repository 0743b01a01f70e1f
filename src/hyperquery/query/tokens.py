"""A text taken apart into the tokens of the language, for highlighting and completion."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from hyperquery.query.grammar import UNREADABLE, Reduction, Tables, tables
from hyperquery.query.machine import fits

_CONNECTIVES = ("AND", "OR", "XOR", "NOT")
_words = re.compile(r"\(\?ai:([a-z|]+)")


class Token(NamedTuple):
    """A token at its place.

    Attributes:
        kind: its name in the grammar; empty for a character that begins no token.
        start: where it begins in the text.
        end: where it ends.
        fits: whether it can stand there.
    """

    kind: str
    start: int
    end: int
    fits: bool


def tokens(text: str) -> list[Token]:
    """Take a text apart, whether it is a query or not.

    A token that fits nowhere is passed over, and what follows is read as if it were not there.

    >>> [(token.kind, token.fits) for token in tokens("tea AND OR pot")]
    [('TERM', True), ('AND', True), ('OR', False), ('TERM', True)]
    >>> [token.kind for token in tokens("price<100")]
    ['FIELD', 'LIMIT', 'NUMBER']
    """
    known = tables()
    states = [known.start]
    position = len(text) - len(text.lstrip())
    found = []
    while position < len(text):
        match = known.scanners[states[-1]](text, position)
        kind = (match.lastgroup if match else None) or UNREADABLE
        start, position = position, match.end() if match else position + 1
        end = match.end(kind) if match and kind else position
        taken = kind != UNREADABLE and fits(known, states, kind)
        if taken:
            _take(known, states, kind)
        if kind != UNREADABLE or not text[start].isspace():
            found.append(Token(kind, start, end, taken))
    return found


def _take(known: Tables, states: list[int], kind: str) -> None:
    """Take a token that fits: apply the rules that it completes, then go on to its state."""
    target = known.rows[states[-1]][kind]
    while isinstance(target, Reduction):
        del states[-target.size :]
        states.append(known.go_to(states[-1], target.symbol))
        target = known.rows[states[-1]][kind]
    states.append(target)


@cache
def connectives() -> tuple[str, ...]:
    """Return the words that connect terms, in capitals, as the grammar has them.

    >>> connectives()
    ('AND', 'WITH', 'OR', 'XOR', 'NOT', 'WITHOUT', 'EXCEPT')
    """
    patterns = tables().patterns
    words = []
    for kind in _CONNECTIVES:
        alternatives = _words.search(patterns[kind])
        assert alternatives is not None, "a connective is a choice of words"
        words += [
            word.upper()
            for word in alternatives[1].split("|")
            if re.fullmatch(patterns[kind], word)  # not "but", which needs another word
        ]
    return tuple(words)
