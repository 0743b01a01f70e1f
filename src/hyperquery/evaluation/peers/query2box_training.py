"""Training Query2Box on pseudo-queries, facets, and random conjunctions of facets."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import geoopt
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from hyperquery.anthem.batches import Batch, Batches
from hyperquery.anthem.config import Config
from hyperquery.anthem.documents import Document
from hyperquery.anthem.losses import contrastive_loss, membership_loss
from hyperquery.anthem.text import Vocabulary
from hyperquery.errors import CatalogError, ConfigError
from hyperquery.evaluation.peers.ablations import without_evidence
from hyperquery.evaluation.peers.query2box import Boxes, Query2Box, box_distances

_CONJUNCTIONS = 300  # in a step, at most: fewer than the facets that they are made of
_ARITIES = (2, 3)  # as in the benchmark, and as in the paper
_STABILIZE_EVERY = 50  # steps between projections of the centroids back onto the manifold
_SHORTEST = 20  # steps of a schedule; of too few none would be left for its rise
_LARGEST_GRADIENT = 2.0
_FIRST_SHARPNESS = 20.0


@dataclass(frozen=True)
class Conjunctions:
    """Conjunctions of one number of facets.

    Attributes:
        facets: (conjunctions, arity) positions among a batch's facets.
        members: (conjunctions, products) 1 where a product has all of them, else 0.
    """

    facets: Tensor
    members: Tensor


def draw_conjunctions(members: Tensor, number: int, rng: np.random.Generator) -> list[Conjunctions]:
    """Draw distinct sets of facets that some product has all of.

    Args:
        members: (facets, products) 1 where a product has a facet, else 0.
        number: of draws, over all arities; those that repeat another count once.
        rng: source of everything drawn.

    Examples:
        >>> members = torch.tensor([[1.0, 1.0], [1.0, 0.0]])
        >>> found = draw_conjunctions(members, 10, np.random.default_rng(0))
        >>> [(one.facets.tolist(), one.members.tolist()) for one in found]
        [([[0, 1]], [[1.0, 0.0]])]
    """
    held = [np.flatnonzero(column) for column in members.T.numpy()]
    found = []
    for arity in _ARITIES:
        rich = [facets for facets in held if len(facets) >= arity]
        if not rich:
            continue
        drawn = {
            tuple(sorted(rng.choice(rich[int(rng.integers(len(rich)))], arity, replace=False)))
            for _ in range(number // len(_ARITIES))
        }
        facets = torch.from_numpy(np.array(sorted(drawn)))
        found.append(Conjunctions(facets, members[facets].prod(1)))
    return found


class _Training:
    """A model under training: losses, sharpness of the contrast, optimizer, schedule."""

    def __init__(self, model: Query2Box, config: Config, rng: np.random.Generator) -> None:
        self.model, self._config, self._rng = model, config, rng
        self._log_sharpness = nn.Parameter(torch.tensor(math.log(_FIRST_SHARPNESS)))
        tables = {
            model.encoder.centroids: config.manifold_learning_rate,
            model.encoder.piece_table: config.piece_learning_rate,
        }
        others = [p for p in model.parameters() if p not in tables] + [self._log_sharpness]
        self._weights = [*others, *tables]
        rates = [config.learning_rate, *tables.values()]
        self._optimizer = geoopt.optim.RiemannianAdam(
            [{"params": others}, *({"params": [table]} for table in tables)],
            lr=config.learning_rate,
            stabilize=_STABILIZE_EVERY,
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rates, total_steps=max(_SHORTEST, config.steps), pct_start=0.1
        )

    def step(self, batch: Batch) -> float:
        """Take one step on a batch, with newly drawn conjunctions; return its loss."""
        loss = self.loss(batch, draw_conjunctions(batch.members, _CONJUNCTIONS, self._rng))
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._weights, _LARGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def loss(self, batch: Batch, conjunctions: Sequence[Conjunctions]) -> Tensor:
        """Return the sum of the losses."""
        config, model = self._config, self.model
        products = model.encoder.points(model.vocabulary.encode_words(batch.products))
        asked = model.vocabulary.encode_words(batch.queries + batch.facets)
        terms = model.encoder.boxes(asked)
        made = len(batch.queries)
        facets = Boxes(terms.centres[made:], terms.offsets[made:])
        met = [
            model.intersection(Boxes(facets.centres[one.facets], facets.offsets[one.facets]))
            for one in conjunctions
        ]
        boxes = Boxes(*(torch.cat(parts) for parts in zip(terms, *met, strict=True)))
        distances = box_distances(boxes, products)
        margins, sharpness = distances - model.edge, model.log_sharpness.exp()
        answers = torch.cat([batch.members, *(one.members for one in conjunctions)])
        members = (batch.gains > 0).float()
        return (
            contrastive_loss(distances[:made], batch.gains, self._log_sharpness.exp())
            + config.edge_weight * membership_loss(margins[:made], members, sharpness)
            + config.facet_weight * membership_loss(margins[made:].T, answers.T, sharpness)
        )


def train_query2box(
    documents: Sequence[Document], *, config: Config | None = None, progress: bool = True
) -> Query2Box:
    """Train the model on the same products as hyperquery, for at most as many steps.

    The losses are those of hyperquery, on distances in place of energies: contrast on
    pseudo-queries; membership on pseudo-queries, facets and, beside them, conjunctions. The paper's
    own loss is that of membership with sampled negatives; here all other products of the batch are
    the negatives. The weights that do best on held-out products are kept.

    Args:
        documents: the products; at least one has a word in it.
        config: settings as for hyperquery; curvature and evidence count as 0.
        progress: whether to show a progress bar.

    Raises:
        CatalogError: If no document has a word.
        ConfigError: If the settings make training diverge.
    """
    config = replace(without_evidence(config or Config()), curvature=0.0)
    rng = np.random.default_rng(config.seed)
    texts = (document.text for document in documents)
    vocabulary = Vocabulary.from_texts(texts, config.most_pieces)
    if not len(vocabulary):
        raise CatalogError("no product of the catalog has a letter or digit in its title")
    batches = Batches(documents, (), vocabulary, config, rng)
    generator = torch.Generator().manual_seed(config.seed)
    network = Query2Box(vocabulary, config, generator, batches.facets.names)
    training = _Training(network, config, rng)
    check = batches.check()
    conjunctions = draw_conjunctions(check.members, _CONJUNCTIONS, rng)
    best_loss, best_weights, stale = math.inf, training.model.state_dict(), 0
    check_every = max(1, config.steps // config.checks)
    bar = tqdm(
        total=config.steps, desc="Query2Box", unit="step", disable=None if progress else True
    )
    for step in range(1, config.steps + 1):
        training.step(batches.draw())
        bar.update()
        if step % check_every and step != config.steps:
            continue
        with torch.no_grad():
            held_out_loss = float(training.loss(check, conjunctions))
        bar.set_postfix(held_out=f"{held_out_loss:.3f}")
        stale = 0 if held_out_loss < best_loss else stale + 1
        if stale == 0:
            best_loss, best_weights = held_out_loss, copy.deepcopy(training.model.state_dict())
        if stale >= config.patience:
            break
    bar.close()
    if not math.isfinite(best_loss):
        raise ConfigError("training diverged: lower the learning rates or weights in the Config")
    training.model.load_state_dict(best_weights)
    return training.model.eval()
