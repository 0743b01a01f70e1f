"""Hard conditions: for which products an exact phrase or a field condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.text import words
from hyperquery.engine.catalog import PATH_FIELD, Catalog, is_number
from hyperquery.query import FieldEquals, FieldRange, Phrase, Query

Mask = npt.NDArray[np.bool_]


def condition_mask(catalog: Catalog, condition: Query) -> Mask:
    """Return for which products a phrase or a field condition holds, (products,)."""
    match condition:
        case Phrase():
            return phrase_mask(catalog, condition)
        case FieldEquals():
            return equals_mask(catalog, condition)
        case FieldRange():
            return range_mask(catalog, condition)
    raise TypeError(f"{type(condition).__name__} is not a condition")


def phrase_mask(catalog: Catalog, phrase: Phrase) -> Mask:
    """Return which products hold the phrase's words in a row, whatever case or accents."""
    wanted = " ".join(("", *words(phrase.text), ""))
    return np.array([wanted in text for text in catalog.word_texts], dtype=np.bool_)


def equals_mask(catalog: Catalog, condition: FieldEquals) -> Mask:
    """Return which products have the value in the field, whatever case or accents.

    A category has it if the value is a part of its path, such as one level's name.
    """
    values = _column(catalog, condition.field)
    wanted: Any = condition.value
    if condition.field == PATH_FIELD:
        parts = [words(part) for part in str(wanted).split(">")]
        return _mask(values, lambda path: _contains([words(name) for name in path], parts))
    text = words(str(wanted))
    number = _as_number(wanted)

    def equal(value: Any) -> bool:
        if is_number(value):
            return number is not None and float(value) == number
        if not text:  # a sign such as "+" has no words
            return str(value).strip() == str(wanted).strip()
        return words(str(value)) == text

    return _mask(values, equal)


def range_mask(catalog: Catalog, condition: FieldRange) -> Mask:
    """Return which products have a number in the range; one without a number has none."""
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high

    def inside(value: Any) -> bool:
        if not is_number(value):
            return False
        above = value >= low if condition.include_low else value > low
        return bool(above and (value <= high if condition.include_high else value < high))

    return _mask(_column(catalog, condition.field), inside)


def _column(catalog: Catalog, name: str) -> tuple[Any, ...]:
    if name == "id":
        return catalog.ids
    return catalog.titles if name == "title" else catalog.fields[name]


def _mask(values: tuple[Any, ...], holds: Callable[[Any], bool]) -> Mask:
    return np.array([value is not None and holds(value) for value in values], dtype=np.bool_)


def _contains(path: list[list[str]], parts: list[list[str]]) -> bool:
    last = len(path) - len(parts)
    return any(path[start : start + len(parts)] == parts for start in range(last + 1))


def _as_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
