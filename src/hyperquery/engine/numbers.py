"""Noticing columns that a few cells keep from being numbers."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.column_names import NAMED
from hyperquery.engine.kinds import Kind, kind_of

_PLAIN: Final = r"^\s*-?((0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?|\.[0-9]{1,12})\s*$"
# What people write for numbers: thousands in groups, a comma or a point, a currency.
_GROUPED: Final = (
    r"[0-9]{1,3}([.,'][0-9]{3}){1,4}([.,][0-9]{1,12})?|[0-9]{1,3}( [0-9]{3})+,[0-9]{1,2}"
)
_ALONE: Final = r"[0-9]{1,15}([.,][0-9]{1,12})?|[.,][0-9]{1,12}"
_CURRENCY: Final = r"\s*(\p{Sc}|[A-Z]{3})?\s*"
_MEANT: Final = rf"^{_CURRENCY}[-+]?({_ALONE}|{_GROUPED}){_CURRENCY}$"
_CODE: Final = r"^\s*-?(0[0-9]|[0-9]{16})"  # as numbers such cells would lose what they say
_MOST: Final = 0.9  # of the cells have to be meant as numbers


def number_notice(table: Any) -> str | None:
    """Return what to say about columns of text that nearly are numbers; None if there are none.

    Args:
        table: of a catalog.

    Examples:
        >>> print(number_notice(pa.table({"price": ["9.50", "12", "9,50"]})))
        the column 'price' is text, ...: 1 of 3 cells is not written like 9.50, the first in row 3: '9,50'; ...
        >>> number_notice(pa.table({"code": ["007", "12"], "size": ["7", "XL"]}))
    """  # noqa: E501
    told = [
        found
        for field in table.schema
        if field.name not in NAMED and kind_of(field) is Kind.TEXT
        for found in [_odd_cells(field.name, table[field.name])]
        if found
    ]
    if not told:
        return None
    return (
        f"{'; '.join(told)}; write all of them alike, without currency, and leave unknown ones "
        f"empty"
    )


def _odd_cells(name: str, cells: Any) -> str | None:
    """Say which cell of a column is no number, if the others are meant as such."""
    texts = cells.cast(pa.large_string())
    known = len(texts) - texts.null_count
    if _count(texts, _MEANT) <= _MOST * known or _count(texts, _CODE):
        return None
    plain = pc.match_substring_regex(texts, _PLAIN)
    odd = known - (pc.sum(plain).as_py() or 0)
    if not odd:
        return None
    row = pc.index(plain, False).as_py()
    return (
        f"the column {name!r} is text, which conditions cannot compare by size: {odd:,} of "
        f"{known:,} cells {'is' if odd == 1 else 'are'} not written like 9.50, the first in row "
        f"{row + 1}: {texts[row].as_py()!r}"
    )


def _count(texts: Any, pattern: str) -> int:
    return pc.sum(pc.match_substring_regex(texts, pattern)).as_py() or 0
