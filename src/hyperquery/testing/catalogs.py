"""Hypothesis strategy for catalogs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_WORDS = ["fire", "tv", "stick", "kindle", "case", "for", "tablet", "lens", "8", '10.1"', "black"]
_WORDS += ["with", "remote", "echo", "café", "日本語", "t-shirt", "AND"]
_CATEGORIES = (
    (),
    ("Electronics",),
    ("Electronics", "Tablets"),
    ("Electronics", "TV", "Streaming"),
    ("Home", "Kitchen"),
)


def catalogs(*, min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Catalogs as lists of products: dicts with id, title, category, brand, color and price.

    Ids are distinct. A category is a list from the root down; it, the brand, the color and the
    price may be missing.

    Args:
        min_size: The fewest products.
        max_size: The most.
    """
    title = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
    product = st.fixed_dictionaries(
        {"id": st.uuids().map(str), "title": title},
        optional={
            "category": st.sampled_from(_CATEGORIES).map(list),
            "brand": st.sampled_from(["Amazon", "Roku", "Sony & Co."]) | st.none(),
            "color": st.sampled_from(["black", "white", "red"]) | st.none(),
            "price": st.floats(0, 2000).map(lambda price: round(price, 2)) | st.none(),
        },
    )
    return st.lists(
        product, min_size=min_size, max_size=max_size, unique_by=lambda product: product["id"]
    )
