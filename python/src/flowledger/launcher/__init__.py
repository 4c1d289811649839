"""Finds a Java, and runs the program with it as the launcher of a clone does."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

__all__ = ["main"]

_FAILED = 1
_CLONE = 4  # folders above the one of the program


def main() -> NoReturn:
    """Runs the command line of Flowledger with the arguments of this process."""
    # Until the JVM is there, Ctrl-C ends this process as it would any other: without a word.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Python ignores these, and what it executes would inherit that.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)

    from flowledger.launcher import run  # noqa: PLC0415 # from here on Ctrl-C is right
    from flowledger.launcher.java import NoJavaError  # noqa: PLC0415
    from flowledger.launcher.program import BUNDLED, NoProgramError  # noqa: PLC0415

    try:
        if not BUNDLED.is_dir():
            _run_clone(BUNDLED.parents)
        run.run(sys.argv[1:])
    except (NoJavaError, NoProgramError, OSError) as e:
        if sys.stderr is not None:
            print(f"flowledger: {e}", file=sys.stderr)
        sys.exit(_FAILED)


def _run_clone(folders: Sequence[Path]) -> None:
    """Of an editable installation: the clone has a launcher, which builds the program."""
    if len(folders) > _CLONE and (folders[_CLONE] / "deploy" / "pom.xml").is_file():
        os.execv(folders[_CLONE] / "flowledger", ["flowledger", *sys.argv[1:]])
