"""Fitting a text-matching model to a catalog, tuning it on judgments, scoring with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from tqdm import tqdm

from hyperquery.anthem.batches import Judgment
from hyperquery.anthem.documents import Document
from hyperquery.anthem.text import words
from hyperquery.errors import ConfigError
from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.contrasts import (
    Contrasts,
    ContrastSource,
    judged_queries,
)
from hyperquery.evaluation.peers.matching.lexicon import Lexicon
from hyperquery.evaluation.peers.matching.registry import MODELS
from hyperquery.evaluation.peers.matching.scorer import Scorer

_LARGEST_GRADIENT = 5.0
_AT_ONCE = 512  # products scored together, a bound on memory


class Matcher:
    """A trained text-matching model over the products of a catalog.

    Args:
        scorer: the model.
        lexicon: the words of the catalog.
        source: what it was trained on, and may be tuned on.
        config: settings.
    """

    def __init__(
        self, scorer: Scorer, lexicon: Lexicon, source: ContrastSource, config: MatchingConfig
    ) -> None:
        self._scorer = scorer
        self._lexicon = lexicon
        self._source = source
        self._config = config

    @classmethod
    def fit(
        cls,
        model_name: str,
        documents: Sequence[Document],
        judgments: Sequence[Judgment] = (),
        *,
        config: MatchingConfig | None = None,
        progress: bool = False,
    ) -> Matcher:
        """Train a model on pseudo-queries, and then on judgments where there are any.

        Args:
            model_name: one of :data:`MODELS`.
            documents: the products; at least one has a word in it.
            judgments: known answers, see :meth:`tune`.
            config: settings; the defaults if None.
            progress: whether to show a bar on standard error.

        Raises:
            ConfigError: If there is no such model.
            CatalogError: If no document has a word.

        Examples:
            >>> titles = ["red kettle", "blue kettle", "red tent", "blue tent"]
            >>> config = MatchingConfig(steps=50, negatives=2)
            >>> matcher = Matcher.fit("DRMM", [Document(title) for title in titles], config=config)
            >>> int(matcher.scores("blue tent", np.arange(4)).argmax())
            3
        """
        if model_name not in MODELS:
            raise ConfigError(f"unknown model {model_name!r}; known are {', '.join(MODELS)}")
        config = config or MatchingConfig()
        source = ContrastSource(documents, config)
        lexicon = Lexicon(source.texts, config)
        rng = np.random.default_rng(config.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            scorer = MODELS[model_name](lexicon, config)
            _train(
                scorer,
                lexicon,
                lambda: source.draw(rng, config.queries_per_step),
                tqdm(range(config.steps), desc=model_name, disable=None if progress else True),
                config.pace,
            )
        matcher = cls(scorer, lexicon, source, config)
        return matcher.tune(judgments) if judgments else matcher

    def tune(self, judgments: Sequence[Judgment]) -> Matcher:
        """Return a copy that was trained further, on judged queries and some pseudo-queries.

        Judgments of queries without words, or without an answer, teach nothing.
        """
        judged = judged_queries(judgments)
        if not judged:
            return self
        config, source = self._config, self._source
        rng = np.random.default_rng(config.seed)
        number = round(config.judged_share * config.queries_per_step)

        def draw() -> Contrasts:
            known = source.draw_judged(judged, rng, number)
            made = source.draw(rng, config.queries_per_step - number)
            return Contrasts(known.queries + made.queries, known.products + made.products)

        scorer = copy.deepcopy(self._scorer)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            _train(scorer, self._lexicon, draw, range(config.tune_steps), config.tune_pace)
        return Matcher(scorer, self._lexicon, source, config)

    def scores(self, query: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the scores of some products for a query.

        Args:
            query: any text.
            rows: (n,) positions of the products among the documents.

        Returns:
            (n,) scores, larger is better.
        """
        asked = tuple(words(query))
        texts = [self._source.texts[row] for row in rows]
        parts = [np.zeros(0, dtype=np.float32)]
        with torch.no_grad():
            for start in range(0, len(texts), _AT_ONCE):
                pairs = self._lexicon.pairs([asked], [texts[start : start + _AT_ONCE]])
                parts.append(self._scorer(pairs).numpy())
        return np.concatenate(parts)


def _train(
    scorer: Scorer,
    lexicon: Lexicon,
    draw: Callable[[], Contrasts],
    steps: range | tqdm[int],
    pace: float,
) -> None:
    """Train a model on drawn contrasts with Adam; leave it ready to score."""
    learned = [parameter for parameter in scorer.parameters() if parameter.requires_grad]
    rate = scorer.learning_rate * pace
    # Unfused, a step over the tables of words and trigrams takes longer than the gradients.
    optimizer = torch.optim.Adam(learned, lr=rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=max(2, len(steps)), pct_start=0.1
    )
    scorer.train()
    for _ in steps:
        contrasts = draw()
        pairs = lexicon.pairs(contrasts.queries, contrasts.products)
        loss = scorer.loss(scorer(pairs).view(len(contrasts.queries), -1))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learned, _LARGEST_GRADIENT)
        optimizer.step()
        schedule.step()
    scorer.eval()
