"""Narrow a search by conditions, count what is left, and use a mask."""

from __future__ import annotations

import pyarrow.compute as pc

from hyperquery import Field, Term
from hyperquery.demo import demo_engine


def main() -> None:
    """The same search, narrowed in three ways."""
    engine = demo_engine()
    print(engine.search("headphones AND price<60 AND NOT brand:Sony", k=3), "\n")

    query = Term("headphones") & (Field("price") < 60) & ~(Field("brand") == "Sony")
    print("brands:", engine.facets(query, "brand", n=4))
    print("categories:", engine.facets(query, "category", n=4), "\n")

    bluetooth = pc.match_substring(engine.catalog.to_table()["title"], "Bluetooth")
    print(engine.search("speaker OR headphones", k=3, where=bluetooth))


if __name__ == "__main__":
    main()
