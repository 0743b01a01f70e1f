"""The strategies reach the degenerate cases that they promise, and make only valid things."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hyperquery.engine.catalog import Catalog
from hyperquery.geometry import Attested, Condition, Everything, Hyperboloid, Region, distinct_nodes
from hyperquery.geometry.lorentz import axial
from hyperquery.testing import Scene, catalogs, hyperboloids, points, regions, scenes

generate_only = settings(phases=[Phase.generate], derandomize=True, database=None, deadline=None)


def tree_size(region: Region) -> int:
    return 1 + sum(map(tree_size, region.operands))


def test_scenes_reach_every_degenerate_case() -> None:
    seen: Counter[str] = Counter()

    @settings(generate_only, max_examples=800)
    @given(scenes(2))
    def look(scene: Scene) -> None:
        at = scene.points
        smallest = np.finfo(at.dtype).smallest_normal
        seen[at.dtype.name] += 1
        seen["flat"] += any(leaf.space and leaf.space[1] == 0 for leaf in scene.leaves)
        seen["far"] += bool((abs(at) > 1e15).any())
        seen["at the origin"] += bool((at == 0).all(axis=1).any())
        seen["condition"] += any(isinstance(leaf, Condition) for leaf in scene.leaves)
        seen["attested"] += any(isinstance(leaf, Attested) for leaf in scene.leaves)
        seen["everything"] += Everything() in scene.leaves
        seen["large tree"] += any(tree_size(region) > 20 for region in scene.regions)
        seen["equal leaves"] += len(set(scene.leaves)) < len(scene.leaves)
        for leaf in scene.leaves:
            if not isinstance(leaf, Hyperboloid):
                continue
            on_face = axial(np.clip(at, -9, 9), leaf.curvature) == leaf.upper
            seen["point on a face"] += bool(on_face.any())
            seen["point on the edge"] += bool((leaf.margin(at) == -smallest).any())
            seen["no width"] += bool((leaf.lower == leaf.upper).any())
            seen["inverted"] += bool((leaf.lower > leaf.upper).any())
            seen["beyond the border"] += leaf.is_empty and bool((leaf.lower <= leaf.upper).all())
            seen["infinite face"] += bool(np.isinf([leaf.lower, leaf.upper]).any())
            seen["inside"] += bool(leaf.contains(at).any())
            seen["outside"] += not leaf.contains(at).all()

    look()
    assert len(seen) == 18
    assert min(seen.values()) >= 5, seen


@given(points(4, 3, dtype=np.float32), points(2, 5, far=False))
def test_points_have_their_shape_and_type(far: np.ndarray, near: np.ndarray) -> None:
    assert far.shape == (3, 4)
    assert far.dtype == np.float32
    assert np.isfinite(far).all()
    assert near.shape == (5, 2)
    assert near.dtype == np.float64
    assert (abs(near) <= 20).all()


@given(hyperboloids(2, 0.5, dtype=np.float32))
def test_hyperboloids_have_their_space(box: Hyperboloid) -> None:
    assert box.space == (2, 0.5)
    assert box.lower.dtype == np.float32


@given(st.integers(1, 30), st.data())
def test_regions_are_no_larger_than_asked(most: int, data: st.DataObject) -> None:
    leaves = [Hyperboloid([0.0], 1.0, edge=1.0), Hyperboloid([0.0], 1.0, edge=2.0)]
    region = data.draw(regions(leaves, max_nodes=most, boosts=False))
    assert tree_size(region) <= most
    assert {node for node in distinct_nodes(region) if node.is_leaf} <= set(leaves)


@given(catalogs(min_size=2, max_size=5))
def test_catalogs_can_be_read(products: list[dict[str, object]]) -> None:
    assert 2 <= len(products) <= 5
    catalog = Catalog.read(products)
    assert list(catalog.ids) == [product["id"] for product in products]
    assert list(catalog.titles) == [product["title"] for product in products]
