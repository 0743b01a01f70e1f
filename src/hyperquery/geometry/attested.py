"""A hyperboloid with further faces, on axes that only the rows of a catalog have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperquery.geometry.arrays import Array, namespace
from hyperquery.geometry.energy import margin as margin_of
from hyperquery.geometry.errors import GeometryError
from hyperquery.geometry.hyperboloid import Hyperboloid
from hyperquery.geometry.region import Region


class RowEvidence(ABC):
    """An energy of at least 0 for each row of a catalog, perhaps computed when it is asked for."""

    @abstractmethod
    def __len__(self) -> int:
        """Return how many rows there are."""

    @abstractmethod
    def energies(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the energies of some rows, or of all in their order, finite."""

    @property
    @abstractmethod
    def most(self) -> float:
        """No row's energy is above it."""

    @abstractmethod
    def __hash__(self) -> int: ...

    @abstractmethod
    def __eq__(self, other: object) -> bool: ...


class GivenEvidence(RowEvidence):
    """Evidence that is known for all rows.

    Args:
        energies: One for each row, finite and at least 0, ``(n,)``.
    """

    def __init__(self, energies: ArrayLike) -> None:
        values = np.array(energies, dtype=np.float32)
        if values.ndim != 1 or not (np.isfinite(values) & (values >= 0)).all():
            raise GeometryError("evidence is one finite energy of at least 0 for each row")
        values.flags.writeable = False
        self._energies = values
        self._hash = hash(values.tobytes())

    def __len__(self) -> int:
        return len(self._energies)

    def energies(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the energies of some rows, or of all in their order."""
        return self._energies if rows is None else self._energies[rows]

    @property
    def most(self) -> float:
        """The largest energy; 0 without rows."""
        return float(self._energies.max(initial=0.0))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GivenEvidence) and np.array_equal(self._energies, other._energies)


class Attested(Region):
    """A hyperboloid whose energy is raised, row by row, where a catalog's row lacks evidence.

    It is a box in the product of hyperbolic space and flat axes, such as one for each word: the
    energy is that of the hyperboloid plus that of the flat faces, and ends at the same edge. Like a
    condition it is evaluated at as many points as there are rows, in their order, or at points
    whose rows are named.

    Args:
        hyperboloid: The box in hyperbolic space; its edge counts for the sum of energies.
        evidence: The energy of the flat faces for each row, finite and at least 0, ``(n,)``, or
            what gives it.

    >>> fire = Hyperboloid([0.0], 1.0, edge=0.5, name="fire")
    >>> Attested(fire, [0.0, 2.0]).margin(np.zeros((2, 1))).round(1).tolist()
    [-0.5, 1.5]
    """

    __slots__ = ("hyperboloid", "source")

    hyperboloid: Hyperboloid
    source: RowEvidence

    def __init__(self, hyperboloid: Hyperboloid, evidence: ArrayLike | RowEvidence) -> None:
        source = evidence if isinstance(evidence, RowEvidence) else GivenEvidence(evidence)
        self._set(
            hyperboloid=hyperboloid,
            source=source,
            space=hyperboloid.space,
            _hash=hash(("attested", hyperboloid, source)),
        )

    @property
    def name(self) -> str | None:
        """How it is shown: as its hyperboloid."""
        return self.hyperboloid.name

    @property
    def evidence(self) -> NDArray[np.float32]:
        """The energy of the flat faces for each row, ``(n,)``."""
        return self.source.energies()

    def _leaf_margin(
        self, points: Array, time: Array | None, rows: NDArray[Any] | None = None
    ) -> Array:
        if rows is None and len(points) != len(self.source):
            raise GeometryError(
                f"{self.name!r} has evidence about {len(self.source)} rows, but was asked about "
                f"{len(points)} points: give one point for each row"
            )
        xp = namespace(points)
        known = self.source.energies(rows)
        evidence = known if xp is np else xp.tensor(known, device=points.device)
        return margin_of(self.hyperboloid._energy(points, time) + evidence, self.hyperboloid.edge)

    def __repr__(self) -> str:
        return f"Attested({self.hyperboloid!r}, {len(self.source)} rows)"

    def _same_node(self, other: Any) -> bool:
        return bool(self.hyperboloid == other.hyperboloid and self.source == other.source)

    def __reduce__(self) -> tuple[type[Attested], tuple[Hyperboloid, NDArray[np.float32]]]:
        return Attested, (self.hyperboloid, self.evidence)
