from __future__ import annotations

import pytest

from hyperquery.cli.shell.conversation import Conversation


@pytest.fixture
def conversation(small_engine):
    return Conversation(small_engine, 3)


def test_queries_are_answered_as_python_prints_them(conversation, small_engine, capsys):
    assert conversation.answer("kettle AND NOT Acme")
    assert capsys.readouterr().out == f"{small_engine.search('kettle AND NOT Acme', 3)}\n"
    assert conversation.answer("")
    assert capsys.readouterr().out == ""


def test_commands_change_what_follows(conversation, small_engine, capsys):
    for line in (":k 2", ":where brand:Acme", "kettle", ":explain kettle1", ":facets brand"):
        assert conversation.answer(line)
    shown = capsys.readouterr()
    assert str(small_engine.search("kettle", 2, "brand:Acme")) in shown.out
    assert str(small_engine.explain("kettle", "kettle1")) in shown.out
    assert shown.out.splitlines()[-1].split() == ["2", "Acme"]
    assert shown.err.splitlines() == ["at most 2 hits", "only brand:Acme"]
    conversation.answer(":where")
    assert conversation.where is None


def test_help_lists_every_command(conversation, capsys):
    conversation.answer(":help")
    shown = capsys.readouterr().out
    for name in (":explain", ":where", ":k", ":help", ":quit"):
        assert name in shown


@pytest.mark.parametrize("line", [":quit", ":q"])
def test_the_end(conversation, line):
    assert not conversation.answer(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kettle AND", "  kettle AND\n            ^"),
        (":nothing", "there is no command :nothing"),
        (":k none", "not none"),
        (":k 0", "at least 1"),
        (":explain kettle1", "there is no last query yet"),
        (":where kettle AND", "expected a term after AND"),
        ("nothing:there", "there is no field nothing"),
    ],
)
def test_errors_are_messages_and_it_goes_on(conversation, capsys, line, message):
    assert conversation.answer(line)
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""
    assert (conversation.k, conversation.where) == (3, None)
