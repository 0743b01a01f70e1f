"""Training a model from a catalog alone, or from a catalog and judgments."""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import geoopt
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from hyperquery.anthem.calibration import calibrate_edges
from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import LONGEST_QUERY, Document, PseudoQueries, Words, misspelled
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.losses import contrastive_loss, membership_loss
from hyperquery.anthem.model import Model
from hyperquery.anthem.pairwise import pairwise_energy
from hyperquery.anthem.text import Vocabulary, words
from hyperquery.errors import CatalogError, ConfigError

_FEWEST_TO_HOLD_OUT = 40  # with fewer products, all are trained on and checked on
_MOST_HELD_OUT = 1000
_STABILIZE_EVERY = 50  # steps between projections of the centroids back onto the manifold
_LARGEST_GRADIENT = 5.0
_FIRST_SHARPNESS = 20.0
_FIRST_EDGE_SHARPNESS = 12.0


@dataclass(frozen=True)
class Judgment:
    """That a product answers a query, and how well.

    Attributes:
        query: what was asked.
        product: position of the product among the documents.
        gain: 0 for irrelevant up to 1 for an exact answer.
    """

    query: str
    product: int
    gain: float


@dataclass(frozen=True)
class Batch:
    """One step's products and queries, by words.

    Attributes:
        products: the words read of each product.
        queries: the words of each query.
        gains: (queries, products) how well a product answers a query.
    """

    products: list[Words]
    queries: list[Words]
    gains: Tensor


@dataclass(frozen=True)
class TrainingReport:
    """How a training went.

    Attributes:
        steps: steps taken.
        best_step: the step whose weights were kept.
        held_out_loss: the contrastive loss of those weights on the held-out products.
        interrupted: whether Ctrl-C ended it.
    """

    steps: int
    best_step: int
    held_out_loss: float
    interrupted: bool


class Batches:
    """Draws the batches of a training, and the fixed batch of held-out products.

    Args:
        documents: the catalog.
        judgments: known answers, none by default.
        vocabulary: the trigrams of the documents.
        config: sizes and shares.
        rng: source of everything drawn.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        judgments: Sequence[Judgment],
        vocabulary: Vocabulary,
        config: Config,
        rng: np.random.Generator,
    ) -> None:
        self._vocabulary = vocabulary
        self._config = config
        self._rng = rng
        self.pseudo_queries = PseudoQueries(documents, config.facet_share)
        readable = [i for i, text in enumerate(self.pseudo_queries.texts) if text]
        order = [readable[i] for i in rng.permutation(len(readable))]
        number = 0
        if len(order) >= _FEWEST_TO_HOLD_OUT:
            number = min(_MOST_HELD_OUT, round(config.held_out * len(order)))
        self.held_out = order[:number] or order
        self._train = np.array(order[number:])
        self._queue: list[int] = []
        self._answers = {
            query: answers
            for query, answers in _answers(judgments, set(self._train.tolist())).items()
            if self._is_learnable(query)
        }

    def draw(self) -> Batch:
        """Draw the products and queries of one training step."""
        config, rng = self._config, self._rng
        indices = self._next_products()
        judged = self._draw_judged()
        indices = list(dict.fromkeys(indices + [product for _, product in judged]))
        queries = [
            self.pseudo_queries.make(index, rng)
            for index in indices
            for _ in range(config.queries_per_product)
        ]
        products = [self._read(index) for index in indices]
        batch = self._batch(indices, products, queries, [query for query, _ in judged])
        return replace(batch, queries=[self._typed(query) for query in batch.queries])

    def check(self) -> Batch:
        """Draw a batch of held-out products, read whole."""
        queries = [
            self.pseudo_queries.make(index, self._rng) for index in self.held_out for _ in range(2)
        ]
        products = [self.pseudo_queries.texts[index] for index in self.held_out]
        return self._batch(self.held_out, products, queries, [])

    def _batch(
        self, indices: list[int], products: list[Words], queries: list[Words], judged: list[Words]
    ) -> Batch:
        column = {index: position for position, index in enumerate(indices)}
        among = set(indices)
        judged = list(dict.fromkeys(judged))
        known = set(judged)
        made = dict.fromkeys(filter(self._is_learnable, queries))
        distinct = [query for query in made if query not in known]
        gains = torch.zeros(len(distinct) + len(judged), len(indices))
        for row, query in enumerate(distinct):
            found = self.pseudo_queries.satisfying(query, among)
            gains[row, [column[index] for index in found]] = 1.0
        for row, query in enumerate(judged, start=len(distinct)):
            for index, gain in self._answers[query].items():
                if index in column:
                    gains[row, column[index]] = gain
        return Batch(products, distinct + judged, gains)

    def _is_learnable(self, query: Words) -> bool:
        """Whether a query has a known trigram, and not so many that it slows all others down."""
        length = sum(map(len, query))  # a word has as many trigrams as letters
        return length <= LONGEST_QUERY and any(map(self._vocabulary.word_ids, query))

    def _next_products(self) -> list[int]:
        if not self._queue:
            self._queue = self._rng.permutation(self._train).tolist()
        size = self._config.batch_size
        drawn, self._queue = self._queue[:size], self._queue[size:]
        return drawn

    def _draw_judged(self) -> list[tuple[Words, int]]:
        """Draw judged queries, each with one product that answers it, better ones more often."""
        queries = list(self._answers)
        number = min(self._config.judged_queries, len(queries))
        drawn = []
        for position in self._rng.choice(len(queries), number, replace=False) if number else ():
            answers = self._answers[queries[position]]
            chances = np.array(list(answers.values()))
            product = self._rng.choice(list(answers), p=chances / chances.sum())
            drawn.append((queries[position], int(product)))
        return drawn

    def _typed(self, query: Words) -> Words:
        """Return the words as someone might type them, sometimes with one misspelled."""
        if self._rng.random() >= self._config.typo_share:
            return query
        place = int(self._rng.integers(len(query)))
        typed = (*query[:place], misspelled(query[place], self._rng), *query[place + 1 :])
        return typed if any(map(self._vocabulary.word_ids, typed)) else query

    def _read(self, index: int) -> Words:
        """Return what is read of a product this time: title or whole, some words left out."""
        rng, config = self._rng, self._config
        by_title = rng.random() < config.title_share
        text = self.pseudo_queries.title(index) if by_title else self.pseudo_queries.texts[index]
        kept = rng.random(len(text)) >= config.word_dropout * rng.random()
        return tuple(word for word, keep in zip(text, kept, strict=True) if keep) or text


def _answers(judgments: Sequence[Judgment], train: set[int]) -> dict[Words, dict[int, float]]:
    """Return the gains of the trained-on products of each judged query that has any."""
    answers: dict[Words, dict[int, float]] = {}
    for judgment in judgments:
        query = tuple(words(judgment.query))
        if query and judgment.product in train and judgment.gain > 0:
            answers.setdefault(query, {})[judgment.product] = judgment.gain
    return answers


class _Training:
    """A model under training: encoder, sharpnesses, optimizer, schedule."""

    def __init__(self, vocabulary: Vocabulary, config: Config, generator: torch.Generator) -> None:
        self.vocabulary, self.config = vocabulary, config
        self.encoder = Anthem(vocabulary, config, generator)
        self._log_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_SHARPNESS)))
        self._log_edge_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_EDGE_SHARPNESS)))
        weights = [p for p in self.encoder.parameters() if p is not self.encoder.centroids]
        weights += [self._log_sharpness, self._log_edge_sharpness]
        rates = [config.learning_rate, config.manifold_learning_rate]
        self._optimizer = geoopt.optim.RiemannianAdam(
            [{"params": weights}, {"params": [self.encoder.centroids]}],
            lr=config.learning_rate,
            stabilize=_STABILIZE_EVERY,
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rates, total_steps=max(2, config.steps), pct_start=0.1
        )

    def step(self, batch: Batch) -> float:
        """Take one step on a batch; return its loss."""
        loss, energies, edges = self._loss(batch)
        if self.config.edge_weight:
            sharpness = self._log_edge_sharpness.exp()
            members = membership_loss(energies, edges, batch.gains, sharpness)
            loss = loss + self.config.edge_weight * members
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for group in self._optimizer.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def check(self, batch: Batch) -> float:
        """Return the contrastive loss of a batch, learning nothing."""
        with torch.no_grad():
            return float(self._loss(batch)[0])

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the contrastive loss, the energies and the edges.

        Evidence alone answers most pseudo-queries, so with it in the contrastive loss the
        hyperbolic energy would learn little. It only takes part where edges are learned.
        """
        products = self.vocabulary.encode_words(batch.products)
        queries = self.vocabulary.encode_words(batch.queries)
        points, terms = self.encoder.points(products), self.encoder.hyperboloids(queries)
        curvature, softness = self.encoder.curvature, self.config.softness
        energies = pairwise_energy(points, terms.lower, terms.upper, curvature, softness)
        loss = contrastive_loss(energies, batch.gains, self._log_sharpness.exp())
        lack = lacking(queries, products, self.vocabulary)
        energies = energies + self.config.evidence_weight * lack
        return loss, energies, terms.edges


def train(
    documents: Sequence[Document],
    judgments: Sequence[Judgment] = (),
    *,
    config: Config | None = None,
    progress: bool = True,
) -> tuple[Model, TrainingReport]:
    """Train a model on the products' own texts, and on judgments where there are any.

    Training stops early when the held-out products no longer profit; the weights that did best on
    them are kept. Ctrl-C ends it the same way. Edges are calibrated at the end.

    Args:
        documents: the products; at least one has a word in it.
        judgments: known answers; their queries are trained on beside the pseudo-queries.
        config: settings; the defaults if None.
        progress: whether to show a bar with loss, rate and time left on standard error.

    Returns:
        The model and a report.

    Raises:
        CatalogError: If no document has a word.
        ConfigError: If the settings make training diverge.
    """
    config = config or Config()
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    vocabulary = Vocabulary.from_texts(document.text for document in documents)
    if not len(vocabulary):
        raise CatalogError("no product of the catalog has a letter or digit in its title")
    batches = Batches(documents, judgments, vocabulary, config, rng)
    training = _Training(vocabulary, config, generator)
    check = batches.check()
    best_loss, best_step, best_weights = math.inf, 0, None
    step, stale, interrupted = 0, 0, False
    check_every = max(1, config.steps // config.checks)
    bar = tqdm(total=config.steps, desc="training", unit="step", disable=None if progress else True)
    try:
        for step in range(1, config.steps + 1):
            loss = training.step(batches.draw())
            bar.update()
            if step % check_every and step != config.steps:
                continue
            held_out_loss = training.check(check)
            bar.set_postfix(loss=f"{loss:.3f}", held_out=f"{held_out_loss:.3f}")
            stale = 0 if held_out_loss < best_loss else stale + 1
            if stale == 0:
                best_loss, best_step = held_out_loss, step
                best_weights = copy.deepcopy(training.encoder.state_dict())
            if stale >= config.patience:
                break
    except KeyboardInterrupt:
        interrupted = True
    finally:
        bar.close()
    if best_weights is not None:
        training.encoder.load_state_dict(best_weights)
    if interrupted:
        kept = f"step {best_step}" if best_weights is not None else "the last step"
        print(f"training interrupted at step {step}; keeping the model of {kept}", file=sys.stderr)
    if any(not torch.isfinite(p).all() for p in training.encoder.learned()):
        raise ConfigError("training diverged: lower the learning rates or weights in the Config")
    calibrate_edges(training.encoder, vocabulary, batches.pseudo_queries, batches.held_out, config)
    model = Model(vocabulary, training.encoder.eval())
    return model, TrainingReport(step, best_step, best_loss, interrupted)
