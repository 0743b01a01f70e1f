from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import hyperquery
from hyperquery.anthem.text import words
from hyperquery.demo import CATALOG, ENGINE, demo_engine
from hyperquery.engine.catalog import Catalog


def titles(query, k=10):
    return [hit.title for hit in hyperquery.search(query, k=k) if hit.matches]


def test_fire_tv_stick_with_alexa():
    found = titles("Fire TV stick AND Alexa", k=5)
    assert len(found) == 5
    assert all("Fire TV Stick" in title and "Alexa" in title for title in found)


def test_fire_or_kindle_finds_both():
    found = titles("Fire OR Kindle", k=100)
    assert sum("Fire" in title for title in found) >= 30
    assert sum("Kindle" in title for title in found) >= 10


def test_tablets_of_fire_or_kindle():
    found = hyperquery.search("(Fire OR Kindle) AND tablet", k=10)
    assert all(hit.matches for hit in found)
    assert all("Fire" in hit.title or "Kindle" in hit.title for hit in found)
    assert all("Tablets" in hit["category"] for hit in found)


def test_a_product_that_only_says_what_it_is_is_found():
    found = hyperquery.search("(Fire OR Kindle) AND tablet", k=20)
    silent = {hit.title for hit in found if hit.matches and "tablet" not in hit.title.lower()}
    assert "Certified refurbished Fire HD 8, 2022 release, 32 GB" in silent


def test_a_title_that_excludes_what_the_query_does_is_found():
    found = hyperquery.search("fire tablet without ads", k=20)
    assert any("without lockscreen ads" in hit.title for hit in found if hit.matches)


def test_fire_but_not_tablets():
    found = titles("Fire AND NOT tablet", k=50)
    assert len(found) >= 40
    tablets = set(titles("category:Tablets", k=100))
    assert not tablets & set(found)
    assert sum("fire" in title.lower() for title in found) >= 45


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("headphones AND wireless AND NOT Sony", "wireless", "Sony"),
        ("running shoes AND women AND NOT Nike", "women", "Nike"),
        ("(coffee OR espresso) AND machine", "machine", "tea"),
        ("wine glasses", "glass", "smart"),
        ("waterproof jacket AND (men OR women)", "waterproof", "dog"),
    ],
)
def test_other_queries_give_what_a_person_expects(query, wanted, unwanted):
    found = titles(query, k=5)
    assert len(found) >= 3
    assert all(wanted in title for title in found)
    assert not [title for title in found if words(unwanted)[0] in words(title)]


def test_a_tablet_is_a_product_of_the_category_tablets():
    results = hyperquery.search("tablet", k=10)
    assert results.readings == {"tablet": "tablets"}
    assert all("Tablets" in hit["category"] for hit in results)


def test_a_typo_still_finds_it():
    assert "Kindle" in hyperquery.search("kindel paperwite", k=1)[0].title


def test_the_catalog_is_as_rich_as_promised():
    catalog = Catalog.read(CATALOG)
    leaves = Counter(catalog.fields["category"])
    assert len(catalog) >= 800
    assert len(leaves) >= 80
    assert set(catalog.fields) == {"brand", "category", "color", "price"}
    assert all(price > 0 for price in catalog.fields["price"])


def test_the_bundled_engine_is_of_the_bundled_catalog():
    assert demo_engine().catalog == Catalog.read(CATALOG)


def test_the_package_data_is_small():
    folder = ENGINE.parent
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.suffix != ".pyc")
    assert size < 8_500_000


def test_the_example_prints_every_answer():
    script = Path(__file__).parents[2] / "examples" / "demo.py"
    run = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert run.stdout.count(" ms") == 6
    assert "Fire TV Stick" in run.stdout


def test_parsing_needs_no_torch():
    code = "import sys, hyperquery; hyperquery.parse('a AND b'); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_every_public_name_can_be_imported():
    for name in hyperquery.__all__:
        assert getattr(hyperquery, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'serch'"):
        _ = hyperquery.serch
