"""Openings: where a title names a term's words.

Titles begin with what a product is, and end with what it is for or comes with: "Fire HD 8 tablet"
and "case for Fire HD 8". So beside the evidence of what a title lacks there is that of where it
names a term: ``weight * lateness``, the mean place of the term's words among the first 20 of the
title, by their rarity, from 0 at the first word to 1; 1 if none of them is there. Singular and
plural are one word. Facets of the catalog have none: a color may well come last. It is energy of a
leaf, as all evidence, and leaves every law as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.text import Vocabulary
from hyperquery.scan import OPENING


def openings_of(titles: Sequence[Sequence[str]], vocabulary: Vocabulary) -> npt.NDArray[np.int64]:
    """Return the forms of the first words of titles.

    Args:
        titles: as words.
        vocabulary: that knows their forms.

    Returns:
        (titles, OPENING) positions of forms; 0 for a word that is not known, and after the end.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["fire tablets", "case"])
        >>> openings_of([["tablet", "case", "new"]], vocabulary)[0, :4].tolist()
        [0, 3, 0, 0]
        >>> openings_of([["tablets", "fire"]], vocabulary)[0, :3].tolist()
        [2, 1, 0]
    """
    forms = vocabulary.forms
    openings = np.zeros((len(titles), OPENING), np.int64)
    for row, title in enumerate(titles):
        found = [forms.get(word, 0) for word in title[:OPENING]]
        openings[row, : len(found)] = found
    return openings


def forms_of(
    term: Sequence[str], vocabulary: Vocabulary
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the forms of a term's known words, each once, and their rarity.

    Args:
        term: as words.
        vocabulary: that knows their forms.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["fire tablets", "fire case"])
        >>> forms, rarity = forms_of(["fire", "zebra", "case", "fire"], vocabulary)
        >>> forms.tolist(), [f"{value:.2f}" for value in rarity]
        ([1, 3], ['0.69', '1.10'])
    """
    found = dict.fromkeys(vocabulary.forms[word] for word in term if word in vocabulary.forms)
    forms = np.array(list(found), np.int64)
    return forms, vocabulary.form_rarity[forms]
