"""Evidence: one flat axis for each known trigram, beside the hyperbolic ones.

A product lies at 1 on the axes of the trigrams that its text holds and at 0 on the others. A
term's box has a lower face at 1 on the axes of its own trigrams and none elsewhere, so the energy
of the sparse axes is ``weight * sum_t rho_t (1 - x_t)**2``, the rarity-weighted share of the
term's trigrams that the product lacks. Being energy of a leaf, it leaves every law as it is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the name everyone knows
from torch import Tensor

from hyperquery.anthem.text import Trigrams, Vocabulary


def lacking(terms: Trigrams, texts: Trigrams, vocabulary: Vocabulary) -> Tensor:
    """Return the rarity-weighted share of each term's trigrams that each text lacks.

    Args:
        terms: every one with a known trigram.
        texts: any.
        vocabulary: for the rarity of trigrams.

    Returns:
        (terms, texts) from 0, all held, to 1, none held.

    Examples:
        >>> vocabulary = Vocabulary.from_texts(["fire", "kindle"])
        >>> fire = vocabulary.encode(["fire"])
        >>> lacking(fire, vocabulary.encode(["fire kindle", "kindle"]), vocabulary).tolist()
        [[0.0, 1.0]]
    """
    used, positions = np.unique(terms.ids, return_inverse=True)
    indicator = np.zeros((len(used), len(texts)), dtype=np.float32)
    owners = np.repeat(np.arange(len(texts)), texts.counts)
    found = np.searchsorted(used, texts.ids)
    held = used[np.minimum(found, len(used) - 1)] == texts.ids
    indicator[found[held], owners[held]] = 1.0
    held_share = F.embedding_bag(
        torch.from_numpy(positions),
        torch.from_numpy(indicator),
        torch.from_numpy(terms.offsets[:-1]),
        mode="sum",
        per_sample_weights=torch.from_numpy(shares(terms, vocabulary)),
    )
    return (1 - held_share).clamp_min(0)


def shares(terms: Trigrams, vocabulary: Vocabulary) -> npt.NDArray[np.float32]:
    """Return how much of its term's rarity each trigram has, (total,): each term's sum to 1."""
    rarity = vocabulary.rarity[terms.ids]
    totals = np.add.reduceat(rarity, terms.offsets[:-1])
    return np.asarray(rarity / np.repeat(totals, terms.counts), dtype=np.float32)
