"""Whether two systems differ by more than chance, from their figures of the same queries.

A system with several seeds is first averaged over them, query by query: the seeds of one query
are not independent observations, the queries are what is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from hyperquery.evaluation.errors import EvaluationError

Values = npt.NDArray[np.float64]

RESAMPLES = 9_999
"""How many random sign flips or resamples are drawn, so that no p-value is below 2 / 10,000."""


@dataclass(frozen=True)
class Comparison:
    """How much better a system is than another, and how sure that is.

    Attributes:
        difference: mean over the queries of the first system's figure less the second's.
        low: lower end of the interval that holds the difference with 95 % confidence.
        high: its upper end.
        p_value: how often chance alone gives a difference at least as large, two-sided.
    """

    difference: float
    low: float
    high: float
    p_value: float


def compare(
    first: Sequence[Sequence[float]], second: Sequence[Sequence[float]], *, seed: int = 0
) -> Comparison:
    """Compare two systems on the same queries.

    Args:
        first: one list for each seed, with one figure for each query.
        second: the same of the other system, whose number of seeds may be another.
        seed: of the resampling.

    Raises:
        EvaluationError: If there are no figures, or they are not of the same queries.

    Examples:
        >>> better = [[0.6, 0.7, 0.8, 0.9, 0.5, 0.6]]
        >>> worse = [[0.5, 0.6, 0.6, 0.8, 0.4, 0.6], [0.4, 0.6, 0.8, 0.7, 0.4, 0.4]]
        >>> found = compare(better, worse)
        >>> round(found.difference, 3), found.p_value
        (0.117, 0.03125)
    """
    left, right = mean_over_seeds(first), mean_over_seeds(second)
    if left.shape != right.shape:
        raise EvaluationError(
            f"figures of {len(left)} and of {len(right)} queries cannot be paired: measure both "
            f"systems on the same queries"
        )
    differences = left - right
    low, high = bootstrap_interval(differences, seed=seed)
    p_value = randomization_p_value(differences, seed=seed)
    return Comparison(float(differences.mean()), low, high, p_value)


def mean_over_seeds(runs: Sequence[Sequence[float]]) -> Values:
    """Return each query's figure, averaged over the seeds.

    Args:
        runs: one list for each seed, with one figure for each query.

    Returns:
        (queries,) the means.

    Raises:
        EvaluationError: If there are no figures, or the seeds have different numbers of them.

    Examples:
        >>> mean_over_seeds([[0.0, 1.0, 0.5], [1.0, 1.0, 0.0]])
        array([0.5 , 1.  , 0.25])
    """
    lengths = {len(run) for run in runs}
    if len(lengths) != 1 or lengths == {0}:
        raise EvaluationError(
            f"each seed needs one figure for each query, the same number everywhere, not "
            f"{sorted(lengths)}"
        )
    means: Values = np.mean(np.asarray(runs, dtype=np.float64), axis=0)
    return means


def randomization_p_value(differences: npt.ArrayLike, *, seed: int = 0) -> float:
    """Return the two-sided p-value of a paired randomization test on the mean.

    If two systems are alike, then each query's difference might as well have the other sign. The
    p-value is the share of sign flips whose mean is as far from 0 as the one seen: of all of them
    where they are few, else of 9,999 random ones. Recommended for retrieval by Smucker, Allan,
    Carterette, "A comparison of statistical significance tests for information retrieval
    evaluation", CIKM 2007.

    Args:
        differences: (queries,) one system's figure less the other's.
        seed: of the sign flips.

    Examples:
        >>> randomization_p_value([0.1, 0.2, 0.3])  # two of the eight sign flips are as extreme
        0.25
    """
    result = stats.permutation_test(
        (np.asarray(differences, dtype=np.float64),),
        np.mean,
        permutation_type="samples",
        n_resamples=RESAMPLES,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def bootstrap_interval(differences: npt.ArrayLike, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of the mean difference, from resampled queries.

    It is the percentile interval (Efron, Tibshirani, "An introduction to the bootstrap", 1993,
    chapter 13), which, unlike the corrected ones, is defined where all differences are equal.

    Args:
        differences: (queries,) one system's figure less the other's; at least 2.
        seed: of the resampling.

    Raises:
        EvaluationError: If there are fewer than 2 queries.

    Examples:
        >>> bootstrap_interval([0.25, 0.25, 0.25])
        (0.25, 0.25)
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.size < 2:
        raise EvaluationError(
            f"an interval needs at least 2 queries, not {values.size}: measure more of them"
        )
    interval = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        vectorized=True,
        confidence_level=0.95,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(interval.low), float(interval.high)
