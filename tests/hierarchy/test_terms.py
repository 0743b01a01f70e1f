from __future__ import annotations

import pytest

from hyperquery import ConfigError
from hyperquery.engine.catalog import Catalog
from hyperquery.hierarchy.terms import chosen_terms, mined_terms

CATALOG = Catalog.read(
    [
        {"id": 1, "title": "red red kettle", "brand": "Acme", "category": "Shop > Kettles"},
        {"id": 2, "title": "red pan", "brand": "ACME", "category": "Shop > Pans"},
        {"id": 3, "title": "blue pan", "brand": None, "category": None},
    ]
)


def test_a_product_counts_once_and_a_field_in_any_spelling():
    found = mined_terms(CATALOG, kinds=["category", "brand", "word"], least_products=2)
    assert [(t.text, t.kind, t.members) for t in found] == [
        ("Shop", "category", 2), ("Acme", "brand", 2), ("red", "word", 2), ("pan", "word", 2),
    ]  # fmt: skip


def test_a_term_of_several_kinds_is_of_the_first():
    kinds = {t.text: t.kind for t in mined_terms(CATALOG, kinds=["category", "word"],
                                                 least_products=1)}  # fmt: skip
    assert kinds["Pans"] == "category"
    assert kinds["pan"] == "word"


def test_without_the_fields_there_is_nothing():
    assert mined_terms(Catalog.read([{"id": 1, "title": "tea"}]), least_products=1) == ()


def test_unknown_kinds_are_refused():
    with pytest.raises(ConfigError, match="'colour'"):
        mined_terms(CATALOG, kinds=["colour"])


def test_chosen_terms_are_those_given():
    assert [t.members for t in chosen_terms(["tea", "TEA", "pot"])] == [None, None]
