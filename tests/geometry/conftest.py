"""What the law tests share: equality of margins to the last bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hyperquery.geometry import Region
from hyperquery.testing import Scene

Same = Callable[[Scene, Region, Region], None]


def assert_same(scene: Scene, first: Region, second: Region) -> None:
    one, other = first.margin(scene.points), second.margin(scene.points)
    assert one.dtype == other.dtype == scene.points.dtype
    assert not np.isnan(one).any()
    assert (one != 0).all()
    assert (one == other).all(), f"{first}: {one}\n{second}: {other}"


@pytest.fixture(scope="session")
def same() -> Same:
    """Assert that two regions have the same margins, bit for bit, none 0 or NaN."""
    return assert_same
