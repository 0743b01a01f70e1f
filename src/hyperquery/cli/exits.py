"""How a command ends: which errors are messages, and with which exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, Final

import typer
from typer.core import TyperGroup

from hyperquery.errors import HyperqueryError

FAILED: Final = 1
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
"""What a shell reports of a program that SIGINT, or SIGPIPE, has ended."""

_EXTRAS: Final = {
    "matplotlib": "plot",
    "ir_measures": "bench",
    "prompt_toolkit": "cli",
    "rich": "cli",
}
"""Which extra brings a package that some commands need."""


class Commands(TyperGroup):
    """The commands, whose expected errors are messages on standard error."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for; end with the exit code for what went wrong."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except HyperqueryError as error:
            failed(error)
        except BrokenPipeError:
            # Whoever reads has had enough. What is still unwritten must not fail at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(CLOSED_PIPE) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except ImportError as error:
            missing = error.name or getattr(error.__cause__, "name", None) or ""
            package = missing.partition(".")[0]
            if package not in _EXTRAS:
                raise
            say(f"this command needs {package}: pip install 'hyperquery[{_EXTRAS[package]}]'")
            raise typer.Exit(FAILED) from None
        return result


def say(message: object) -> None:
    """Write a message for people, on standard error."""
    print(message, file=sys.stderr)


def failed(error: HyperqueryError) -> None:
    """Say what went wrong, and end with its exit code.

    Raises:
        Exit: Always.
    """
    say(f"error: {error}")
    raise typer.Exit(FAILED) from None
