"""Compiled loops give the same bits in the process that compiles them and in later ones."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import hashlib
import numpy as np
from hyperquery.anthem import kernels

rng = np.random.default_rng(0)
numbers = lambda *shape: rng.normal(size=shape).astype(np.float32)
lower, counts = numbers(5, 7, 8), np.array([7, 3, 5, 7, 1])
digest = hashlib.sha256()
for array in kernels.weighted_meets_gradients(
    lower, lower + 1, numbers(5, 7, 7), counts, numbers(2, 5, 8)
):
    digest.update(array.tobytes())
faces = [numbers(11, 8) for _ in range(4)]
times = numbers(37)
digest.update(kernels.energies(numbers(37, 8), times, *faces, np.float32(0.25)).tobytes())
print(digest.hexdigest())
"""


def test_the_process_that_compiles_computes_as_later_ones(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    compiling, later = (
        subprocess.check_output([sys.executable, "-c", PROGRAM], env=environment, text=True)
        for _ in range(2)
    )
    assert compiling == later
    assert any(tmp_path.rglob("*.nbc"))
