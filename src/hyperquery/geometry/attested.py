"""A hyperboloid with further faces, on axes that only the rows of a catalog have."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry.arrays import Array, namespace
from hyperquery.geometry.energy import margin as margin_of
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.hyperboloid import Hyperboloid
from hyperquery.geometry.region import Region


class Attested(Region):
    """A hyperboloid whose energy is raised, row by row, where a catalog's row lacks evidence.

    It is a box in the product of hyperbolic space and flat axes, such as one for each word: the
    energy is that of the hyperboloid plus that of the flat faces, and ends at the same edge. Like a
    condition it can only be evaluated at as many points as there are rows, in their order.

    Args:
        hyperboloid: The box in hyperbolic space; its edge counts for the sum of energies.
        evidence: The energy of the flat faces for each row, finite and at least 0, ``(n,)``.

    >>> fire = Hyperboloid([0.0], 1.0, edge=0.5, name="fire")
    >>> Attested(fire, [0.0, 2.0]).margin(np.zeros((2, 1))).round(1).tolist()
    [-0.5, 1.5]
    """

    __slots__ = ("evidence", "hyperboloid")

    evidence: NDArray[np.float32]
    hyperboloid: Hyperboloid

    def __init__(self, hyperboloid: Hyperboloid, evidence: ArrayLike) -> None:
        energies = np.array(evidence, dtype=np.float32)
        if energies.ndim != 1 or not (np.isfinite(energies) & (energies >= 0)).all():
            raise GeometryError("evidence is one finite energy of at least 0 for each row")
        energies.flags.writeable = False
        self._set(
            hyperboloid=hyperboloid,
            evidence=energies,
            space=hyperboloid.space,
            _hash=hash(("attested", hyperboloid, energies.tobytes())),
        )

    @property
    def name(self) -> str | None:
        """How it is shown: as its hyperboloid."""
        return self.hyperboloid.name

    def _leaf_margin(self, points: Array, time: Array | None) -> Array:
        if len(points) != len(self.evidence):
            raise GeometryError(
                f"{self.name!r} has evidence about {len(self.evidence)} rows, but was asked about "
                f"{len(points)} points: give one point for each row"
            )
        xp = namespace(points)
        evidence = self.evidence if xp is np else xp.tensor(self.evidence, device=points.device)
        return margin_of(self.hyperboloid._energy(points, time) + evidence, self.hyperboloid.edge)

    def __repr__(self) -> str:
        return f"Attested({self.hyperboloid!r}, {len(self.evidence)} rows)"

    def _same_node(self, other: Any) -> bool:
        return self.hyperboloid == other.hyperboloid and np.array_equal(
            self.evidence, other.evidence
        )

    def __reduce__(self) -> tuple[type[Attested], tuple[Hyperboloid, NDArray[np.float32]]]:
        return Attested, (self.hyperboloid, self.evidence)
