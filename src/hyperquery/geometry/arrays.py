"""One code path for numpy arrays and torch tensors.

Functions of this package take either kind and give the same kind back, in the same floating
type. Torch is never imported here: a tensor can only come in when its owner has imported it.
"""

from __future__ import annotations

import math
import sys
from typing import Any, TypeAlias

import numpy as np

from hyperquery.geometry.errors import GeometryError

Array: TypeAlias = Any
"""A numpy array or a torch tensor, float32 or float64."""

Namespace: TypeAlias = Any
"""The module ``numpy`` or the module ``torch``."""

_LARGEST_NORM = {4: 2.0**60, 8: 2.0**500}  # by the bytes of a number
_SMALLEST_NORMAL = {4: 2.0**-126, 8: 2.0**-1022}


def namespace(*values: object) -> Namespace:
    """Return the module torch if any value is a tensor, otherwise numpy.

    >>> namespace(np.zeros(3)).__name__
    'numpy'
    """
    torch = sys.modules.get("torch")
    if torch is not None and any(isinstance(value, torch.Tensor) for value in values):
        return torch
    return np


def dtype_name(array: Array) -> str:
    """Return ``"float32"`` or ``"float64"``, for numpy and torch alike."""
    return str(array.dtype).removeprefix("torch.")


def largest_norm(array: Array) -> float:
    """Return the largest Euclidean norm of a point whose geometry this type can measure.

    It is 2**60 in float32 and 2**500 in float64, the square root of the type's range up to a
    factor that products with a face need. At curvature 1 it is a distance of 42 and of 347 from
    the origin.
    """
    return _LARGEST_NORM[array.dtype.itemsize]


def smallest_positive(array: Array) -> float:
    """Return the smallest normal number of the array's type.

    Subnormal numbers are smaller, but a processor told to flush them would make them 0.
    """
    return _SMALLEST_NORMAL[array.dtype.itemsize]


def as_floats(values: Array) -> Array:
    """Return the values as a float32 or float64 array; lists and integers become float64."""
    if namespace(values) is not np:
        array = values
        if not array.is_floating_point():
            array = array.double()
    else:
        array = np.asarray(values)
        if array.dtype.kind in "iub":
            array = array.astype(np.float64)
    if dtype_name(array) not in ("float32", "float64"):
        raise GeometryError(f"expected float32 or float64 numbers, got {array.dtype}")
    return array


def like(values: Array, model: Array) -> Array:
    """Return the values as an array of the model's kind, type and device."""
    xp = namespace(model)
    if xp is np:
        if namespace(values) is not np:
            values = values.detach().cpu().numpy()
        return np.asarray(values, dtype=model.dtype)
    if isinstance(values, np.ndarray) and not values.flags.writeable:
        values = values.copy()
    return xp.as_tensor(values, dtype=model.dtype, device=model.device)


def check_points(points: Array, dimension: int | None = None, curvature: float = 0.0) -> Array:
    """Return the points as a float array after checking shape and range.

    Args:
        points: Space coordinates, ``(n, d)``.
        dimension: The d that is wanted, or None for any.
        curvature: The positive kappa of the space, or 0.

    Returns:
        The points, ``(n, d)``, float32 or float64, contiguous, so that sums over a point's
        coordinates do not depend on the memory layout.

    Raises:
        GeometryError: If the shape is wrong, or a point is not finite or too far away to measure.
    """
    points = as_floats(points)
    if points.ndim != 2:
        raise GeometryError(
            f"expected points of shape (n, d), got {tuple(points.shape)}; "
            "a single point is points[None, :]"
        )
    if dimension is not None and points.shape[1] != dimension:
        raise GeometryError(
            f"the region has {dimension} dimensions, the points have {points.shape[1]}"
        )
    points = np.ascontiguousarray(points) if namespace(points) is np else points.contiguous()
    with np.errstate(over="ignore", invalid="ignore"):
        squares = (points * points).sum(axis=-1)
    norm = largest_norm(points) / math.sqrt(max(1.0, curvature))
    near = squares <= norm**2
    if not bool(near.all()):
        row = int((~near).nonzero()[0][0])
        raise GeometryError(
            f"point {row} is not finite or farther out than {dtype_name(points)} can measure: "
            f"its coordinates may have a norm of at most {norm:.3g}"
        )
    return points
