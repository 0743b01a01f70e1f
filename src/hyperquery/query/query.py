"""The base of all query expressions: building, comparing, and doors to everything else.

Building never rewrites: `a & b & c` is `And(And(a, b), c)`, and simplification is a separate,
named step. Nothing here recurses, so the depth of an expression is limited by memory alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

from hyperquery.query.errors import QueryTypeError
from hyperquery.query.traversal import leaves, postorder, same

if TYPE_CHECKING:
    from hyperquery.query.expressions import Boost, Not

Of = Literal["margins", "matches"]
"""What a comparison is about: margins and so the ranking, or only what matches."""

MAX_CLAUSES = 2_000
"""The most clauses of a disjunctive normal form unless another limit is given."""

_set = object.__setattr__


class Query:
    """Base class of all query expressions.

    Combine queries with `&` (and), `|` (or), `~` (not), `-` (difference) and `^` (exclusive
    or); `str(query)` is its canonical text, and `parse(str(query)) == query`.

    >>> from hyperquery.query import Term
    >>> Term("fire tv") & ~Term("stick")
    And(Term('fire tv'), Not(Term('stick')))
    >>> print((Term("fire") | Term("kindle")) & Term("tablet"))
    (fire OR kindle) AND tablet
    """

    __slots__ = ("_hash",)
    _hash: int

    data_first: ClassVar[bool] = False
    """Whether the constructor takes the data before the operands."""

    def _freeze(self, children: tuple[Query, ...], *data: Any) -> None:
        # Hashes are made from those of the operands, which exist already: no recursion later.
        _set(self, "_hash", hash((type(self), data, children)))

    @property
    def children(self) -> tuple[Query, ...]:
        """The operands, from left to right; none for a leaf."""
        return ()

    @property
    def data(self) -> tuple[Any, ...]:
        """What a node holds besides its operands, in the order of its constructor."""
        return ()

    def replaced(self, children: list[Query]) -> Query:
        """The same kind of node with the same data over other operands.

        >>> from hyperquery.query import And, Term
        >>> And(Term("a"), Term("b")).replaced([Term("c"), Term("d")])
        And(Term('c'), Term('d'))
        """
        if all(new is old for new, old in zip(children, self.children, strict=True)):
            return self
        return construct(type(self), self.data, children)

    # -- building ------------------------------------------------------------------------

    def __and__(self, other: object) -> Any:
        from hyperquery.query.expressions import And

        return _combined(And, self, other)

    def __or__(self, other: object) -> Any:
        from hyperquery.query.expressions import Or

        return _combined(Or, self, other)

    def __sub__(self, other: object) -> Any:
        from hyperquery.query.expressions import difference

        return _combined(difference, self, other)

    def __xor__(self, other: object) -> Any:
        from hyperquery.query.expressions import exclusive_or

        return _combined(exclusive_or, self, other)

    def __invert__(self) -> Not:
        from hyperquery.query.expressions import Not

        return Not(self)

    def __rand__(self, other: object) -> NoReturn:
        refuse(other)

    __ror__ = __rsub__ = __rxor__ = __rand__

    def boost(self, weight: float) -> Boost:
        """Scale this query's influence on the ranking, never on what matches.

        >>> from hyperquery.query import Term
        >>> print(Term("fire").boost(2) & Term("tablet"))
        fire^2 AND tablet
        """
        from hyperquery.query.expressions import Boost

        return Boost(self, weight)

    def __bool__(self) -> NoReturn:
        raise QueryTypeError(
            "a query has no truth value: combine queries with & | ~ in place of and, or, not, "
            "and write a chained comparison as Field(...).between(low, high)"
        )

    def __iter__(self) -> NoReturn:
        raise QueryTypeError("a query is not iterable; its operands are in .children")

    # -- identity ------------------------------------------------------------------------

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Query):
            return NotImplemented
        return same(self, other)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"queries are immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"queries are immutable: cannot delete {name!r}")

    def __copy__(self) -> Query:
        return self

    def __deepcopy__(self, memo: object) -> Query:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (flatten(self),)

    # -- rewriting and comparing ---------------------------------------------------------

    def simplify(self) -> Query:
        """An equal query without parts that cannot matter; see `rewriting.simplify`.

        >>> from hyperquery.query import parse
        >>> print(parse("a OR (a AND b) OR NOT NOT a").simplify())
        a
        """
        from hyperquery.query.rewriting import simplify

        return simplify(self)

    def factor(self) -> Query:
        """An equal query with shared parts written once; see `rewriting.factor`."""
        from hyperquery.query.rewriting import factor

        return factor(self)

    def negation_normal_form(self) -> Query:
        """An equal query in which only leaves are negated."""
        from hyperquery.query.normal_forms import negation_normal_form

        return negation_normal_form(self)

    def disjunctive_normal_form(self, *, limit: int = MAX_CLAUSES) -> Query:
        """An equal union of intersections; refused if it would take more clauses than allowed."""
        from hyperquery.query.normal_forms import disjunctive_normal_form

        return disjunctive_normal_form(self, limit=limit)

    def equivalent(self, other: Query, *, of: Of = "margins") -> bool:
        """Whether both give equal margins, or with `of="matches"` equal matches, always.

        >>> from hyperquery.query import parse
        >>> parse("NOT (a OR b)").equivalent(parse("NOT a AND NOT b"))
        True
        """
        from hyperquery.query.equivalence import equivalent

        return equivalent(self, other, of=of)

    def implies(self, other: Query, *, of: Of = "margins") -> bool:
        """Whether this query always lies within the other one.

        >>> from hyperquery.query import parse
        >>> parse("fire AND tablet").implies(parse("fire"))
        True
        """
        from hyperquery.query.equivalence import implies

        return implies(self, other, of=of)

    # -- inspection ----------------------------------------------------------------------

    @property
    def terms(self) -> tuple[str, ...]:
        """The distinct texts of all terms, from left to right.

        >>> from hyperquery.query import Term
        >>> (Term("fire") & ~Term("stick") | Term("fire")).terms
        ('fire', 'stick')
        """
        from hyperquery.query.expressions import Term

        texts = (leaf.text for leaf in leaves(self) if isinstance(leaf, Term))
        return tuple(dict.fromkeys(texts))

    @property
    def phrases(self) -> tuple[str, ...]:
        """The distinct texts of all quoted phrases, from left to right."""
        from hyperquery.query.expressions import Phrase

        texts = (leaf.text for leaf in leaves(self) if isinstance(leaf, Phrase))
        return tuple(dict.fromkeys(texts))

    @property
    def fields(self) -> tuple[str, ...]:
        """The distinct names of all fields, from left to right.

        >>> from hyperquery.query import parse
        >>> parse("tablet brand:Amazon price<100").fields
        ('brand', 'price')
        """
        from hyperquery.query.expressions import FieldEquals, FieldRange

        conditions = (leaf for leaf in leaves(self) if isinstance(leaf, FieldEquals | FieldRange))
        return tuple(dict.fromkeys(condition.field for condition in conditions))

    def tree(self) -> str:
        """The expression as an indented tree.

        >>> from hyperquery.query import parse
        >>> print(parse("(fire OR kindle) AND NOT case").tree())
        AND
        ├── OR
        │   ├── fire
        │   └── kindle
        └── NOT
            └── case
        """
        from hyperquery.query.pictures import tree

        return tree(self)

    def to_mermaid(self) -> str:
        """The expression as a Mermaid flowchart."""
        from hyperquery.query.pictures import to_mermaid

        return to_mermaid(self)

    def to_dot(self) -> str:
        """The expression as a Graphviz DOT graph."""
        from hyperquery.query.pictures import to_dot

        return to_dot(self)

    def to_networkx(self) -> Any:
        """The expression as a `networkx.DiGraph`; see `pictures.to_networkx`."""
        from hyperquery.query.pictures import to_networkx

        return to_networkx(self)

    # -- text ----------------------------------------------------------------------------

    def to_json(self) -> str:
        """The expression as JSON text of a stable format; `from_json` reads it."""
        from hyperquery.query.json_form import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str) -> Query:
        """The expression that `to_json` wrote.

        >>> from hyperquery.query import Query, parse
        >>> query = parse("fire AND NOT price<100")
        >>> Query.from_json(query.to_json()) == query
        True
        """
        from hyperquery.query.json_form import from_json

        return from_json(text)

    def __str__(self) -> str:
        from hyperquery.query.printer import to_text

        return to_text(self)

    def __repr__(self) -> str:
        from hyperquery.query.printer import to_repr

        return to_repr(self)


def _combined(make: Any, left: Query, right: object) -> Any:
    from hyperquery.query.fields import Field

    if isinstance(right, Query):
        return make(left, right)
    if not isinstance(right, Field):
        refuse(right)
    return right.after(lambda condition: make(left, condition))


def refuse(other: object) -> NoReturn:
    """Say why something is not a query, and what to write."""
    from hyperquery.query.fields import Field

    if isinstance(other, str):
        raise QueryTypeError(
            f"{other!r} is text, not a query: write Term({other!r}) or parse({other!r}); "
            "if it belongs to a comparison, put the comparison in parentheses"
        )
    if isinstance(other, Field):
        raise QueryTypeError(
            f"a field alone is no condition: compare it, as in Field({other.name!r}) == value"
        )
    raise QueryTypeError(f"{other!r} is not a query")


# -- flat form, for pickling ---------------------------------------------------------------

Row = tuple[type[Query], tuple[Any, ...], tuple[int, ...]]


def flatten(query: Query) -> tuple[Row, ...]:
    """Every distinct node as (class, data, indices of the operands' rows), the root last."""
    index: dict[int, int] = {}
    rows: list[Row] = []
    for node in postorder(query):
        index[id(node)] = len(rows)
        rows.append((type(node), node.data, tuple(index[id(child)] for child in node.children)))
    return tuple(rows)


def rebuild(rows: tuple[Row, ...]) -> Query:
    """The expression that `flatten` took apart."""
    nodes: list[Query] = []
    for kind, data, children in rows:
        nodes.append(construct(kind, data, [nodes[child] for child in children]))
    return nodes[-1]


def construct(kind: type[Query], data: tuple[Any, ...], children: list[Query]) -> Query:
    """A node from its class, its data and its operands."""
    arguments = (*data, *children) if kind.data_first else (*children, *data)
    return kind(*arguments)
