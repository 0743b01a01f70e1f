"""Training a model from a catalog alone, or from a catalog and judgments."""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import geoopt
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from hyperquery.anthem.batches import Batch, Batches, Judgment
from hyperquery.anthem.calibration import calibrate_edges
from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Document
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.losses import contrastive_loss, membership_loss
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary
from hyperquery.errors import CatalogError, ConfigError

_SHORTEST = 20  # steps of a schedule; of too few none would be left for its rise
_STABILIZE_EVERY = 50  # steps between projections of the centroids back onto the manifold
_LEAST_GAIN_OF_MEMBER = 0.5  # a judged product answers with more
_LARGEST_GRADIENT = 2.0
_FIRST_SHARPNESS = 20.0
_FIRST_EDGE_SHARPNESS = 5.0


@dataclass(frozen=True)
class TrainingReport:
    """How a training went.

    Attributes:
        steps: steps taken.
        best_step: the step whose weights were kept.
        held_out_loss: the loss of those weights on the held-out products.
        interrupted: whether Ctrl-C ended it.
    """

    steps: int
    best_step: int
    held_out_loss: float
    interrupted: bool


class _Training:
    """A model under training: encoder, sharpnesses, optimizer, schedule."""

    def __init__(self, encoder: Anthem, vocabulary: Vocabulary) -> None:
        self.encoder, self.vocabulary, self.config = encoder, vocabulary, encoder.config
        config = encoder.config
        self._log_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_SHARPNESS)))
        self._log_edge_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_EDGE_SHARPNESS)))
        tables = {
            encoder.centroids: config.manifold_learning_rate,
            encoder.piece_table: config.piece_learning_rate,
        }
        weights = [p for p in encoder.parameters() if p not in tables]
        weights += [self._log_sharpness, self._log_edge_sharpness]
        rates = [config.learning_rate, *tables.values()]
        self._optimizer = geoopt.optim.RiemannianAdam(
            [{"params": weights}, *({"params": [table]} for table in tables)],
            lr=config.learning_rate,
            stabilize=_STABILIZE_EVERY,
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rates, total_steps=max(_SHORTEST, config.steps), pct_start=0.1
        )

    def step(self, batch: Batch) -> float:
        """Take one step on a batch; return its loss."""
        loss = self._loss(batch)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for group in self._optimizer.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def check(self, batch: Batch) -> float:
        """Return the loss of a batch, learning nothing."""
        with torch.no_grad():
            return float(self._loss(batch))

    def _loss(self, batch: Batch) -> Tensor:
        """Return the sum of the losses.

        Evidence alone answers most pseudo-queries, so with it in the contrastive loss the
        hyperbolic energy would learn little. It only takes part where edges are learned.
        """
        config, encoder = self.config, self.encoder
        if not (batch.queries or batch.facets):  # all too long to learn from
            return torch.zeros((), requires_grad=True)
        products = self.vocabulary.encode_words(batch.products)
        asked = self.vocabulary.encode_words(batch.queries + batch.facets)
        terms = encoder.hyperboloids(asked)
        energies = encoder.energies(encoder.points(products), terms)
        titles = self.vocabulary.encode_words(batch.titles)
        lack = lacking(asked.trigrams, products.trigrams, titles.trigrams, self.vocabulary)
        made = len(batch.queries)
        evidence = torch.cat([torch.full((made,), config.evidence_weight), terms.evidence[made:]])
        margins = energies + evidence[:, None] * lack - terms.edges[:, None]
        sharpness, edge_sharpness = self._log_sharpness.exp(), self._log_edge_sharpness.exp()
        loss = torch.zeros(())
        if made:
            loss = contrastive_loss(energies[:made], batch.gains, sharpness)
        if made and config.edge_weight:
            members = (batch.gains > _LEAST_GAIN_OF_MEMBER).float()
            learned = membership_loss(margins[:made], members, edge_sharpness)
            loss = loss + config.edge_weight * learned
        if config.facet_weight and batch.facets:
            learned = membership_loss(margins[made:].T, batch.members.T, edge_sharpness)
            loss = loss + config.facet_weight * learned
        return loss


def train(
    documents: Sequence[Document],
    judgments: Sequence[Judgment] = (),
    *,
    config: Config | None = None,
    progress: bool = True,
    encoder: type[Anthem] = Anthem,
) -> tuple[Model, TrainingReport]:
    """Train a model on the products' own texts, and on judgments where there are any.

    Training stops early when the held-out products no longer profit; the weights that did best on
    them are kept. Ctrl-C ends it the same way. Edges are calibrated at the end.

    Args:
        documents: the products; at least one has a word in it.
        judgments: known answers; their queries are trained on beside the pseudo-queries.
        config: settings; the defaults if None.
        progress: whether to show a bar with loss, rate and time left on standard error.
        encoder: the kind of encoder; others than ANTHEM serve for comparison.

    Returns:
        The model and a report.

    Raises:
        CatalogError: If no document has a word.
        ConfigError: If the settings make training diverge.
    """
    config = config or Config()
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    texts = (document.text for document in documents)
    vocabulary = Vocabulary.from_texts(texts, config.most_pieces)
    if not len(vocabulary):
        raise CatalogError("no product of the catalog has a letter or digit in its title")
    batches = Batches(documents, judgments, vocabulary, config, rng)
    training = _Training(encoder(vocabulary, config, generator), vocabulary)
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
    taught = batches.facets.names if config.facet_weight and config.facet_queries else frozenset()
    calibrate_edges(training.encoder, vocabulary, batches, taught)
    model = Model(vocabulary, training.encoder.eval(), taught)
    return model, TrainingReport(step, best_step, best_loss, interrupted)
