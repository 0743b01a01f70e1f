"""Texts in the form in which they are compared: their words, between spaces."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.anthem.text import words

# In a text in lower case: of a text in ASCII the words are the runs of all other characters.
_BETWEEN = r"[\x00-/:-`{-\x7f]"


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
    return pc.replace_substring_regex(parted(texts), pattern=f"{_BETWEEN}+", replacement=" ")


def parted(texts: Any) -> Any:
    """Return texts in which their words stand, with ASCII signs before, between and after them.

    This is quicker to make than :func:`spaced_column`, and enough for :func:`in_a_row`.

    Args:
        texts: pyarrow array or chunked array.

    Examples:
        >>> parted(pa.array(["Crème-brûlée!", "10.1 inch", None])).to_pylist()
        [' creme brulee ', ' 10.1 inch ', None]
    """
    others = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    space, nothing = pa.scalar(" ", texts.type), pa.scalar("", texts.type)
    found = pc.binary_join_element_wise(space, pc.ascii_lower(texts), space, nothing)
    if not pc.any(others).as_py():
        return found
    known = _Words()
    by_words = [known.spaced(text) for text in texts.filter(others).to_pylist()]
    mask = others.combine_chunks() if isinstance(others, pa.ChunkedArray) else others
    return pc.replace_with_mask(found, mask, pa.array(by_words, found.type))


def in_a_row(parted_texts: Any, text: str) -> Any:
    """Return which texts hold a text's words in a row, whatever case or accents, as booleans.

    Args:
        parted_texts: of :func:`parted`.
        text: the words to find.

    Examples:
        >>> in_a_row(parted(pa.array(["a CRÈME-brûlée", "creme"])), "Creme Brulee").to_pylist()
        [True, False]
    """
    pattern = f"{_BETWEEN}+".join(("", *words(text))) + _BETWEEN
    return pc.match_substring_regex(parted_texts, pattern)


class _Words(dict[str, str]):
    """The words of each run of characters without white space, which many texts share."""

    def __missing__(self, run: str) -> str:
        found = self[run] = " ".join(words(run))
        return found

    def spaced(self, text: str) -> str:
        # White space ends words, and nothing before it changes the words after it.
        return " ".join(("", *filter(None, map(self.__getitem__, text.split())), ""))
