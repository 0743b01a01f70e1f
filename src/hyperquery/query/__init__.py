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
    Query,
    Term,
)
from hyperquery.query.fields import Field
from hyperquery.query.parser import parse
from hyperquery.query.printer import escape
from hyperquery.query.traversal import fold, postorder

__all__ = [
    "And",
    "AtLeast",
    "Boost",
    "Everything",
    "Field",
    "FieldEquals",
    "FieldRange",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "Query",
    "QueryError",
    "QuerySyntaxError",
    "QueryTypeError",
    "Term",
    "escape",
    "fold",
    "parse",
    "postorder",
]
