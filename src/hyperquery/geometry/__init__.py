"""Regions of hyperbolic space: points, hyperboloids, and the exact algebra of regions."""

from hyperquery.geometry.attested import Attested, GivenEvidence, RowEvidence
from hyperquery.geometry.bounds import margin_bounds
from hyperquery.geometry.energy import DEFAULT_SOFTNESS, energy, face_energies, phi
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.hyperboloid import Hyperboloid
from hyperquery.geometry.leaves import Condition, Everything, Nothing
from hyperquery.geometry.region import Boosted, Complement, Intersection, Region, Union
from hyperquery.geometry.traversal import distinct_nodes, evaluate, fold

__all__ = [
    "DEFAULT_SOFTNESS",
    "Attested",
    "Boosted",
    "Complement",
    "Condition",
    "Everything",
    "GeometryError",
    "GivenEvidence",
    "Hyperboloid",
    "Intersection",
    "Nothing",
    "Region",
    "RowEvidence",
    "Union",
    "distinct_nodes",
    "energy",
    "evaluate",
    "face_energies",
    "fold",
    "margin_bounds",
    "phi",
]
