from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given

from hyperquery.evaluation.errors import EvaluationError
from hyperquery.evaluation.peers.tantivy import Tantivy
from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Term,
    fold,
    parse,
)
from hyperquery.testing.expressions import boolean_expressions

TEXTS = ["two red kettles", "a red tent", "the blue pan", "kettle, red: and a pan", ""]
INDEX = Tantivy(TEXTS)
ATOMS = (Term("red"), Term("kettle"), Term("pan"), Term("lantern"))
HOLDS = {
    atom: np.array([atom.text in text for text in TEXTS]) for atom in ATOMS
}  # no atom is a part of another word here


def matches(text, **options):
    return np.flatnonzero(INDEX.boolean_matches(parse(text), **options)).tolist()


def by_set_algebra(query: Query) -> np.ndarray:
    def combine(node, operands):
        match node:
            case Term():
                return HOLDS[node]
            case And():
                return np.logical_and.reduce(operands)
            case Or():
                return np.logical_or.reduce(operands)
            case Not():
                return ~operands[0]
            case Boost():
                return operands[0]
            case AtLeast():
                return np.sum(operands, axis=0) >= node.count
            case Everything() | Nothing():
                return np.full(len(TEXTS), isinstance(node, Everything))
        raise AssertionError(node)

    return fold(query, combine)


@given(boolean_expressions(atoms=ATOMS))
def test_what_matches_is_what_set_algebra_says(query):
    assert INDEX.boolean_matches(query).tolist() == by_set_algebra(query).tolist()


def test_nodes_that_random_expressions_leave_out():
    red, kettle, pan, _ = ATOMS
    for query in (
        AtLeast(2, red, kettle, pan),
        AtLeast(2, red, Not(kettle), Not(pan)),
        AtLeast(1, Nothing(), pan),
        Not(Everything()),
        And(Everything(), Boost(Not(red), 2)),
        Or(Nothing(), Boost(pan, 0.5)),
    ):
        assert INDEX.boolean_matches(query).tolist() == by_set_algebra(query).tolist()


def test_plain_queries_rank_by_any_word_and_its_stem():
    scores = INDEX.scores("red kettle")
    assert scores.dtype == np.float32
    assert scores[0] > scores[3] > scores[1] > 0
    assert scores[[2, 4]].tolist() == [0, 0]


def test_plain_text_is_not_syntax():
    assert (INDEX.scores('red AND -kettle "') >= INDEX.scores("red kettle")).all()
    assert INDEX.scores("!?").tolist() == [0] * 5


def test_a_term_needs_all_its_words_or_any():
    assert matches("`red kettle`") == matches("red AND kettle") == [0, 3]
    assert matches("`red kettle`", words="any") == [0, 1, 3]


def test_a_phrase_needs_its_words_in_a_row():
    assert matches('"red kettle"') == [0]
    assert matches('"kettle red"') == [3]
    assert matches('"pan"') == [2, 3]


def test_boosts_and_operands_add_up():
    red, kettle = (INDEX.boolean_scores(Term(word)) for word in ("red", "kettle"))
    both = INDEX.boolean_scores(parse("red AND kettle^3"))
    np.testing.assert_allclose(both[[0, 3]], (red + 3 * kettle)[[0, 3]], rtol=1e-6)
    assert both[[1, 2, 4]].tolist() == [-np.inf] * 3


def test_a_negation_alone_scores_nothing_and_still_matches():
    assert INDEX.boolean_scores(parse("NOT red")).tolist() == [-np.inf, -np.inf, 0, -np.inf, 0]
    kept = INDEX.boolean_scores(parse("kettle AND NOT tent"))
    assert kept.tolist() == INDEX.boolean_scores(Term("kettle")).tolist()


def test_a_term_without_words_is_nowhere():
    assert matches('"+"') == []


def test_fields_are_refused():
    with pytest.raises(EvaluationError, match=r"cannot answer brand:Acme"):
        INDEX.boolean_scores(parse("red AND brand:Acme"))


def test_deep_nesting_is_refused_before_the_stack_overflows():
    nested = reduce(lambda query, i: (Or, And)[i % 2](query, ATOMS[i % 4]), range(250), ATOMS[0])
    with pytest.raises(EvaluationError, match="200 levels deep"):
        INDEX.boolean_scores(nested)
    as_deep_as_allowed = reduce(
        lambda query, i: (Or, And)[i % 2](query, ATOMS[i % 4]), range(199), ATOMS[0]
    )
    expected = by_set_algebra(as_deep_as_allowed)
    assert INDEX.boolean_matches(as_deep_as_allowed).tolist() == expected.tolist()


def test_the_phrase_of_an_expression_is_not_its_term():
    assert INDEX.boolean_matches(Phrase("red tent")).tolist() == [False, True, False, False, False]
