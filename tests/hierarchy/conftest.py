"""A few synsets in WordNet's own format."""

from __future__ import annotations

from pathlib import Path

import pytest

SYNSETS = """\
  1 This software and database is being provided to you, the LICENSEE, under a licence
00001740 03 n 01 entity 0 002 ~ 00015388 n 0000 ~ 00033020 n 0000 | that which exists
00015388 05 n 02 animal 0 animate_being 0 002 @ 00001740 n 0000 ~ 02084071 n 0000 | a living thing
00033020 03 n 01 pet 0 002 @ 00001740 n 0000 ~ 02084071 n 0000 | kept at home
02084071 05 n 02 dog 0 domestic_dog 0 003 @ 00015388 n 0000 @ 00033020 n 0000 + 01322508 v 0105 | \
barks
09999999 18 n 01 Lassie 0 001 @i 02084071 n 0000 | a famous | collie
"""


@pytest.fixture
def wordnet_folder(tmp_path: Path) -> Path:
    """A folder with a ``data.noun`` of five synsets, one of them with two hypernyms."""
    (tmp_path / "data.noun").write_text(SYNSETS)
    return tmp_path
