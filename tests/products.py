"""A small made-up catalog, and settings to train on it in about a second."""

from __future__ import annotations

from hyperquery import Config
from hyperquery.anthem.documents import Document
from hyperquery.engine.catalog import Catalog

SMALL = Config(dimension=8, steps=60, checks=6, batch_size=16, seed=1)
"""A training of about a second."""

PRODUCTS = [
    {"id": f"{kind}{number}", "title": f"{brand} {kind} {word}", "brand": brand,
     "category": f"Shop > {group} > {kind}s", "price": 10.0 * number}
    for number, (brand, word) in enumerate(
        [("Acme", "small"), ("Bolt", "large"), ("Acme", "folding"), ("Crest", "steel"),
         ("Bolt", "red"), ("Delta", "light")],
        start=1,
    )
    for kind, group in [
        ("kettle", "Kitchen"), ("pan", "Kitchen"), ("tent", "Outdoor"), ("lantern", "Outdoor"),
        ("hammer", "Tools"), ("drill", "Tools"), ("novel", "Books"), ("atlas", "Books"),
    ]
]  # fmt: skip

DOCUMENTS: list[Document] = Catalog.read(PRODUCTS).documents()
