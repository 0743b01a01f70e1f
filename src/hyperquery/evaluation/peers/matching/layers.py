"""The layers that several text-matching models have in common."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.lexicon import Lexicon, Pairs


class WordVectors(nn.Module):
    """Vectors of words: the hashed letter trigrams of each, and what is learned about it.

    A word starts with the unit vector along the sum of its trigrams' random vectors, so that words
    spelled alike lie close. To it is added the word's own row of a learned table, which is 0 for a
    word outside the catalog; a word without known trigrams has no direction and resembles nothing.

    Args:
        lexicon: the words and trigrams.
        config: the dimension.
        learned: whether there is a table; if not the vectors stay as they are.
    """

    trigrams: Tensor

    def __init__(self, lexicon: Lexicon, config: MatchingConfig, *, learned: bool = True) -> None:
        super().__init__()
        self.register_buffer("trigrams", torch.randn(lexicon.trigrams, config.dimension))
        self.table = nn.Parameter(torch.zeros(lexicon.words, config.dimension)) if learned else None

    def forward(self, pairs: Pairs) -> tuple[Tensor, Tensor]:
        """Return the vectors of the queries' words and of the products'.

        Returns:
            (pairs, query_length, dimension) and (pairs, product_length, dimension), 0 at padding.
        """
        return self._texts(pairs, self._words(pairs))

    def similarities(self, pairs: Pairs) -> Tensor:
        """Return the cosine of each query word and product word, 0 where one is padding.

        Returns:
            (pairs, query_length, product_length) cosines.
        """
        queries, products = self._texts(pairs, F.normalize(self._words(pairs), dim=-1))
        return queries @ products.transpose(1, 2)

    def _words(self, pairs: Pairs) -> Tensor:
        """Return the vectors of the distinct words, (distinct, dimension)."""
        bags = F.embedding_bag(pairs.trigrams, self.trigrams, pairs.offsets, mode="sum")
        spelled = F.normalize(bags, dim=-1)
        if self.table is None:
            return spelled
        # F.embedding, as the gradient of plain indexing is summed in an order that varies.
        return spelled + F.embedding(pairs.rows, self.table, padding_idx=0)

    @staticmethod
    def _texts(pairs: Pairs, vectors: Tensor) -> tuple[Tensor, Tensor]:
        return F.embedding(pairs.queries, vectors), F.embedding(pairs.products, vectors)


class TrigramWindows(nn.Module):
    """A convolution with tanh over windows of three words, each a bag of letter trigrams.

    The product of a matrix with the concatenated trigram counts of three words (Shen et al., CIKM
    2014, equations 1 and 3) is computed as the sum of its three parts, one for each word.

    Args:
        trigrams: number of known trigrams.
        width: number of filters.
    """

    def __init__(self, trigrams: int, width: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(trigrams, 3 * width) * 0.1)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, pairs: Pairs, texts: Tensor) -> Tensor:
        """Return the filters' values, tanh, at each window.

        Args:
            pairs: what the texts are part of.
            texts: (pairs, length) its queries or products.

        Returns:
            (pairs, length, width); windows are centred at each word.
        """
        bags = F.embedding_bag(pairs.trigrams, self.table, pairs.offsets, mode="sum")
        before, here, after = F.embedding(texts, bags).chunk(3, dim=-1)
        before, after = F.pad(before[:, :-1], (0, 0, 1, 0)), F.pad(after[:, 1:], (0, 0, 0, 1))
        return torch.tanh(before + here + after + self.bias)


def masked_max(values: Tensor, mask: Tensor) -> Tensor:
    """Return the maximum over the words of a text, 0 for a text without words.

    Args:
        values: (pairs, length, width).
        mask: (pairs, length) which are words.

    Returns:
        (pairs, width).

    Examples:
        >>> values = torch.tensor([[[-3.0], [-2.0], [5.0]]])
        >>> masked_max(values, torch.tensor([[True, True, False]]))
        tensor([[-2.]])
    """
    highest = values.masked_fill(~mask[..., None], -torch.inf).amax(1)
    return highest.masked_fill(~mask.any(1, keepdim=True), 0.0)
