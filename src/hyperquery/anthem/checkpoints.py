"""Checkpoints: all that a training needs to go on as if it had never stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from hyperquery.errors import ConfigError, HyperqueryError, ModelFileError
from hyperquery.storage import Store

FORMAT: Final = "hyperquery training"
FORMAT_VERSION: Final = 1
_TENSORS: Final = "state.safetensors"
_VALUES: Final = "state.json"

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class State:
    """A training between two steps.

    Attributes:
        tensors: weights and what the optimizer knows of each.
        values: everything else, as JSON holds it.
    """

    tensors: Mapping[str, Tensor]
    values: Mapping[str, Any]


class Checkpoints:
    """The folder in which an unfinished training is kept.

    Args:
        path: the folder; the first checkpoint makes it.
        every: seconds between checkpoints.
        clock: the time in seconds, from any start.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        every: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = Store(path, FORMAT, FORMAT_VERSION)
        self._every = every
        self._clock = clock
        self._last = clock()

    def exists(self) -> bool:
        """Return whether a training is kept."""
        return self._store.exists()

    def due(self) -> bool:
        """Return whether it is time for another checkpoint."""
        return self._clock() - self._last >= self._every

    def save(self, key: str, state: State) -> None:
        """Keep a state in place of the one before.

        Args:
            key: of what is trained; see :func:`training_key`.
            state: of the training.

        Raises:
            ModelFileError: If it cannot be written; the one before stays.
        """
        arrays: dict[str, npt.NDArray[Any]] = {
            name: tensor.detach().numpy() for name, tensor in state.tensors.items()
        }
        with self._store.writer() as transaction:
            transaction.put_arrays(_TENSORS, arrays)
            transaction.put(_VALUES, json.dumps(state.values).encode())
            transaction.meta["key"] = key
        self._last = self._clock()

    def load(self, key: str) -> State | None:
        """Return the state that was kept, or None if there is none.

        Raises:
            ConfigError: If it is of another training.
            ModelFileError: If it cannot be read.
        """
        if not self._store.exists():
            return None
        snapshot = self._store.snapshot()
        if snapshot.meta.get("key") != key:
            raise ConfigError(
                f"{self._store.path} keeps an unfinished training on other products, judgments or "
                f"settings: go on with those, or delete it to start anew"
            )
        tensors = {name: torch.tensor(a) for name, a in snapshot.arrays(_TENSORS).items()}
        return State(tensors, snapshot.json(_VALUES))

    def misfit(self, error: Exception) -> HyperqueryError:
        """Return the error for a state whose parts do not fit the training."""
        return ModelFileError(
            f"the training kept in {self._store.path} does not fit together ({error}): delete it "
            f"to start anew"
        )

    def clear(self) -> None:
        """Delete the folder, if it holds a training.

        Raises:
            ModelFileError: If it holds something else, or cannot be deleted.
        """
        if not self._store.exists():
            return
        self._store.snapshot(verify=False)
        try:
            shutil.rmtree(self._store.path)
        except OSError as error:
            raise ModelFileError(f"cannot delete {self._store.path}: {error}") from error


def training_key(*parts: object) -> str:
    """Return what tells one training from another, and one version of the arithmetic too.

    Args:
        parts: whatever a training depends on, with a ``repr`` that says everything.
    """
    digest = hashlib.sha256(f"{torch.__version__} {np.__version__}".encode())
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()


def packed(name: str, optimizer: torch.optim.Optimizer) -> State:
    """Return an optimizer's state, the names of its tensors beginning with a name."""
    found = optimizer.state_dict()
    tensors: Tensors = {}
    values: dict[str, dict[str, Any]] = {}
    for number, entries in found["state"].items():
        values[str(number)] = {}
        for entry, value in entries.items():
            if isinstance(value, Tensor):
                tensors[f"{name}.{number}.{entry}"] = value
            else:
                values[str(number)][entry] = value
    return State(tensors, {"groups": found["param_groups"], "values": values})


def unpack(name: str, state: State, values: Mapping[str, Any], into: torch.optim.Optimizer) -> None:
    """Give an optimizer the state that :func:`packed` returned.

    Args:
        name: with which the names of its tensors begin.
        state: that holds the tensors.
        values: that were returned beside them.
        into: changed in place.
    """
    entries = {int(number): dict(known) for number, known in values["values"].items()}
    for full, tensor in part(name, state.tensors).items():
        number, _, entry = full.partition(".")
        entries[int(number)][entry] = tensor
    into.load_state_dict({"state": entries, "param_groups": values["groups"]})
    # Loading makes tensors of numbers such as the count of steps, and powers of these less exact.
    parameters = [weight for group in into.param_groups for weight in group["params"]]
    for number, known in values["values"].items():
        into.state[parameters[int(number)]].update(known)


def part(name: str, tensors: Mapping[str, Tensor]) -> Tensors:
    """Return the tensors whose names begin with a name and a dot, without these.

    Examples:
        >>> sorted(part("a", {"a.b": torch.zeros(1), "a.c.d": torch.zeros(1), "x": torch.ones(1)}))
        ['b', 'c.d']
    """
    lead = f"{name}."
    return {key.removeprefix(lead): t for key, t in tensors.items() if key.startswith(lead)}
