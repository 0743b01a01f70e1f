"""Evidence: one flat axis for each known trigram, beside the hyperbolic ones.

A product lies at 1 on the axes of the trigrams that its title holds, at one half on those that
only its facets hold, and at 0 on the others. A term's box has a lower face at 1 on the axes of its
own trigrams and none elsewhere; what the product lacks is the energy ``weight * sum_t rho_t (1 -
x_t)`` of these faces, with the shares rho_t of the term's rarity. A facet of the catalog learns its
own weight: a brand is written in the titles of its products, a category often is not. Being energy
of a leaf, evidence leaves every law as it is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor

from hyperquery.anthem.text import Bags, Vocabulary

HELD_IN_FACETS = 0.5
"""Where a product lies on the axis of a trigram that its facets hold and its title does not."""


def lacking(terms: Bags, texts: Bags, titles: Bags, vocabulary: Vocabulary) -> Tensor:
    """Return the rarity-weighted share of each term's trigrams that each product lacks.

    Args:
        terms: trigrams of each term, at least one.
        texts: trigrams of all that is read of each product.
        titles: trigrams of each product's title.
        vocabulary: for the rarity of trigrams.

    Returns:
        (terms, texts) from 0, all held in the title, to 1, none held.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["fire", "kindle"])
        >>> fire = vocabulary.encode(["fire"]).trigrams
        >>> titles = vocabulary.encode(["fire", "kindle", "kindle"]).trigrams
        >>> texts = vocabulary.encode(["fire", "kindle", "kindle fire"]).trigrams
        >>> lacking(fire, texts, titles, vocabulary).tolist()
        [[0.0, 1.0, 0.5]]
    """
    used, positions = np.unique(terms.ids, return_inverse=True)
    held = np.zeros((len(used), len(texts)), dtype=np.float32)
    for bags, value in ((texts, HELD_IN_FACETS), (titles, 1.0)):
        owners = np.repeat(np.arange(len(bags)), bags.counts)
        found = np.searchsorted(used, bags.ids)
        among = used[np.minimum(found, len(used) - 1)] == bags.ids
        held[found[among], owners[among]] = value
    held_share = F.embedding_bag(
        torch.from_numpy(positions),
        torch.from_numpy(held),
        torch.from_numpy(terms.offsets[:-1]),
        mode="sum",
        per_sample_weights=torch.from_numpy(shares(terms, vocabulary)),
    )
    return (1 - held_share).clamp_min(0)


def shares(terms: Bags, vocabulary: Vocabulary) -> npt.NDArray[np.float32]:
    """Return how much of its term's rarity each trigram has, (total,): each term's sum to 1."""
    rarity = vocabulary.rarity[terms.ids]
    totals = np.add.reduceat(rarity, terms.offsets[:-1])
    return np.asarray(rarity / np.repeat(totals, terms.counts), dtype=np.float32)
