from __future__ import annotations

from dataclasses import replace

import torch

from hyperquery import Engine
from hyperquery.demo import CATALOG
from hyperquery.demo.build import DEMO_CONFIG


def test_training_at_full_size_gives_the_same_weights_again():
    # Large enough for every operation to use all threads, which small trainings are not.
    config = replace(DEMO_CONFIG, steps=12)
    first, again = (
        Engine.fit(CATALOG, config=config, progress=False).model.encoder.state_dict()
        for _ in range(2)
    )
    for name, value in first.items():
        assert torch.equal(value, again[name]), name
