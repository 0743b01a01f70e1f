from __future__ import annotations

import hashlib

import pytest

from hyperquery.storage.checksums import CHUNK, checksums, content_digest


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_chunks_are_hashed_one_by_one(size):
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    starts = range(0, max(size, 1), CHUNK)
    expected = tuple(hashlib.sha256(data[start : start + CHUNK]).hexdigest() for start in starts)
    other, found = checksums([memoryview(b"tea"), memoryview(data)])
    assert found == expected
    assert other == (hashlib.sha256(b"tea").hexdigest(),)


def test_nothing_has_no_checksums():
    assert checksums([]) == []


def test_a_digest_of_the_whole_depends_on_every_chunk():
    one, two = "0" * 64, "1" * 64
    assert content_digest([one]) == one
    assert len({content_digest(chunks) for chunks in ([one, two], [two, one], [one, one])}) == 3
