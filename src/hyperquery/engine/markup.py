"""Noticing HTML in titles, whose names would be learned as words."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

# Only what text itself hardly ever says: R&D; stays text, and so does <3.
_MARKUP = r"(?i)&(#\d+|#x[0-9a-f]+|amp|quot|apos|lt|gt|nbsp|[a-z]+(uml|acute|grave|circ|tilde));|</?(b|i|u|em|strong|br|p|span|sup|sub|small|font|li|ul)( [^<>]*|/| /)?>"  # noqa: E501
_RARE = 0.01  # of the titles; so little hardly teaches anything


def markup_notice(titles: Any) -> str | None:
    """Return what to say about titles that hold HTML; None if hardly any does.

    Args:
        titles: of the products, in the catalog's order, a pyarrow array or chunked array.

    Examples:
        >>> import pyarrow as pa
        >>> print(markup_notice(pa.array(["<b>Fire</b> TV", "kettle"])))
        1 of 2 titles holds HTML, the first in row 1: '<b>Fire</b> TV'; ...
        >>> markup_notice(pa.array(["AT&T phone", "size <3"]))
    """
    found = pc.match_substring_regex(titles, _MARKUP)
    count = pc.sum(found).as_py() or 0
    if count <= _RARE * len(titles):
        return None
    row = pc.index(found, True).as_py()
    title = titles[row].as_py()
    shown = title if len(title) <= 60 else f"{title[:60]}…"
    return (
        f"{count:,} of {len(titles):,} titles {'holds' if count == 1 else 'hold'} HTML, the first "
        f"in row {row + 1}: {shown!r}; its names are learned as words: take tags out and turn "
        f"&amp; into & (html.unescape) before"
    )
