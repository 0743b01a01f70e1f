"""The error that hierarchies raise on purpose."""

from __future__ import annotations

from hyperquery.errors import HyperqueryError


class TaxonomyError(HyperqueryError, ValueError):
    """A taxonomy that cannot be read or used as given: the message names where and the remedy."""
