from __future__ import annotations

import numpy as np
import pytest

from hyperquery.evaluation.platt import LogOdds
from hyperquery.evaluation.scorer import Scores


class Fixed:
    def scores(self, query: str) -> Scores:
        return np.array([0.5, -1.0, 2.0], dtype=np.float32)


def drawn(rng, slope, offset):
    scores = rng.normal(scale=1 / slope, size=50_000)
    return scores, rng.random(50_000) < 1 / (1 + np.exp(-slope * scores - offset))


@pytest.mark.parametrize("slope", [0.01, 1.0, 100.0])
def test_the_line_is_found_on_any_scale(slope):
    rng = np.random.default_rng(0)
    (first, first_members), (second, second_members) = (drawn(rng, slope, -2.0) for _ in range(2))
    found = LogOdds.fitted(
        {"fire": first, "kindle": second, "not judged": first},
        {"fire": first_members, "kindle": second_members},
    )
    assert found.slope == pytest.approx(slope, rel=0.05)
    assert found.offset == pytest.approx(-2.0, rel=0.05)


def test_a_scorer_is_moved_onto_the_line():
    assert LogOdds(2.0, -1.0).of(Fixed()).scores("fire").tolist() == [0.0, -3.0, 3.0]
    assert LogOdds(2.0, -1.0).of(Fixed()).scores("fire").dtype == np.float32
