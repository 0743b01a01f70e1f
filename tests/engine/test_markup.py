from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from hyperquery import Config, Engine
from hyperquery.demo import demo_engine
from hyperquery.engine.markup import markup_notice
from tests.products import PRODUCTS


@pytest.mark.parametrize(
    "title",
    ["<b>Fire", "Fire<br/>TV", '<span class="x">Fire', "a &amp; b", "7&quot;", "K&uuml;che",
     "a&#8211;b", "a&#x2013;b", "size&nbsp;L"],
)  # fmt: skip
def test_titles_with_html_are_noticed(title):
    notice = markup_notice(pa.array(["kettle", title]))
    assert notice is not None
    assert f"1 of 2 titles holds HTML, the first in row 2: {title!r}" in notice


@pytest.mark.parametrize("title", ["R&D; AT&T", "size <3 > 2", "a <best> b", "A&B", "love <3"])
def test_signs_that_are_no_html_are_left_alone(title):
    assert markup_notice(pa.array([title])) is None


def test_a_stray_title_with_html_is_not_worth_a_word():
    assert markup_notice(pa.array(["kettle"] * 99 + ["a &amp; b"])) is None
    assert markup_notice(pa.array(["kettle"] * 98 + ["a &amp; b"])) is not None


def test_the_bundled_catalog_holds_none():
    assert markup_notice(demo_engine().catalog.table["title"]) is None


def test_a_fit_warns_and_keeps_titles_as_they_are():
    products = [{**product, "title": f"<b>{product['title']}</b>"} for product in PRODUCTS]
    config = replace(Config(), dimension=8, steps=2)
    with pytest.warns(UserWarning, match=r"48 of 48 titles hold HTML.*html\.unescape"):
        engine = Engine.fit(products, config=config, progress=False)
    assert engine.catalog.titles[0] == products[0]["title"]
