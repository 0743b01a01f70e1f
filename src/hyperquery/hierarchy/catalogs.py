"""The taxonomy that a catalog's category paths spell out."""

from __future__ import annotations

import networkx as nx

from hyperquery.engine.catalog import PATH_FIELD, Catalog
from hyperquery.engine.engine import Engine
from hyperquery.hierarchy.building import Draft, build
from hyperquery.hierarchy.errors import TaxonomyError


def from_catalog(catalog: Catalog | Engine | object) -> nx.DiGraph:
    """Make a taxonomy of the ``category`` of products.

    Args:
        catalog: a catalog, an engine, or whatever a catalog can be read from.

    Returns:
        The graph, as from :func:`hyperquery.hierarchy.from_paths`; nodes also have ``products``,
        the number of products in the category or below it.

    Raises:
        TaxonomyError: If no product has a category.

    Examples:
        >>> graph = from_catalog([{"id": 1, "title": "Fire", "category": "TV > Sticks"}])
        >>> graph.nodes["TV"]
        {'name': 'TV', 'products': 1, 'depth': 1}
    """
    if isinstance(catalog, Engine):
        catalog = catalog.catalog
    known = catalog if isinstance(catalog, Catalog) else Catalog.read(catalog)
    draft = Draft()
    for path in known.fields.get(PATH_FIELD, ()):
        if not path:
            continue
        draft.add_path(path)
        for end in range(1, len(path) + 1):
            attributes = draft.nodes[draft.add_path(path[:end])]
            attributes["products"] = attributes.get("products", 0) + 1
    if not draft.nodes:
        raise TaxonomyError(
            f"no product has a {PATH_FIELD}: a taxonomy needs a catalog with category paths"
        )
    return build(draft)
