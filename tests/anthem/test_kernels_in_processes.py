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
digest = hashlib.sha256()
for d in (8, 50, 64):
    faces = [numbers(11, d) for _ in range(4)]
    pairs = numbers(37, d), np.abs(numbers(37)), *faces, np.float32(0.25)
    lower, counts = numbers(5, 7, d), np.array([7, 3, 5, 7, 1])
    meets = lower, lower + 1, numbers(5, 7, 7), counts
    for array in (
        kernels.energies(*pairs),
        kernels.energies_to_faces(*pairs, numbers(11, 37)),
        *kernels.energies_to_points(*pairs, numbers(11, 37)),
        kernels.weighted_meets(*meets),
        *kernels.weighted_meets_gradients(*meets, numbers(2, 5, d)),
    ):
        digest.update(array.tobytes())
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
