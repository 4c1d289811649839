"""Takes the code along to where tasks run.

Metaflow packages the files of an extension below ``metaflow_extensions``, and nothing else of its
distribution. So that a task in a container needs no Flowledger installed, with its server and its
Java, the Python modules that it needs, and ``Ledger``, go with them, below
``metaflow_extensions/flowledger/code``.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from metaflow import extension_support

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = Path(__file__).parent
_MARK = "flowledger/toplevel/flowledger_toplevel.py"
_TO = "metaflow_extensions/flowledger/code/flowledger"


def ship() -> None:
    """Adds the code to what is packaged of the extension."""
    packaged = extension_support.package_mfext_package

    @functools.wraps(packaged)
    def package(name: str) -> Iterator[tuple[str, str]]:
        yield from packaged(name)
        known = extension_support._all_packages.get(name) or {}
        if _MARK in (known.get("files") or ()):
            yield from _code()

    extension_support.package_mfext_package = package


def _code() -> Iterator[tuple[str, str]]:
    root = _CODE.parent
    modules = sorted((*_CODE.rglob("*.py"), *(root / "ledger").rglob("*.py")))
    for path in [root / "__init__.py", *modules]:
        yield str(path), f"{_TO}/{path.relative_to(root).as_posix()}"
