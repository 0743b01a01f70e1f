"""The parsing loop and Lark's own, over the one grammar file, read every query alike."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from lark import Lark, Token, Transformer, Tree
from lark import logger as lark_logger

from hyperquery.query import Query, QueryError, QuerySyntaxError, actions, parse
from hyperquery.query.grammar import grammar_text, tables
from hyperquery.testing.expressions import expressions


class Actions(Transformer[Token, Query]):
    """The actions of the grammar, called by Lark."""

    def __default__(self, data: str, children: list[object], meta: object) -> object:
        if hasattr(actions, data):
            return getattr(actions, data)([self._plain(child) for child in children])
        return Tree(data, children)

    @staticmethod
    def _plain(child: object) -> object:
        return str(child) if isinstance(child, Token) else child


lark = Lark(grammar_text(), parser="lalr", lexer="contextual", start="query", keep_all_tokens=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_lark_reads_the_same(query: Query) -> None:
    assert Actions().transform(lark.parse(str(query))) == query


@pytest.mark.parametrize(
    "text",
    [
        "Fire TV stick with Alexa but not remote",
        "a - b XOR 2 of (c, -d, e f^2) & {} | *",
        "price < 5 brand = X y:[1 TO *} z:(a OR b) w:>=5 -v!=5",
        "a AND kindle",
        'salt \\and pepper "x y"',
    ],
)
def test_lark_reads_other_spellings_the_same(text: str) -> None:
    assert Actions().transform(lark.parse(text)) == parse(text)


@pytest.mark.parametrize("text", ["AND kindle", "kindle AND", "NOT", "a OR OR b", "OR", "(AND)"])
def test_a_connective_is_never_a_word(text: str) -> None:
    """Lark's contextual lexer would take AND for a word wherever no operator can stand."""
    with pytest.raises(QuerySyntaxError):
        parse(text)


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    level = lark_logger.level
    try:
        lark_logger.setLevel(logging.DEBUG)
        lark_logger.propagate = True
        with caplog.at_level(logging.DEBUG, logger=lark_logger.name):
            Lark(grammar_text(), parser="lalr", lexer="contextual", start="query", debug=True)
    finally:
        lark_logger.setLevel(level)
    assert not [record for record in caplog.messages if "conflict" in record.lower()]


def test_every_rule_of_the_grammar_has_an_action() -> None:
    used = {rule.alias for rule in lark.rules if rule.alias}
    made = {
        name
        for name, value in vars(actions).items()
        if callable(value) and getattr(value, "__module__", "") == actions.__name__
    }
    public = {name for name in made if not name.startswith("_")} - {"unescaped"}
    assert used == public
    assert set(actions.CHECKS) <= used


def test_tables_are_built_once() -> None:
    assert tables() is tables()
    assert tables(single_words=True) is not tables()


def test_errors_of_actions_are_syntax_errors_with_a_place() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("fire AND (x OR price:[9 TO 1])")
    assert caught.value.column == 16
    with pytest.raises(QueryError):
        actions.boosted([parse("a"), "^0"])
