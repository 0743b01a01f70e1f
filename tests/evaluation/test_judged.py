from __future__ import annotations

import gzip
import json

import pytest

from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.judged import JudgedCatalog, data_folder, read_esci


def test_the_folder_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERQUERY_DATA", str(tmp_path))
    assert data_folder() is None
    (tmp_path / "esci").mkdir()
    assert data_folder() == tmp_path


def test_judgments_become_gains(tmp_path):
    esci = tmp_path / "esci"
    esci.mkdir()
    products = [{"id": "a", "title": "Fire TV"}, {"id": "b", "title": "Kindle"}]
    lines = "\n".join(json.dumps(product) for product in products)
    (esci / "products.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (esci / "judgments.csv").write_text("query,product_id,label\nfire,a,E\nfire,b,I\n")
    judged = read_esci(tmp_path)
    assert judged.gains == {"fire": {"a": 1.0, "b": 0.0}}
    assert judged.catalog.ids == ("a", "b")


def test_texts_are_whole():
    products = [{"id": 1, "title": "Belt without buckle", "brand": "Acme"}]
    judged = JudgedCatalog(Catalog.read(products), {})
    assert judged.texts() == ["Belt without buckle Acme"]
    assert judged.texts_as_read() == ["Belt without Acme"]


@pytest.mark.data
@pytest.mark.skipif(data_folder() is None, reason="no shared data; see HYPERQUERY_DATA")
def test_the_shared_slice_is_whole():
    judged = read_esci(data_folder())
    assert len(judged.catalog) == 6764
    assert len(judged.gains) == 99
    assert max(map(len, judged.catalog.fields["category"][:10])) <= 7
