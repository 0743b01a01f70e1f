"""Attention grids are what their formula says, and shares of one whole."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from hyperquery import Config, QueryError
from hyperquery.anthem.attention import attention_grid, term_attention
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary

TEXTS = ["Fire TV stick with Alexa", "Kindle Paperwhite", "moisturizer lotion"]
FREQUENT = ["fire tv"] * 2  # together with the first text enough for longer pieces


@pytest.fixture(params=[1.0, 0.0], ids="curvature {}".format)
def model(request: pytest.FixtureRequest) -> Model:
    vocabulary = Vocabulary.from_texts([*TEXTS, *FREQUENT], most_pieces=100)
    encoder = Anthem(vocabulary, Config(dimension=8, curvature=request.param, seed=3))
    return Model(vocabulary, encoder.eval())


def test_cells_are_shares_of_one(model: Model) -> None:
    grid = attention_grid(model, "Fire TV", ["kindle", "fire", "stick"])
    assert grid.values.shape == (6, 15)
    assert (grid.values >= 0).all()
    for shares in (grid.values, grid.term, grid.text):
        assert shares.sum() == pytest.approx(1, rel=1e-12)
    assert [word.text for word in grid.rows] == ["fire", "tv"]
    assert grid.columns[2].trigrams == ("#st", "sti", "tic", "ick", "ck#")


def test_cells_are_what_the_formula_says(model: Model) -> None:
    with torch.no_grad():
        stretched = torch.randn(8, 8, generator=torch.Generator().manual_seed(5))
        model.encoder.term_map.copy_(stretched)
    term, text = ["fire", "tv"], ["kindle", "fire", "tv"]
    grid = attention_grid(model, " ".join(term), text)
    encoder = model.encoder
    read = model.vocabulary.encode_words([term])
    weights = encoder.hyperboloids(read).weights[0].detach().numpy()

    def directions(words: list[str], mapped: str, side: int, importance: str) -> list[np.ndarray]:
        found = []
        for word in words:
            encoded = model.vocabulary.encode_words([[word]])
            ids = encoded.pieces.ids
            shares = getattr(encoder, importance).detach().numpy()[ids]
            move = np.zeros(8)
            if len(ids):
                table = encoder.piece_table.detach().numpy()[ids]
                move = np.exp(shares) @ table / np.linalg.norm(np.exp(shares))
            for trigram in encoded.trigrams.ids:
                centroid = encoder.centroids.detach().numpy()[trigram, 1:]
                if side == 1:
                    centroid = centroid / np.linalg.norm(centroid)
                own = getattr(encoder, mapped).detach().numpy() @ centroid
                found.append(own + math.exp(encoder.piece_gates[side].item()) * move)
        return found

    rows = directions(term, "term_map", 1, "term_piece_importance")
    columns = directions(text, "product_map", 0, "product_piece_importance")
    assert len(model.vocabulary.pieces) > 0
    expected = np.zeros(grid.values.shape)
    for q, u in enumerate(rows):
        meets = sum(weights[max(q, other), min(q, other)] for other in range(len(rows)))
        a = weights[q, q] + (meets - weights[q, q]) / 2
        for t, v in enumerate(columns):
            cosine = u @ v / np.linalg.norm(u) / np.linalg.norm(v)
            expected[q, t] = a * grid.text[t] * math.exp(math.sqrt(8) * cosine)
    np.testing.assert_allclose(grid.values, expected / expected.sum(), rtol=1e-4)


def test_self_attention_is_what_pools_the_point(model: Model) -> None:
    text = ["kindle", "lotion"]  # of which no longer piece is known
    grid = attention_grid(model, "fire", text)
    ids = model.vocabulary.encode_words([text]).trigrams.ids
    pooled = grid.text @ model.encoder.centroids.detach().numpy()[ids, 1:]
    direction = model.encoder.product_map.detach().numpy() @ pooled
    point = model.points(model.vocabulary.encode_words([text]))[0]
    np.testing.assert_allclose(
        point / np.linalg.norm(point), direction / np.linalg.norm(direction), atol=1e-5
    )


def test_meets_are_shared_half_and_half() -> None:
    weights = np.array([[0.1, 0.0, 0.0], [0.4, 0.1, 0.0], [0.0, 0.2, 0.2]], dtype=np.float32)
    assert term_attention(weights) == pytest.approx([0.3, 0.4, 0.3])


def test_words_have_the_sums_of_their_trigrams(model: Model) -> None:
    grid = attention_grid(model, "fire tv", ["kindle", "zzzz", "stick"])
    by_word = grid.by_word()
    assert by_word.shape == (2, 3)
    assert by_word[0, 2] == pytest.approx(grid.values[:4, 6:].sum())
    assert by_word[:, 1] == pytest.approx([0, 0])
    assert by_word.sum() == pytest.approx(1)
    attention, alone = grid.column_shares()
    assert attention == pytest.approx(by_word.sum(0))
    assert alone == pytest.approx([grid.text[:6].sum(), 0, grid.text[6:].sum()])
    attention, alone = grid.row_shares()
    assert attention == pytest.approx(by_word.sum(1))
    assert alone == pytest.approx([grid.term[:4].sum(), grid.term[4:].sum()])


def test_pairs_of_centroids_that_point_alike_get_more(model: Model) -> None:
    maps = model.encoder.term_map, model.encoder.product_map
    assert all(bool((m == m.new_ones(8).diag()).all()) for m in maps)  # untrained: same space
    fire, kindle = attention_grid(model, "fire", ["fire", "kindle"]).by_word()[0]
    assert fire > 1.5 * kindle


def test_a_text_of_which_nothing_is_known_has_no_columns(model: Model) -> None:
    for text in ([], ["zzzz"]):
        grid = attention_grid(model, "fire", text)
        assert grid.values.shape == (4, 0)
        assert grid.by_word().shape == (1, len(text))


def test_a_term_of_which_nothing_is_known_is_named(model: Model) -> None:
    with pytest.raises(QueryError, match="no part of the term 'zzzz' is known"):
        attention_grid(model, "zzzz", ["fire"])
    with pytest.raises(QueryError, match="too long"):
        attention_grid(model, "fire " * 100, ["fire"])
