"""Attention grids: which trigrams of a text a term attends to, for people to look at.

The model reads a term and a text apart from each other: attention weighs the term's trigrams and
their meets, self-attention the text's trigrams, and what the two then have in common is how their
centroids lie. The grid puts these three together, pair by pair, and is shown as ANTHEM's grids are
(Choudhary et al., WSDM 2022): trigrams of the term down, trigrams of the text across.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows

from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Bags, Vocabulary, words

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReadWord:
    """A word as the model reads it.

    Attributes:
        text: the word, in lower case and without accents.
        trigrams: those of its trigrams that the model knows, in order.
    """

    text: str
    trigrams: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class AttentionGrid:
    """How much each trigram of a term attends to each trigram of a text.

    Attributes:
        values: (q, t) at least 0, summing to 1; of no columns if no trigram of the text is known.
        term: (q,) the attention within the term, summing to 1.
        text: (t,) the self-attention within the text, summing to 1.
        rows: the words of the term; their trigrams in order are the rows.
        columns: the words of the text; their trigrams in order are the columns.
    """

    values: Shares
    term: Shares
    text: Shares
    rows: tuple[ReadWord, ...]
    columns: tuple[ReadWord, ...]

    def by_word(self) -> Shares:
        """Return the attention of words to words, (words of the term, words of the text)."""
        return _summed(_summed(self.values, self.rows).T, self.columns).T

    def row_shares(self) -> tuple[Shares, Shares]:
        """Return how much each word of the term attends, and what attention within gives it.

        The quotient says how much more, or less, a word finds in this text than in any other.
        """
        return _summed(self.values.sum(1), self.rows), _summed(self.term, self.rows)

    def column_shares(self) -> tuple[Shares, Shares]:
        """Return how much each word of the text is attended to, and what self-attention gives it.

        The quotient says how much more, or less, this term attends to the word than any term does.
        """
        return _summed(self.values.sum(0), self.columns), _summed(self.text, self.columns)


def attention_grid(model: Model, term: str, text: Sequence[str]) -> AttentionGrid:
    """Return the grid of a term's attention to a text.

        A[q, t] = a[q] p[t] exp(sqrt(d) cos(u_q, v_t)) / Z

    with the sum of all cells 1. ``a[q]`` is the term's attention to trigram q, its own and half of
    that to each of its meets, ``p[t]`` the text's self-attention to trigram t. ``u_q`` and ``v_t``
    are the trigrams' centroids as the encoder maps them to terms and to products, moved as far as
    the longer pieces of the trigram's word move a centre. So A is ``a p``, the attention of two
    that know nothing of each other, tilted to the pairs that point the same way: the softmax of
    scaled dot-product attention (Vaswani et al., *Attention Is All You Need*, 2017) with
    log-priors. Cosines of unrelated directions have the standard deviation ``1 / sqrt(d)``; the
    factor makes it 1, so that there is no temperature to choose.

    Args:
        model: the trained model.
        term: with at least one known trigram.
        text: normalized words, as :func:`hyperquery.anthem.text.words` gives them.

    Raises:
        QueryError: If no trigram of the term is known, or it is too long.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> grid = attention_grid(demo_engine().model, "fire", ["kindle", "fire"])
        >>> grid.values.shape, bool(np.isclose(grid.values.sum(), 1))
        ((4, 10), True)
        >>> kindle, fire = grid.by_word()[0]
        >>> bool(fire > kindle)
        True
    """
    encoder, vocabulary = model.encoder, model.vocabulary
    columns = vocabulary.encode_words([text]).trigrams
    term_words = words(term)
    with torch.no_grad():
        within = term_attention(encoder.hyperboloids(model.read_term(term)).weights[0].numpy())
        across = _text_attention(model, columns)
        term_side = encoder.term_trigrams(*_by_word(vocabulary, term_words))
        text_side = encoder.product_trigrams(*_by_word(vocabulary, text))
        cosines = F.normalize(term_side, dim=-1) @ F.normalize(text_side, dim=-1).T
    affinity = np.exp(math.sqrt(model.config.dimension) * cosines.numpy().astype(np.float64))
    values = within[:, None] * across * affinity
    return AttentionGrid(
        values / values.sum() if values.size else values,
        within,
        across,
        tuple(_read(model, word) for word in term_words),
        tuple(_read(model, word) for word in text),
    )


def _by_word(
    vocabulary: Vocabulary, cut: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Bags]:
    """Return a text's trigrams, the position of the word that each is of, and the words' pieces."""
    encoded = vocabulary.encode_words([[word] for word in cut])
    owners = np.repeat(np.arange(len(cut)), encoded.trigrams.counts)
    return encoded.trigrams.ids, owners, encoded.pieces


def term_attention(weights: npt.NDArray[np.float32]) -> Shares:
    """Return a term's attention to each of its trigrams: its own, and half of each of its meets'.

    Args:
        weights: (q, q) of one term, as :class:`hyperquery.anthem.encoder.Hyperboloids` has them.

    Returns:
        (q,) summing to 1.

    Examples:
        >>> term_attention(np.array([[0.25, 0.0], [0.5, 0.25]], dtype=np.float32)).tolist()
        [0.5, 0.5]
    """
    lower = np.tril(weights).astype(np.float64)
    return _normalised((lower.sum(0) + lower.sum(1)) / 2)


def _text_attention(model: Model, text: Bags) -> Shares:
    """Return a text's self-attention to each of its trigrams, (t,) summing to 1."""
    if not len(text.ids):
        return np.zeros(0)
    weights = model.encoder.self_attention(text)
    return _normalised(weights.numpy().astype(np.float64))


def _normalised(weights: Shares) -> Shares:
    return np.asarray(weights / weights.sum())


def _read(model: Model, word: str) -> ReadWord:
    vocabulary = model.vocabulary
    return ReadWord(word, tuple(vocabulary.trigrams[i] for i in vocabulary.word_ids(word)))


def _summed(values: Shares, read: Sequence[ReadWord]) -> Shares:
    """Return the sums over each word's trigrams, (trigrams, ...) to (words, ...)."""
    owners = np.repeat(np.arange(len(read)), [len(word.trigrams) for word in read])
    sums = np.zeros((len(read), *values.shape[1:]))
    np.add.at(sums, owners, values)
    return sums
