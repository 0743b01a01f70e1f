"""The error that evaluation raises on purpose."""

from __future__ import annotations

from hyperquery.errors import HyperqueryError


class EvaluationError(HyperqueryError, ValueError):
    """Rankings, figures or queries that cannot be compared: the message names which and why."""
