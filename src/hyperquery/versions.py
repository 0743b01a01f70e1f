"""Which versions of hyperquery and of what it uses are installed, for bug reports."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata

_MISSING = "not installed"
_GROUPS_OF_GROUPS = ("all", "dev")


def versions() -> dict[str, dict[str, str]]:
    """Return the installed versions, by extra; nothing is imported for it.

    Returns:
        Names and versions by the extra that asks for them: ``""`` for what is always needed, first
        of all hyperquery itself, Python and the platform. What is not installed says so.

    >>> found = versions()
    >>> found[""]["hyperquery"], sorted(found)[:2]
    ('0.1.0', ['', 'bench'])
    """
    from hyperquery import __version__

    found = {
        "": {
            "hyperquery": __version__,
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        }
    }
    for requirement in _requirements():
        extra = re.search(r"extra\s*==\s*['\"]([\w.-]+)['\"]", requirement)
        group = extra[1] if extra else ""
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if group not in _GROUPS_OF_GROUPS:
            found.setdefault(group, {})[name] = _version(name)
    return found


def show_versions() -> None:
    """Print the versions of hyperquery, Python and all dependencies, installed or not.

    Paste it into a bug report.

    >>> show_versions()  # doctest: +ELLIPSIS
    hyperquery    0.1.0
    python        CPython 3...
    """
    found = versions()
    width = max(len(name) for group in found.values() for name in group)
    for extra, group in found.items():
        if extra:
            sys.stdout.write(f"\nhyperquery[{extra}]\n")
        for name, version in group.items():
            sys.stdout.write(f"{name:{width}}  {version}\n")


def _requirements() -> list[str]:
    """Return what the package asks for, as its installed metadata say; [] without them."""
    try:
        return metadata.requires("hyperquery") or []
    except metadata.PackageNotFoundError:  # a source tree on the path
        return []


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _MISSING
