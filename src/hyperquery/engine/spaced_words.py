"""Texts in the form in which they are compared: their words, between spaces."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.anthem.text import words


def spaced(text: str) -> str:
    """Return a text's words with a space before, between and after them, a space if it has none.

    Examples:
        >>> spaced("Crème-brûlée!")
        ' creme brulee '
    """
    return " ".join(("", *words(text), ""))


def spaced_column(texts: Any) -> Any:
    """Return :func:`spaced` of each text of a pyarrow array or chunked array, null where null.

    Examples:
        >>> spaced_column(pa.array(["Crème-brûlée!", "10.1 inch", None])).to_pylist()
        [' creme brulee ', ' 10 1 inch ', None]
    """
    others = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    # Of a text in ASCII the words are runs of letters and digits, which a pattern finds.
    space, nothing = pa.scalar(" ", texts.type), pa.scalar("", texts.type)
    padded = pc.binary_join_element_wise(space, pc.ascii_lower(texts), space, nothing)
    found = pc.replace_substring_regex(padded, pattern="[^a-z0-9]+", replacement=" ")
    if not pc.any(others).as_py():
        return found
    known = _Words()
    by_words = [known.spaced(text) for text in texts.filter(others).to_pylist()]
    mask = others.combine_chunks() if isinstance(others, pa.ChunkedArray) else others
    return pc.replace_with_mask(found, mask, pa.array(by_words, found.type))


class _Words(dict[str, str]):
    """The words of each run of characters without white space, which many texts share."""

    def __missing__(self, run: str) -> str:
        found = self[run] = " ".join(words(run))
        return found

    def spaced(self, text: str) -> str:
        # White space ends words, and nothing before it changes the words after it.
        return " ".join(("", *filter(None, map(self.__getitem__, text.split())), ""))
