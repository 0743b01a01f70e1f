"""The errors hyperquery raises on purpose: each names the thing and the remedy."""

from __future__ import annotations


class HyperqueryError(Exception):
    """Base class of every error that hyperquery raises on purpose."""


class QueryError(HyperqueryError, ValueError):
    """A query that parses but cannot be answered, such as a term without a known trigram."""


class ConfigError(HyperqueryError, ValueError):
    """A setting that is unknown or out of range."""


class CatalogError(HyperqueryError, ValueError):
    """A catalog, or judgments, that cannot be used as given."""


class ModelFileError(HyperqueryError):
    """A saved model or engine that is missing, incomplete, altered or of another version."""
