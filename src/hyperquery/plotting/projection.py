r"""From many hyperbolic dimensions to the disk: the nearest point of a totally geodesic plane.

The plane goes through the centre of all points, the Lorentz centroid ``sum x / |sum x|_L`` (M. Law,
R. Liao, J. Snell, R. Zemel, *Lorentzian Distance Learning for Hyperbolic Representations*, 2019).
Its two directions are principal directions of tangent vectors at that centre, as in principal
geodesic analysis in its tangent space approximation (P. T. Fletcher, C. Lu, S. Pizer, S. Joshi,
2004). Every point then goes to the point of the plane nearest to it, which has a closed form: with
the centre moved to the origin, it keeps its time and plane coordinates, ``(X0, p1, p2)``, and is
scaled back onto the sheet. Distances can only shrink; in 2 dimensions nothing changes but the
position of the disk.

The inverse, `PlaneProjection.lift`, puts a point of the disk back where it lies in d dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hyperquery.geometry import GeometryError
from hyperquery.geometry.lorentz import from_poincare, log_origin, scaled_time, to_poincare
from hyperquery.plotting.disk import Floats


@dataclass(frozen=True, eq=False)
class PlaneProjection:
    """A totally geodesic plane of hyperbolic space, and the way there and back.

    Attributes:
        centre: (d,) space coordinates of the disk's centre, on the sheet of curvature -1.
        axes: (2, d) orthonormal directions of the plane, seen with the centre at the origin.
        curvature: the positive kappa of the points that are projected.
    """

    centre: Floats
    axes: Floats
    curvature: float

    def to_disk(self, points: Floats) -> Floats:
        """Return the nearest point of the plane for each point, in the disk.

        Args:
            points: (n, d) space coordinates.

        Returns:
            (n, 2) inside the unit circle.
        """
        centred = _moved(points * np.sqrt(self.curvature), -self.centre)
        kept = centred @ self.axes.T
        time = scaled_time(centred)
        # below 1 only by rounding: every point has a nearest one in the plane
        scale = np.sqrt(np.maximum(time * time - (kept * kept).sum(-1), 1.0))
        return np.asarray(to_poincare(kept / scale[:, None]))

    def lift(self, disk: Floats) -> Floats:
        """Return points of the disk where they lie in d dimensions.

        Args:
            disk: (n, 2) inside the unit circle.

        Returns:
            (n, d) space coordinates.
        """
        points = _moved(np.asarray(from_poincare(disk)) @ self.axes, self.centre)
        return np.asarray(points / np.sqrt(self.curvature))


def fit_plane(
    points: Floats, curvature: float = 1.0, shown: Floats | None = None
) -> PlaneProjection:
    """Return the plane through the centre of points that shows the most of them.

    Args:
        points: (n, d) space coordinates, d at least 2.
        curvature: the positive kappa.
        shown: (m, d) points whose lengths, as tangent vectors at the centre, the plane keeps as far
            as it can; by default the points, centred in the tangent space.

    Raises:
        GeometryError: If the space is flat or has one dimension: neither has a disk.

    Examples:
        >>> plane = fit_plane(np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.5, 0.0]]))
        >>> plane.lift(plane.to_disk(np.array([[0.3, 0.2, 0.0]]))).round(6).tolist()
        [[0.3, 0.2, 0.0]]
    """
    check_space(points.shape[1], curvature)
    unit = np.asarray(points, np.float64) * np.sqrt(curvature)
    time = scaled_time(unit).sum()
    total = unit.sum(axis=0)
    centre = total / np.sqrt(time * time - total @ total)
    chosen = unit if shown is None else np.asarray(shown, np.float64) * np.sqrt(curvature)
    tangents = np.asarray(log_origin(_moved(chosen, -centre)))
    if shown is None:
        tangents = tangents - tangents.mean(axis=0)
    directions = np.linalg.svd(np.vstack([tangents, np.zeros_like(points[:2])]))[2][:2]
    # of the two signs of a direction, the one whose largest component is positive
    largest = np.abs(directions).argmax(axis=1)
    signs = np.where(directions[np.arange(2), largest] < 0, -1.0, 1.0)
    return PlaneProjection(centre, directions * signs[:, None], float(curvature))


def check_space(dimension: int, curvature: float) -> None:
    """Check that a space has a Poincare disk.

    Raises:
        GeometryError: If it is flat or has one dimension.
    """
    if curvature <= 0 or dimension < 2:
        raise GeometryError(
            "the Poincare disk shows hyperbolic space of 2 dimensions or more, not "
            f"{dimension} of curvature {-curvature:g}"
        )


def _moved(points: Floats, by: Floats) -> Floats:
    """Return points under the translation that takes the origin to ``by``, curvature -1."""
    time = np.asarray(scaled_time(points))
    along = points @ by
    return np.asarray(
        points + np.outer(time + along / (1.0 + scaled_time(by)), by), dtype=np.float64
    )
