from __future__ import annotations

import json

from hyperquery.cli.hierarchy import levels_of


def test_the_tree_of_categories(run, saved):
    assert run("tree", "-e", saved, "--depth", 2).stdout.splitlines() == [
        "all products  48",
        "└── Shop  48",
        "    ├── Books  12",
        "    ├── Kitchen  12",
        "    ├── Outdoor  12",
        "    └── Tools  12",
    ]
    whole = run("tree", "-e", saved).stdout
    assert "    │   ├── kettles  6\n" in whole


def test_of_some_products_as_json(run, saved):
    root = json.loads(run("tree", "-e", saved, "--where", "price<20", "--json").stdout)
    assert (root["products"], root["below"][0]["name"]) == (8, "Shop")
    assert [level["products"] for level in root["below"][0]["below"]] == [2, 2, 2, 2]


def test_levels_keep_the_order_of_the_counts():
    root = levels_of({"b": 5, "a": 3, "b > y": 3, "a > x": 3, "b > x": 2}, 9)
    assert list(root.below) == ["b", "a"]
    assert list(root.below["b"].below) == ["y", "x"]
    assert list(levels_of({"b": 5, "b > y": 3}, 9, depth=1).below["b"].below) == []
