"""The query language: expressions, builder, parser, printer and rewriting. Needs no torch."""

from hyperquery.query.errors import QueryError, QuerySyntaxError, QueryTypeError
from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Term,
)
from hyperquery.query.fields import Field
from hyperquery.query.json_form import from_json
from hyperquery.query.parser import LenientParse, parse, parse_leniently
from hyperquery.query.printer import escape
from hyperquery.query.query import Query
from hyperquery.query.schema import Schema
from hyperquery.query.traversal import fold, postorder

__all__ = [
    "And",
    "AtLeast",
    "Boost",
    "Everything",
    "Field",
    "FieldEquals",
    "FieldRange",
    "LenientParse",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "Query",
    "QueryError",
    "QuerySyntaxError",
    "QueryTypeError",
    "Schema",
    "Term",
    "escape",
    "fold",
    "from_json",
    "parse",
    "parse_leniently",
    "postorder",
]
