"""The page about the language tells the truth."""

import re
from pathlib import Path

import pytest

from hyperquery.query import parse

PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def rows() -> list[tuple[str, str]]:
    """The rows of the tables whose first columns are "You write" and "Canonical form"."""
    found, wanted = [], False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells[:2] == ["You write", "Canonical form"]:
            wanted = True
        elif not cells:
            wanted = False
        elif wanted and not set(cells[0]) <= {"-"}:
            found.append((cells[0], cells[1]))
    return [(_code(text), _code(canonical)) for text, canonical in found]


def _code(cell: str) -> str:
    return cell.strip("`").replace("\\|", "|")


@pytest.mark.parametrize(("text", "canonical"), rows())
def test_row_of_a_table(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical


def test_there_are_rows() -> None:
    assert len(rows()) > 40


def test_connectives_of_the_summary_are_connectives() -> None:
    summary = PAGE.read_text(encoding="utf-8").split("## Summary")[1].split("The one source")[0]
    for symbol in ("OR", "|", "||", "XOR", "AND", "WITH", "&", "&&", "EXCEPT", "BUT NOT", "-"):
        assert f'"{symbol}"' in summary
        assert parse(f"a {symbol} b").terms == ("a", "b")
