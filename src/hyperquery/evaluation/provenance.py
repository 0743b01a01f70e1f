"""Where figures come from: the day, the machine and the versions, to be kept beside them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_CPU_INFO = Path("/proc/cpuinfo")


def provenance(packages: Iterable[str]) -> dict[str, Any]:
    """Return when, on what and with which versions something is measured, as plain values.

    Args:
        packages: names of distributions; one that is not installed has the version None.

    Examples:
        >>> found = provenance(["hyperquery", "no-such-package"])
        >>> sorted(found), found["versions"]["no-such-package"]
        (['date', 'machine', 'versions'], None)
    """
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cpu": _cpu(), "cores": os.cpu_count(), "system": platform.platform()},
        "versions": {"python": platform.python_version(), **{p: _version(p) for p in packages}},
    }


def _cpu() -> str:
    """Return the processor's name, which Python itself does not tell on Linux."""
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
