"""Queries in color while they are typed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from hyperquery.query import QuerySyntaxError, Schema, parse
from hyperquery.query.tokens import tokens

_CLASSES: Final = {
    **dict.fromkeys(("AND", "OR", "XOR", "NOT", "PLUS", "AT_LEAST", "TO"), "class:operator"),
    **dict.fromkeys(("EVERYTHING", "NOTHING", "STAR"), "class:operator"),
    **dict.fromkeys(("EQUALS", "NOT_EQUALS", "LIMIT", "COLON"), "class:comparison"),
    **dict.fromkeys(("NUMBER", "BOOST"), "class:number"),
    **dict.fromkeys(("LPAR", "RPAR", "OPEN", "CLOSE", "COMMA"), "class:bracket"),
    "FIELD": "class:field",
    "PHRASE": "class:phrase",
}

STYLE: Final = Style.from_dict(
    {
        "operator": "bold ansiblue",
        "comparison": "ansiblue",
        "number": "ansicyan",
        "bracket": "bold",
        "field": "ansimagenta",
        "phrase": "ansigreen",
        "command": "ansiyellow",
        "misplaced": "underline ansired",
        "bottom-toolbar": "noreverse ansired",
    }
)


def styled(text: str) -> StyleAndTextTuples:
    """Return a query in pieces, each with the class of its style.

    Examples:
        >>> styled("tea brand:Acme")
        [('', 'tea '), ('class:field', 'brand'), ('class:comparison', ':'), ('', 'Acme')]
    """
    pieces: StyleAndTextTuples = []

    def add(style: str, piece: str) -> None:
        if pieces and pieces[-1][0] == style:
            pieces[-1] = (style, pieces[-1][1] + piece)
        elif piece:
            pieces.append((style, piece))

    if text.startswith(":"):
        command, space, argument = text.partition(" ")
        return [("class:command", command + space), *styled(argument)]
    position = 0
    for token in tokens(text):
        add("", text[position : token.start])
        style = _CLASSES.get(token.kind, "") if token.fits else "class:misplaced"
        add(style, text[token.start : token.end])
        position = token.end
    add("", text[position:])
    return pieces


class QueryLexer(Lexer):
    """Colors each line as a query."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Return what gives the pieces of each line."""
        lines = document.lines
        return lambda number: styled(lines[number]) if number < len(lines) else []


def problem(text: str, schema: Schema) -> str:
    r"""Return what is wrong with a line in one line, empty if nothing is.

    Examples:
        >>> problem("tea AND", Schema(["brand"]))
        'expected a term after AND; for the word itself write \\AND (column 8)'
        >>> problem("tea AND pot", Schema(["brand"]))
        ''
    """
    if text.startswith(":where "):
        text = " " * len(":where ") + text.removeprefix(":where ")
    if not text.strip() or text.startswith(":"):
        return ""
    try:
        parse(text, fields=schema)
    except QuerySyntaxError as error:
        return f"{error.message} (column {error.column})"
    return ""
