"""Hypothesis strategies for query expressions: trees, not strings.

from hypothesis import given
from hyperquery.testing.expressions import expressions

@given(expressions())
def test_my_printer(query): ...
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

from hypothesis import strategies as st

from hyperquery.query import (
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
    fold,
)
from hyperquery.query.rewriting import is_condition
from hyperquery.query.traversal import leaves

__all__ = [
    "boolean_expressions",
    "expressions",
    "leaf_margins",
    "same_truth_table",
    "texts",
    "true_margin",
]

# Words that a parser is likely to get wrong, beside words of any characters.
_CONNECTIVES = "and AND Or not NOT with without except xor but not of 2 of at least to TO"
_SIGNS = (
    "* ** {} () a&b & && | - -- -x x- t-shirt +a ! !a a! != = == a=b < a<b : a: :a a:b a,b 1,000 "
    '\\ \\\\ but\\ ^ ^2 a^2 [ ] [1 1] {a} " “ ” “a” \' men\'s 7" 10.1" 1/2 50% #1 @x ~a $5 a.b'
)
_SCRIPTS = "٣ é 日本語 ｆ ſ wıth İ ß"
_AWKWARD = " ".join((_CONNECTIVES, _SIGNS, _SCRIPTS)).split(" ")


def texts() -> st.SearchStrategy[str]:
    """Texts of terms: words in many scripts, connectives and special characters among them."""
    character = st.characters(exclude_categories=["Cs"])
    word = st.one_of(
        st.sampled_from(_AWKWARD),
        st.text(st.sampled_from("abno0129 &|!-+*:,()[]{}\"“”\\^<>='./"), min_size=1, max_size=6),
        st.text(character, min_size=1, max_size=4),
    )
    return (
        st.lists(word, min_size=1, max_size=4).map(" ".join).filter(lambda text: bool(text.strip()))
    )


def _numbers() -> st.SearchStrategy[float]:
    return st.one_of(
        st.integers(-1000, 1000).map(float), st.floats(allow_nan=False, allow_infinity=False)
    )


def _ranges() -> st.SearchStrategy[Query]:
    ends = st.tuples(st.none() | _numbers(), st.none() | _numbers()).map(
        lambda pair: pair if None in pair else tuple(sorted(pair))  # type: ignore[type-var]
    )
    return st.builds(
        lambda field, ends, low, high: FieldRange(field, ends[0], ends[1], low, high),
        texts(),
        ends,
        st.booleans(),
        st.booleans(),
    )


def expressions(*, max_leaves: int = 12) -> st.SearchStrategy[Query]:
    """All expressions: every kind of node, any text.

    Args:
        max_leaves: About how many leaves a tree has at most.
    """
    leaf = st.one_of(
        st.builds(Term, texts()),
        st.builds(Phrase, texts()),
        st.builds(FieldEquals, texts(), texts()),
        _ranges(),
        st.builds(Everything),
        st.builds(Nothing),
    )
    weights = st.floats(min_value=1e-6, max_value=1e6)

    def larger(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(
            _joined(inner),
            st.builds(Not, inner),
            st.builds(Boost, inner, weights),
            several.flatmap(
                lambda operands: st.integers(1, len(operands)).map(
                    lambda count: AtLeast(count, *operands)
                )
            ),
        )

    return st.recursive(leaf, larger, max_leaves=max_leaves)


def boolean_expressions(
    *, atoms: tuple[Query, ...] = tuple(map(Term, "abcd")), max_leaves: int = 12
) -> st.SearchStrategy[Query]:
    """Expressions of And, Or, Not, everything and nothing over a few atoms, for laws.

    Args:
        atoms: The atoms to choose from.
        max_leaves: About how many leaves a tree has at most.
    """
    leaf = st.sampled_from([*atoms, *atoms, Everything(), Nothing()])
    return st.recursive(
        leaf, lambda inner: _joined(inner) | st.builds(Not, inner), max_leaves=max_leaves
    )


def leaf_margins(query: Query) -> st.SearchStrategy[dict[Query, float]]:
    """Margins for the leaves of a query.

    Any number but 0 for a term, infinite for a condition, and either for a phrase.
    """
    degrees = st.floats(-1e3, 1e3, width=32).filter(bool)
    hard = st.sampled_from([-math.inf, math.inf])

    def margins(leaf: Query) -> st.SearchStrategy[float]:
        return hard if is_condition(leaf) else degrees if isinstance(leaf, Term) else degrees | hard

    return st.fixed_dictionaries(
        {
            leaf: margins(leaf)
            for leaf in leaves(query)
            if not isinstance(leaf, Everything | Nothing)
        }
    )


def true_margin(query: Query, margins: Mapping[Query, float]) -> float:
    """The margin of a product to a query, by the definition, from its margins to the leaves.

    >>> from hyperquery.query import parse
    >>> true_margin(parse("a AND NOT b^2"), {Term("a"): -1.0, Term("b"): 3.0})
    -1.0
    """

    def margin(node: Query, parts: list[float]) -> float:
        match node:
            case And():
                return max(parts)
            case Or():
                return min(parts)
            case Not():
                return 0.0 - parts[0]
            case Boost(_, weight):
                return weight * parts[0]
            case AtLeast(count, _):
                return sorted(parts)[count - 1]
            case Everything():
                return -math.inf
            case Nothing():
                return math.inf
        return margins[node]

    return fold(query, margin)


def same_truth_table(left: Query, right: Query, *, values: tuple[float, ...] = (-1, 0, 1)) -> bool:
    """Whether two queries without boosts agree for every assignment: the slow, plain decision.

    Args:
        left: A query of And, Or, Not, everything and nothing over a few leaves.
        right: Another one.
        values: The margins that a term or phrase may have: three for equal margins, `(-1, 1)`
            for equal matches. Conditions have -1 or 1.

    >>> a = Term("a")
    >>> same_truth_table(a | ~a, Everything())
    False
    >>> same_truth_table(a | ~a, Everything(), values=(-1, 1))
    True
    """
    atoms = [
        leaf
        for leaf in dict.fromkeys([*leaves(left), *leaves(right)])
        if not isinstance(leaf, Everything | Nothing)
    ]
    choices = [(-1.0, 1.0) if is_condition(atom) else values for atom in atoms]
    tables = (dict(zip(atoms, row, strict=True)) for row in product(*choices))
    return all(_clamped(left, row) == _clamped(right, row) for row in tables)


def _clamped(query: Query, margins: Mapping[Query, float]) -> float:
    return max(-1.0, min(1.0, true_margin(query, margins)))


def _joined(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    operands = st.lists(inner, min_size=2, max_size=4)
    return operands.map(lambda some: And(*some)) | operands.map(lambda some: Or(*some))
