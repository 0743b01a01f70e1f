"""The features of titles, beside plain sets."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.anthem.features import features_of, number_of_features
from hyperquery.anthem.text import Vocabulary, trigrams

TITLES = ["red steel kettle", "red pan", "steel pan", "red kettle", "a steel kettle"] * 3


@given(st.lists(st.lists(st.sampled_from(["red", "steel", "kettle", "pan", "a", "x"])), min_size=1))
def test_features_are_what_sets_say(titles):
    vocabulary = Vocabulary.from_texts(TITLES, most_pieces=1000)
    names = [*vocabulary.trigrams, *vocabulary.pieces]
    found = features_of(vocabulary.encode_words(titles), vocabulary)
    assert len(found) == len(titles)
    for row, title in enumerate(titles):
        entries = slice(found.offsets[row], found.offsets[row + 1])
        ids = found.ids[entries].tolist()
        whole = {f"#{word}#" for word in title}
        whole |= {f"{a} {b}" for a, b in pairwise(title)}
        held = {part for word in title for part in trigrams(word)} & set(vocabulary.trigrams)
        assert ids == sorted(ids)
        known = [names[i] for i in ids]
        assert set(known[: len(held)]) == held
        assert set(known[len(held) :]) == whole & set(vocabulary.pieces)
        squares = found.values[entries].astype(np.float64) ** 2
        for part in (squares[: len(held)], squares[len(held) :]):
            assert not len(part) or np.isclose(part.sum(), 1)


def test_turned_features_are_the_transposed_matrix():
    vocabulary = Vocabulary.from_texts(TITLES, most_pieces=1000)
    size = number_of_features(vocabulary)
    found = features_of(vocabulary.encode(TITLES), vocabulary)
    dense = np.zeros((len(TITLES), size), np.float32)
    for row in range(len(found)):
        entries = slice(found.offsets[row], found.offsets[row + 1])
        dense[row, found.ids[entries]] = found.values[entries]
    turned = found.turned(size)
    assert len(turned) == size
    for feature in range(size):
        entries = slice(turned.offsets[feature], turned.offsets[feature + 1])
        column = np.zeros(len(TITLES), np.float32)
        column[turned.ids[entries]] = turned.values[entries]
        np.testing.assert_array_equal(column, dense[:, feature])
