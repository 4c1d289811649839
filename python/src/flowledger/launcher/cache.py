"""The folder of the user for what can be made again."""

import os
import stat
from pathlib import Path

from platformdirs import user_cache_path


def folder(name: str) -> "Path | None":
    """A folder of that name in the cache of Flowledger, made where it is missing.

    What is in it runs as part of the program, so it has to be the user's own: no folder, and no
    fault, where it cannot be made, or others can write into it.
    """
    try:
        cache = user_cache_path("flowledger", appauthor=False)
        if not cache.is_absolute():  # without a home
            return None
        path = cache / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if _is_own(path) and os.access(path, os.W_OK) else None
    except (OSError, RuntimeError):
        return None


def _is_own(path: Path) -> bool:
    if os.name == "nt":
        return True
    status = path.stat()
    others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return status.st_uid == os.geteuid() and not others
