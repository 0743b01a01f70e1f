from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem.text import Vocabulary, longer_pieces, trigrams, words


def test_words_drop_case_accents_and_punctuation():
    assert words("L'Oréal ÉCLAT, 10.1\" (2-Pack)") == [
        "l",
        "oreal",
        "eclat",
        "10",
        "1",
        "2",
        "pack",
    ]


def test_words_are_alike_however_they_are_written():
    assert words("Kindle™ №5") == ["kindle", "no5"]
    assert words("STRASSE straße") == ["strasse", "strasse"]
    assert words("ﬁre ＴＶ") == ["fire", "tv"]


def test_words_of_other_scripts_are_kept():
    assert words("日本 茶") == ["日本", "茶"]
    assert words("ガス") != words("カス")
    assert words("हिन्दी") == ["हिन्दी"]
    assert words("Ελλάδα") == ["ελλαδα"]


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_trigrams_overlap_and_mark_the_boundaries(word):
    pieces = trigrams(word)
    assert len(pieces) == len(word)
    assert "".join([pieces[0], *(piece[-1] for piece in pieces[1:])]) == f"#{word}#"


def test_encoding_keeps_known_trigrams_only():
    vocabulary = Vocabulary.from_texts(["fire", "tablet"])
    encoded = vocabulary.encode(["fires", "xyz", "", "tablet fire"]).trigrams
    assert encoded.counts.tolist() == [3, 0, 0, 10]


def test_rarity_falls_with_frequency():
    vocabulary = Vocabulary.from_texts(["fire tv", "fire hd", "fire kindle"])
    rarity = dict(zip(vocabulary.frequencies, vocabulary.rarity.tolist(), strict=True))
    assert rarity["kin"] > rarity["fir"]


@given(st.lists(st.text(max_size=20), max_size=6), st.data())
def test_slices_are_the_texts_encoded_alone(texts, data):
    vocabulary = Vocabulary.from_texts([*texts, *["some known words"] * 3], most_pieces=1000)
    start = data.draw(st.integers(0, len(texts)))
    stop = data.draw(st.integers(start, len(texts)))
    part = vocabulary.encode(texts)[start:stop]
    alone = vocabulary.encode(texts[start:stop])
    chosen = vocabulary.encode(texts).chosen(np.arange(start, stop))
    for found in (part, chosen):
        for kind in ("trigrams", "pieces"):
            assert np.array_equal(getattr(found, kind).ids, getattr(alone, kind).ids)
            assert np.array_equal(getattr(found, kind).offsets, getattr(alone, kind).offsets)


def test_longer_pieces_are_runs_words_and_pairs_of_several_texts():
    texts = ["Fire TV stick", "fire tv cube", "the Fire TV", "Kindle"]
    vocabulary = Vocabulary.from_texts(texts, most_pieces=100)
    assert set(vocabulary.pieces) == {
        "#fir", "fire", "ire#", "#fire", "fire#", "#fire#", "#tv#", "fire tv",
    }  # fmt: skip
    assert set(vocabulary.pieces.values()) == {3}
    encoded = vocabulary.encode(["fire tv", "tv fire", "kindle"])
    assert encoded.pieces.counts.tolist() == [8, 7, 0]


def test_the_most_frequent_pieces_are_kept():
    texts = ["ab"] * 5 + ["cd"] * 4 + ["ef"] * 3
    assert Vocabulary.from_texts(texts, most_pieces=2).pieces == {"#ab#": 5, "#cd#": 4}
    assert Vocabulary.from_texts(texts).pieces == {}


@given(st.lists(st.lists(st.sampled_from(["tea", "teas", "pot", "hot", "Tea-pot"]), max_size=6)))
def test_pieces_are_counted_once_for_each_text_in_order_of_first_appearance(cut):
    texts = [" ".join(text) for text in cut]
    vocabulary = Vocabulary.from_texts(texts, most_pieces=1000)
    held, longer = Counter(), Counter()
    for text in map(words, texts):
        held.update(list(dict.fromkeys(t for word in text for t in trigrams(word))))
        pairs = [" ".join(pair) for pair in pairwise(text)]
        longer.update(list(dict.fromkeys([p for w in text for p in longer_pieces(w)] + pairs)))
    assert list(vocabulary.frequencies.items()) == list(held.items())
    assert list(vocabulary.pieces.items()) == [(p, n) for p, n in longer.items() if n >= 3]
