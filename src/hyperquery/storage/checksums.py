"""SHA-256 of data in chunks, so that several cores share the work."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

CHUNK = 16 * 2**20
"""Bytes of a file that one checksum covers; the last chunk may be shorter."""


def count_chunks(size: int) -> int:
    """Return how many checksums data of ``size`` bytes has; empty data has one.

    >>> count_chunks(0), count_chunks(CHUNK), count_chunks(CHUNK + 1)
    (1, 1, 2)
    """
    return max(1, -(-size // CHUNK))


def checksums(contents: Sequence[memoryview]) -> list[tuple[str, ...]]:
    """Return the checksums of the chunks of each of several contents, in hexadecimal.

    hashlib lets go of the interpreter lock, so threads are enough to use every core.

    >>> [chunks] = checksums([memoryview(b"tea")])
    >>> chunks[0][:12]
    'a9f74d1ec36e'
    """
    counts = [count_chunks(len(content)) for content in contents]
    chunks = [
        content[CHUNK * index : CHUNK * (index + 1)]
        for content, count in zip(contents, counts, strict=True)
        for index in range(count)
    ]
    digests = iter(_digests(chunks))
    return [tuple(next(digests) for _ in range(count)) for count in counts]


def content_digest(chunks: Sequence[str]) -> str:
    """Return one digest for a whole content: its only checksum, or that of all its checksums."""
    if len(chunks) == 1:
        return chunks[0]
    return hashlib.sha256("".join(chunks).encode()).hexdigest()


def _digests(chunks: Sequence[memoryview]) -> list[str]:
    workers = min(os.cpu_count() or 1, len(chunks))
    if workers < 2 or sum(map(len, chunks)) < CHUNK // 4:  # starting threads would take longer
        return [_digest(chunk) for chunk in chunks]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(_digest, chunks))


def _digest(chunk: memoryview) -> str:
    return hashlib.sha256(chunk).hexdigest()
