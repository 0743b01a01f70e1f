from __future__ import annotations

import numpy as np
import pytest

from hyperquery.evaluation.peers.connectives import Connectives, with_connectives
from hyperquery.evaluation.score_fusion import FUSIONS

SCORES = {
    "sets": np.array([3.0, 2.0, 0.0]),
    "mugs": np.array([2.0, 0.0, 1.0]),
    "sets without mugs": np.array([9.0, 8.0, 7.0]),
    '"sets" mugs': np.array([1.0, 2.0, 3.0]),
}


class Fixed:
    def scores(self, query):
        return SCORES[query]


def test_terms_are_scored_apart_and_fused():
    assert Connectives(Fixed(), FUSIONS[0]).scores("sets without mugs").argmax() == 1
    assert Connectives(Fixed(), FUSIONS[0]).scores("sets and mugs").argmax() == 0


@pytest.mark.parametrize("query", ["sets", '"sets" mugs'])
def test_what_has_no_connectives_or_more_than_these_is_scored_as_it_is(query):
    assert Connectives(Fixed(), FUSIONS[0]).scores(query).tolist() == SCORES[query].tolist()


def test_all_fusions_are_tried():
    assert [scorer.fusion for scorer in with_connectives(Fixed())] == list(FUSIONS)
