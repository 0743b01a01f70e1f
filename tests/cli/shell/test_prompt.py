"""A session at the prompt, with a pipe in place of the keyboard."""

from __future__ import annotations

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from hyperquery.cli.shell.completion import QueryCompleter
from hyperquery.cli.shell.conversation import Conversation
from hyperquery.cli.shell.prompt import converse


@pytest.fixture
def typed(small_engine, tmp_path):
    """What types into a prompt until it ends."""

    def type_in(text, history=tmp_path / "history"):
        conversation = Conversation(small_engine, 2)
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_text(text)
            converse(conversation, history)
        return conversation

    return type_in


def test_lines_are_answered_and_kept(typed, tmp_path, capsys, small_engine):
    conversation = typed("kettle\n:k 1\ntent\n:quit\n")
    assert (conversation.last, conversation.k) == ("tent", 1)
    assert capsys.readouterr().out == (
        f"{small_engine.search('kettle', 2)}\n{small_engine.search('tent', 1)}\n"
    )
    kept = (tmp_path / "history").read_text(encoding="utf-8")
    assert [line for line in kept.splitlines() if line.startswith("+")] == [
        "+kettle", "+:k 1", "+tent", "+:quit"
    ]  # fmt: skip


def test_the_arrow_recalls_what_was_asked_before(typed):
    typed("kettle\n:quit\n")
    assert typed("\x1b[A\x1b[A\n\x04").last == "kettle"


def test_tab_completes(small_engine, tmp_path, monkeypatch):
    conversation, real = Conversation(small_engine, 2), QueryCompleter.get_completions
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):

        def then_enter(self, document, event):
            yield from real(self, document, event)
            keys.send_text("\n\x04")

        monkeypatch.setattr(QueryCompleter, "get_completions", then_enter)
        keys.send_text("kettle AND brand:Cr\t")
        converse(conversation, tmp_path / "history")
    assert conversation.last == "kettle AND brand:Crest"


def test_ctrl_c_empties_the_line_and_ctrl_d_ends(typed, capsys):
    assert typed("kettle AN\x03tent\n\x04").last == "tent"
    assert capsys.readouterr().err == ""


def test_a_history_that_cannot_be_kept_is_said_and_done_without(typed, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert typed("kettle\n\x04", tmp_path / "file" / "history").last == "kettle"
    assert "the history cannot be kept in" in capsys.readouterr().err
