"""Opening the engine that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperquery.engine import Engine


def opened(folder: Path | None) -> Engine:
    """Return a saved engine, or the bundled one.

    Only sizes and small files are checked; ``hyperquery info`` compares every checksum.

    Raises:
        ModelFileError: If it cannot be loaded.
    """
    from hyperquery.engine import load_engine

    return load_engine(folder_of(folder), verify=False)


def folder_of(folder: Path | None) -> Path:
    """Return a folder, or that of the bundled engine."""
    from hyperquery.demo import ENGINE

    return ENGINE if folder is None else folder
