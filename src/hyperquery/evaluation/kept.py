"""Measurements kept in a file, so that an interrupted run goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Kept:
    """What was measured before with the same settings, in a file that is replaced at every change.

    Several runs may keep to one file, one after the other or side by side: each adds to what the
    file holds at that moment.

    Args:
        path: the file; made when first needed.
        settings: that all measurements depend on; what was kept with others is not found.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     kept = Kept(Path(folder) / "runs.json", {"steps": 400})
        ...     kept.put("dot, seed 0", {"AP": [0.5]})
        ...     kept.get("dot, seed 0"), Kept(kept.path, {"steps": 20}).get("dot, seed 0")
        ({'AP': [0.5]}, None)
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        self._settings = json.loads(json.dumps(settings))

    def get(self, name: str) -> Any:
        """Return what was kept under a name with these settings; None if nothing was."""
        known = self._read().get(name)
        return known["value"] if known and known["settings"] == self._settings else None

    def put(self, name: str, value: Any) -> None:
        """Keep a value under a name, in place of another."""
        found = self._read()
        found[name] = {"settings": self._settings, "value": value}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps(found) + "\n")
        beside.replace(self.path)

    def _read(self) -> dict[str, Any]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}
