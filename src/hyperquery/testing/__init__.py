"""Hypothesis strategies and laws, for property-based tests of regions and of other operators.

Needs Hypothesis: ``pip install 'hyperquery[testing]'``.
"""

from hyperquery.testing.geometry import Scene, hyperboloids, points, regions, scenes

__all__ = ["Scene", "hyperboloids", "points", "regions", "scenes"]
