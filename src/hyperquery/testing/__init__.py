"""Hypothesis strategies and laws, for property-based tests of regions and of other operators.

Needs Hypothesis: ``pip install 'hyperquery[testing]'``.
"""

from hyperquery.testing.catalogs import catalogs
from hyperquery.testing.expressions import boolean_expressions, expressions
from hyperquery.testing.geometry import Scene, hyperboloids, points, regions, scenes
from hyperquery.testing.lattice import Finding, Report, check_lattice, markdown_table
from hyperquery.testing.laws import LAWS, Law, Operators
from hyperquery.testing.operators import meet_operators, region_operators

__all__ = [
    "LAWS",
    "Finding",
    "Law",
    "Operators",
    "Report",
    "Scene",
    "boolean_expressions",
    "catalogs",
    "check_lattice",
    "expressions",
    "hyperboloids",
    "markdown_table",
    "meet_operators",
    "points",
    "region_operators",
    "regions",
    "scenes",
]
