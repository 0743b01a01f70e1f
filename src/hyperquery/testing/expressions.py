"""Hypothesis strategies for query expressions: trees, not strings.

from hypothesis import given
from hyperquery.testing.expressions import expressions

@given(expressions())
def test_my_printer(query): ...
"""

from __future__ import annotations

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
)

__all__ = ["boolean_expressions", "expressions", "texts"]

# Words that a parser is likely to get wrong, beside words of any characters.
_AWKWARD = (
    "and AND Or not NOT with without except xor but but\\ not of 2 of at least to TO * ** {} () "
    'a&b & && | - -- -x x- t-shirt +a ! !a a! != = == a=b < a<b : a: :a a:b 7" 10.1" 1,000 a,b '
    "\\ \\\\ ^ ^2 a^2 [ ] [1 1] {a} \" “ ” “a” ' men's 1/2 50% #1 @x ~a $5 a.b ٣ é 日本語 ｆ ſ wıth"
).split()


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


def _joined(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    operands = st.lists(inner, min_size=2, max_size=4)
    return operands.map(lambda some: And(*some)) | operands.map(lambda some: Or(*some))
