"""The error that geometry raises on purpose."""

from __future__ import annotations

from hyperquery.errors import HyperqueryError


class GeometryError(HyperqueryError, ValueError):
    """Points, faces or regions that do not fit together: the message names which and how."""
