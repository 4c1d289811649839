"""What Metaflow may be told of."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version


def loads(module: str) -> bool:
    """Whether a module can be imported.

    Metaflow drops the extensions of everybody when a registered one cannot be imported, or does
    not start. So what does not load (with a version of Metaflow that nobody has seen yet) is told
    and not registered.
    """
    try:
        importlib.import_module(module)
    except Exception as fault:
        print(f"flowledger: {module} is left out: {type(fault).__name__}: {fault}", file=sys.stderr)
        return False
    return True


def own_version() -> str:
    """The version of what is installed; ``0`` where the code package has brought it."""
    try:
        return version("flowledger")
    except PackageNotFoundError:
        return "0"
