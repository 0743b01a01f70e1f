"""How a term is read: as a facet in another form, and without slips of spelling.

Nothing is learned here. "tablet" is read as the category "Tablets", "led striplight" as "LED Strip
Lights", "kindel" as "kindle". A text that is a facet is always read as it is, a word that far more
products hold than a facet is no form of it, and a word that some product holds is never mended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from hyperquery.anthem.documents import Words
from hyperquery.anthem.text import singular, words

_LONGEST_NAME = 4  # words of a facet that is named within a longer term
_SHORTEST_TO_MEND = 4  # letters; a shorter word has too many neighbours
_LONGEST_TO_MEND = 40  # letters; longer ones are no words, and the time grows with their square
_FEWEST_TEXTS = 3  # that hold the word a slip is mended to; rarer ones may be slips themselves
_MOST_SAYING = 3  # products that hold a word as it was typed, for each that holds its facet's
_MOST_LETTERS = 100  # that are tried as missing, the most frequent ones

_NOT_BETWEEN_DIGITS = re.compile(r"(?<!\d) | (?!\d)")


class Wording:
    """Reads terms in the words of a catalog.

    Args:
        facets: the texts, as words, that forms are traced back to.
        counts: each word of the catalog with the number of products whose texts hold it.

    Examples:
        >>> wording = Wording({("led", "strip", "lights")}, {"kindle": 9, "strip": 3, "led": 3})
        >>> wording.read("LED striplight"), wording.read("kindel strip"), wording.read("led")
        ('led strip lights', 'kindle strip', 'led')
    """

    def __init__(self, facets: Collection[Words], counts: Mapping[str, int]) -> None:
        self._facets = facets
        self._counts = counts

    def read(self, term: str, known: Collection[str] = frozenset()) -> str:
        """Return the text that a term is read as: itself if nothing else is meant.

        Args:
            term: as someone typed it.
            known: words that products hold beside those of the catalog.
        """
        typed = tuple(words(term))
        found = self._as_facet(typed)
        if found is None:
            mended = tuple(self._mended(word, known) for word in typed)
            found = self._as_facet(mended) or mended
        return term if found == typed else " ".join(found)

    def named(self, text: Words) -> list[Words]:
        """Return the facets that parts of a text are or are forms of, longer parts first.

        Args:
            text: as words; none of them counts twice.

        Examples:
            >>> wording = Wording({("shoes",), ("new", "balance")}, {})
            >>> wording.named(("new", "balance", "running", "shoe"))
            [('new', 'balance'), ('shoes',)]
        """
        found: list[Words] = []
        free = [True] * len(text)
        for length in range(min(_LONGEST_NAME, len(text)), 0, -1):
            for start in range(len(text) - length + 1):
                part = slice(start, start + length)
                facet = self._as_facet(text[part]) if all(free[part]) else None
                if facet is not None:
                    found.append(facet)
                    free[part] = [False] * length
        return list(dict.fromkeys(found))

    def _as_facet(self, text: Words) -> Words | None:
        """Return the facet that a text is, or is a form of: singular, plural, joined or parted."""
        if text in self._facets or not text:
            return text or None
        for key in _keys(text):
            if key in self._forms:
                facet = self._forms[key]
                return None if self._means_itself(text, facet) else facet
        return None

    def _means_itself(self, text: Words, facet: Words) -> bool:
        """Return whether far more products hold a single word than the facet it is a form of."""
        if len(text) > 1:
            return False  # how many hold words in a row is not counted
        holding = min(self._counts.get(word, 0) for word in facet)
        return self._counts.get(text[0], 0) > _MOST_SAYING * holding

    def _mended(self, word: str, known: Collection[str]) -> str:
        """Return the frequent word that an unknown word is one slip away from, or the word."""
        if not _SHORTEST_TO_MEND <= len(word) <= _LONGEST_TO_MEND or not word.isalpha():
            return word
        if word in self._counts or word in known:
            return word
        meant = [
            other
            for other in sorted(self._one_slip_away(word))
            if self._counts.get(other, 0) >= _FEWEST_TEXTS
            and (len(other) >= _SHORTEST_TO_MEND or singular(word) == other)
        ]
        return max(meant, key=self._counts.__getitem__, default=word)

    def _one_slip_away(self, word: str) -> set[str]:
        """Return what a word would be without one slip, which is rarely in the first letter.

        A slip is a letter missing, one doubled, or two swapped: three of the four that Damerau saw
        (A technique for computer detection and correction of spelling errors, 1964). Words that
        differ in a letter, such as "sneaker" and "speaker", are more often two words. A plural
        counts as a slip as well.
        """
        found = {singular(word)}
        for place in range(1, len(word) + 1):
            before, after = word[:place], word[place:]
            found |= {before + letter + after for letter in self._letters}
            if after[:1] == before[-1:]:
                found.add(before + after[1:])
            if after[1:]:
                found.add(before + after[1] + after[0] + after[2:])
        return found

    @cached_property
    def _forms(self) -> dict[str, Words]:
        """The facet of each key; of several with one key the first by length and alphabet."""
        forms: dict[str, Words] = {}
        for facet in sorted(self._facets, key=lambda facet: (len("".join(facet)), facet)):
            for key in _keys(facet):
                forms.setdefault(key, facet)
        return forms

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        """The letters that words are made of."""
        counts: dict[str, int] = {}
        for word in self._counts:
            for letter in filter(str.isalpha, word):
                counts[letter] = counts.get(letter, 0) + 1
        return tuple(sorted(counts, key=lambda letter: (-counts[letter], letter))[:_MOST_LETTERS])


def _keys(text: Words) -> Iterator[str]:
    """Yield what the forms of a text have in common, the closer form first.

    Examples:
        >>> list(_keys(("phones", "cases"))), list(_keys(("phone", "case")))
        (['phonescase', 'phonecase'], ['phonecase'])
    """
    *rest, last = text
    keys = (_joined((*rest, singular(last))), _joined(map(singular, text)))
    yield from dict.fromkeys(keys)


def _joined(text: Iterable[str]) -> str:
    """Join words, but for digits: 2.5 lbs are not 25.

    Examples:
        >>> _joined(("strip", "light")), _joined(("2", "5", "lbs")), _joined(("4", "k"))
        ('striplight', '2 5lbs', '4k')
    """
    return _NOT_BETWEEN_DIGITS.sub("", " ".join(text))
