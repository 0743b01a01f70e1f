"""Text of taxonomy files, plain or compressed."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path

from hyperquery.hierarchy.errors import TaxonomyError


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the UTF-8 text of a file, unpacked if its name ends in .gz.

    Raises:
        TaxonomyError: If there is no such file, or it is not UTF-8 text.
    """
    file = Path(path)
    if not file.is_file():
        raise TaxonomyError(f"there is no taxonomy file {file}")
    try:
        data = file.read_bytes()
        if file.suffix.lower() == ".gz":
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{file.name} is not UTF-8 text: {error.reason}; convert it") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TaxonomyError(f"cannot read {file}: {error}") from error


def lines_of(text: str) -> list[tuple[int, str]]:
    r"""Return the lines that say something with their numbers: not blank, not comments (``#``).

    Lines end at ``\n`` alone: names may hold the rarer line separators of Unicode.
    """
    rows = enumerate(text.split("\n"), start=1)
    return [
        (number, line.rstrip("\r"))
        for number, line in rows
        if line.strip() and not line.lstrip().startswith("#")
    ]
