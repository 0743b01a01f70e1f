from __future__ import annotations

import pytest

from hyperquery.hierarchy import TaxonomyError, from_wordnet


def test_synsets_and_hypernyms(wordnet_folder):
    graph = from_wordnet(wordnet_folder)
    assert list(graph.predecessors("02084071")) == ["00015388", "00033020"]
    assert graph.nodes["00015388"]["words"] == ("animal", "animate being")
    assert graph.nodes["09999999"] == {
        "name": "Lassie", "id": "09999999", "words": ("Lassie",), "depth": 4,
    }  # fmt: skip
    assert graph.graph["report"].multi_parents == ("02084071",)


def test_a_missing_file_says_where_it_comes_from(tmp_path):
    with pytest.raises(TaxonomyError, match="wordnet-base"):
        from_wordnet(tmp_path)


def test_a_damaged_line_is_named(wordnet_folder):
    file = wordnet_folder / "data.noun"
    file.write_text(file.read_text().replace("002 @ 00001740", "009 @ 00001740", 1))
    with pytest.raises(TaxonomyError, match=r"line 3 of data\.noun is not a synset"):
        from_wordnet(file)


def test_a_hypernym_that_is_not_there_is_named(wordnet_folder):
    file = wordnet_folder / "data.noun"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:3]))
    text = file.read_text().replace("@ 00001740", "@ 00000001")
    file.write_text(text)
    with pytest.raises(TaxonomyError, match="00015388 has a hypernym that is not there: 00000001"):
        from_wordnet(file)
