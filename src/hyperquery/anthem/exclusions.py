"""What a title says that its product is without, and so is no sign of it.

A "belt strap without buckle" is what `belt without buckle` asks for, and that query leaves out what
is near to *buckle*. So such a title is read as if it did not name a buckle at all.
"""

from __future__ import annotations

import re

# Marks that are written after their letters, and signs of other scripts, are in words.
_LETTER = r"(?:[^\W\d_]|[^\x00-\x7f\s–—…“”（），、。【】])"
_WORD = rf"{_LETTER}(?:{_LETTER}|['’-](?={_LETTER})){{0,40}}(?!\w)"  # "multi-tool" is one
_SMALL = r"(?:and|as|at|but|by|for|from|in|of|on|or|plus|to|with)\b"
_END = rf"(?=\s*(?:$|[^\w\s'’-]|-\s|\d)|\s+{_SMALL})"  # of what is excluded
_AFTER = re.compile(
    rf"\b(without|w/o)(?:\s+(?:an?|any|the))?\s+(?!{_SMALL}){_WORD}(?:\s+(?!{_SMALL}){_WORD}{_END})?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b{_WORD}(?=[\s(]*(?:\b(?:is|are)\s+)?\bnot included\b(?!\s*\w))", re.IGNORECASE
)


def without_exclusions(title: str) -> str:
    """Return a title less the words that it says its product is without.

    These are the word after *without* or *w/o*, or two if a sign, a number, a word such as *and* or
    the end follows, and the word before *not included*.

    Examples:
        >>> without_exclusions("Fire 7 tablet, without lockscreen ads, black")
        'Fire 7 tablet, without, black'
        >>> without_exclusions("Sink drain w/o overflow brushed nickel (sink not included)")
        'Sink drain w/o brushed nickel ( not included)'
    """
    lower = title.lower()
    if "without" in lower or "w/o" in lower:
        title = _AFTER.sub(r"\1", title)
    return _BEFORE.sub("", title) if "not included" in lower else title
