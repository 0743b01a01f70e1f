"""Hard conditions: for which products an exact phrase or a field condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.anthem.text import words
from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.query import FieldEquals, FieldRange, Phrase
from hyperquery.query.schema import Schema

Mask = npt.NDArray[np.bool_]


def schema(catalog: Catalog) -> Schema:
    """Return which fields conditions may use, and which of them hold numbers."""
    kinds: dict[str, type] = {"id": str, "title": str}
    for name, values in catalog.fields.items():
        known = [value for value in values if value is not None]
        numeric = bool(known) and all(_is_number(value) for value in known)
        kinds[name] = float if numeric else str
    return Schema(kinds)


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
        if _is_number(value):
            return number is not None and float(value) == number
        return words(str(value)) == text

    return _mask(values, equal)


def range_mask(catalog: Catalog, condition: FieldRange) -> Mask:
    """Return which products have a number in the range; one without a number has none."""
    low = -np.inf if condition.low is None else condition.low
    high = np.inf if condition.high is None else condition.high

    def inside(value: Any) -> bool:
        if not _is_number(value):
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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _as_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
