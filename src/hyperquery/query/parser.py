"""Reading queries: strictly, with the first error, or leniently, with the best query."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from hyperquery.query.errors import QuerySyntaxError, QueryTypeError
from hyperquery.query.grammar import tables
from hyperquery.query.machine import run
from hyperquery.query.query import Query
from hyperquery.query.schema import Fields, Schema

Adjacent = Literal["term", "and"]

MAX_LENGTH = 100_000
"""The longest text, in characters, that is parsed unless another limit is given."""

# Longer texts are parsed each time, so that the cache holds a few megabytes at most.
_CACHED_LENGTH = 1_000
_CACHED_QUERIES = 4_096


class LenientParse(NamedTuple):
    """The best query that could be made of a text, and what was wrong with it.

    Attributes:
        query: The query.
        errors: The errors in the order of the text; empty if there were none.
    """

    query: Query
    errors: list[QuerySyntaxError]


def parse(
    text: str,
    *,
    adjacent: Adjacent = "term",
    fields: Fields | Schema | None = None,
    max_length: int = MAX_LENGTH,
) -> Query:
    """Read a query.

    Parsing takes time linear in the text, does not recurse, and may be done by any number of
    threads at once. Short texts are cached: queries are immutable, so they can be shared.

    Args:
        text: The query, as described in `docs/language.md`.
        adjacent: What words side by side are: one "term", or an "and" of single words.
        fields: The known fields, as names or as a mapping from names to `str` or `float`; a
            condition on another field is then an error. By default any field is allowed.
        max_length: The longest text to accept, in characters.

    Raises:
        QuerySyntaxError: If the text is no query; it points at the place.

    >>> parse("Fire TV stick with Alexa")
    And(Term('Fire TV stick'), Term('Alexa'))
    >>> parse("fire tv", adjacent="and")
    And(Term('fire'), Term('tv'))
    >>> print(parse("kindle or (fire but not stick) price<100"))
    kindle OR (fire AND NOT stick) AND price<100
    """
    schema = _checked(text, adjacent, fields)
    if len(text) <= min(max_length, _CACHED_LENGTH):
        return _cached(text, adjacent, schema)
    if len(text) > max_length:
        raise QuerySyntaxError(_too_long(text, max_length), text, max_length)
    return run(text, tables(single_words=adjacent == "and"), schema, None)


def parse_leniently(
    text: str,
    *,
    adjacent: Adjacent = "term",
    fields: Fields | Schema | None = None,
    max_length: int = MAX_LENGTH,
) -> LenientParse:
    r"""Read a query, and make the best of a text that is none: for search boxes.

    Takes the arguments of `parse`. What does not fit is left out, open parentheses are closed,
    and a condition on an unknown field is searched as text. An empty text is everything.

    >>> query, errors = parse_leniently("(fire OR kindle AND")
    >>> print(query)
    fire OR kindle
    >>> print(errors[0])
    expected a term after AND; for the word itself write \AND (line 1, column 20)
      (fire OR kindle AND
                         ^
    """
    schema = _checked(text, adjacent, fields)
    errors: list[QuerySyntaxError] = []
    if len(text) > max_length:
        errors.append(QuerySyntaxError(_too_long(text, max_length), text, max_length))
        text = text[:max_length]
    query = run(text, tables(single_words=adjacent == "and"), schema, errors)
    return LenientParse(query, sorted(errors, key=lambda error: error.offset))


def _checked(text: str, adjacent: str, fields: Fields | Schema | None) -> Schema | None:
    if not isinstance(text, str):
        raise QueryTypeError(f"a query is text, not {type(text).__name__}")
    if adjacent not in ("term", "and"):
        raise QueryTypeError(f"adjacent is 'term' or 'and', not {adjacent!r}")
    return fields if fields is None or isinstance(fields, Schema) else Schema(fields)


def _too_long(text: str, limit: int) -> str:
    return f"the query has {len(text):,} characters, more than the {limit:,} allowed"


@lru_cache(maxsize=_CACHED_QUERIES)
def _cached(text: str, adjacent: Adjacent, schema: Schema | None) -> Query:
    return run(text, tables(single_words=adjacent == "and"), schema, None)
