"""Running commands in this process, over the small engine saved to a folder."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hyperquery.cli.app import app
from tests.products import PRODUCTS

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """What runs a command: its arguments, and what it reads from standard input."""

    def invoke(*arguments: object, input: str | None = None) -> Any:
        result = CliRunner().invoke(app, [str(a) for a in arguments], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """The small catalog as a CSV file."""
    return write_csv(tmp_path / "products.csv", PRODUCTS)


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows under a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path
