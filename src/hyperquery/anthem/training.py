"""Training a model from a catalog alone, or from a catalog and judgments."""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import geoopt
import numpy as np
import torch
from torch import Tensor, nn

from hyperquery.anthem.batches import Batch, Batches, Judgment
from hyperquery.anthem.calibration import calibrate_edges
from hyperquery.anthem.checkpoints import (
    Checkpoints,
    State,
    Tensors,
    packed,
    part,
    training_key,
    unpack,
)
from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Document
from hyperquery.anthem.encoder import Anthem
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.interruption import Interruption, TrainingInterrupted
from hyperquery.anthem.leanings import MOST_TITLES
from hyperquery.anthem.losses import contrastive_loss, membership_loss
from hyperquery.anthem.model import Model
from hyperquery.anthem.progress import bar, note
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


@dataclass
class _Course:
    """How far a training has come.

    Attributes:
        step: steps taken.
        stale: checks since the best one.
        best_loss: the least loss on the held-out products.
        best_step: the step that it was found at.
        best_weights: of the encoder then; None before the first check.
    """

    step: int = 0
    stale: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    best_weights: Tensors | None = None

    def note(self, held_out_loss: float, encoder: Anthem) -> None:
        """Note a check, and keep the weights if they are the best."""
        if held_out_loss < self.best_loss:
            self.stale, self.best_loss, self.best_step = 0, held_out_loss, self.step
            self.best_weights = copy.deepcopy(encoder.state_dict())
        else:
            self.stale += 1

    def values(self) -> dict[str, Any]:
        """Return all but the weights, as JSON holds it."""
        best = self.best_loss if self.best_weights is not None else None
        return {
            "step": self.step,
            "stale": self.stale,
            "best_loss": best,
            "best_step": self.best_step,
        }

    @classmethod
    def of(cls, values: dict[str, Any], weights: Tensors) -> _Course:
        """Return the course that gave some values, with its best weights, if there were any."""
        best = values["best_loss"]
        known = math.inf if best is None else best
        kept = None if best is None else weights
        return cls(values["step"], values["stale"], known, values["best_step"], kept)


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

    def state(self) -> State:
        """Return all that the steps change."""
        optimizer = packed("optimizer", self._optimizer)
        tensors = {f"encoder.{name}": t for name, t in self.encoder.state_dict().items()}
        tensors |= {
            "sharpness": self._log_sharpness,
            "edge_sharpness": self._log_edge_sharpness,
            **optimizer.tensors,
        }
        values = {"optimizer": optimizer.values, "schedule": self._schedule.state_dict()}
        return State(tensors, values)

    def restore(self, state: State) -> None:
        """Go back to a state."""
        self.encoder.load_state_dict(part("encoder", state.tensors))
        with torch.no_grad():
            self._log_sharpness.copy_(state.tensors["sharpness"])
            self._log_edge_sharpness.copy_(state.tensors["edge_sharpness"])
        unpack("optimizer", state, state.values["optimizer"], self._optimizer)
        self._schedule.load_state_dict(dict(state.values["schedule"]))

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


class _Keeper:
    """Keeps the state of a training at times, and when it is told to stop."""

    def __init__(
        self, checkpoints: Checkpoints, key: str, training: _Training, batches: Batches
    ) -> None:
        self._checkpoints, self._key = checkpoints, key
        self._training, self._batches = training, batches

    def resumed(self) -> _Course:
        """Put training and batches back to what was kept; return how far they had come."""
        state = self._checkpoints.load(self._key)
        if state is None:
            return _Course()
        try:
            self._training.restore(state)
            self._batches.restore(state.values["batches"])
            return _Course.of(state.values["course"], part("best", state.tensors))
        except (AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise self._checkpoints.misfit(error) from error

    def after_step(self, course: _Course, interruption: Interruption) -> None:
        """Keep the state if it is time.

        Raises:
            TrainingInterrupted: If the training was told to stop.
        """
        number = interruption.number
        if number is None and not self._checkpoints.due():
            return
        best = {f"best.{name}": t for name, t in (course.best_weights or {}).items()}
        state = self._training.state()
        values = {**state.values, "batches": self._batches.state(), "course": course.values()}
        self._checkpoints.save(self._key, State({**state.tensors, **best}, values))
        if number is not None:
            raise TrainingInterrupted(course.step, number)


def train(
    documents: Sequence[Document],
    judgments: Sequence[Judgment] = (),
    *,
    config: Config | None = None,
    progress: bool = True,
    encoder: type[Anthem] = Anthem,
    checkpoints: Checkpoints | None = None,
) -> tuple[Model, TrainingReport]:
    """Train a model on the products' own texts, and on judgments where there are any.

    Training stops early when the held-out products no longer profit; the weights that did best on
    them are kept. Ctrl-C ends it the same way. Edges are calibrated at the end.

    Args:
        documents: the products; at least one has a word in it.
        judgments: known answers; their queries are trained on beside the pseudo-queries.
        config: settings; the defaults if None.
        progress: whether to say on standard error how far it has come: with bars in a terminal,
            elsewhere in plain lines.
        encoder: the kind of encoder; others than ANTHEM serve for comparison.
        checkpoints: where the training is kept every now and then. If one is there, this goes on
            from it, and ends with the model of a training that was never interrupted.

    Returns:
        The model and a report.

    Raises:
        CatalogError: If no document has a word.
        ConfigError: If the settings make training diverge, or another training is kept.
        ModelFileError: If a checkpoint cannot be read or written.
        TrainingInterrupted: With checkpoints, on Ctrl-C or SIGTERM, once the step is kept.
    """
    config = config or Config()
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    vocabulary = Vocabulary.from_texts(_texts(documents, progress), config.most_pieces)
    if not len(vocabulary):
        raise CatalogError("no product of the catalog has a letter or digit in its title")
    note("making queries", shown=progress)
    batches = Batches(documents, judgments, vocabulary, config, rng)
    training = _Training(encoder(vocabulary, config, generator), vocabulary)
    keeper = None
    if checkpoints is not None:
        key = training_key(encoder, config, *documents, *judgments)
        keeper = _Keeper(checkpoints, key, training, batches)
    course, interrupted = _learned(training, batches, progress, keeper)
    if course.best_weights is not None:
        training.encoder.load_state_dict(course.best_weights)
    if interrupted:
        kept = "the last step" if course.best_weights is None else f"step {course.best_step}"
        print(
            f"training interrupted after step {course.step}; keeping the model of {kept}",
            file=sys.stderr,
        )
    if any(not torch.isfinite(p).all() for p in training.encoder.learned()):
        raise ConfigError("training diverged: lower the learning rates or weights in the Config")
    taught = batches.facets.names if config.facet_weight and config.facet_queries else frozenset()
    model = Model(vocabulary, training.encoder.eval(), taught)
    if taught and config.leaning_weight:
        note("learning what titles say of facets", shown=progress)
        leanings = batches.leanings(taught, held_out=False)
        calibrate_edges(model.leaning(leanings), batches)
        if len(documents) <= MOST_TITLES:  # of more, not all are learned from anyway
            leanings = batches.leanings(taught, held_out=True)
        model = model.leaning(leanings)
    else:
        calibrate_edges(model, batches)
    return model, TrainingReport(course.step, course.best_step, course.best_loss, interrupted)


def _texts(documents: Sequence[Document], progress: bool) -> Iterator[str]:
    """Yield the texts of the products, and say how far it has come."""
    shown_as = bar("counting words", len(documents), "product", shown=progress)
    for document in documents:
        yield document.text
        shown_as.update()
    shown_as.close()


def _learned(
    training: _Training, batches: Batches, progress: bool, keeper: _Keeper | None
) -> tuple[_Course, bool]:
    """Take the steps; return how far it came, and whether Ctrl-C ended it."""
    config = training.config
    check = batches.check()
    course = _Course() if keeper is None else keeper.resumed()
    check_every = max(1, config.steps // config.checks)
    shown_as = bar("training", config.steps, "step", shown=progress, done=course.step)
    shown = {}
    try:
        with nullcontext() if keeper is None else Interruption() as interruption:
            while course.step < config.steps and course.stale < config.patience:
                loss = training.step(batches.draw())
                course.step += 1
                shown["loss"] = f"{loss:.3f}"
                if course.step % check_every == 0 or course.step == config.steps:
                    held_out_loss = training.check(check)
                    shown["held_out"] = f"{held_out_loss:.3f}"
                    course.note(held_out_loss, training.encoder)
                shown_as.set_postfix(shown, refresh=False)
                shown_as.update()
                if keeper is not None and interruption is not None:
                    keeper.after_step(course, interruption)
    except KeyboardInterrupt:
        if keeper is not None:  # the step may be half done, and what is kept is whole
            raise
        return course, True
    finally:
        shown_as.close()
    return course, False
