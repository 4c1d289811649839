"""Heartbeats of a run or a task, by a process of their own.

By another process, because a step may hold the interpreter's lock for longer than a heartbeat may
be late. It is started at once and sleeps through the first interval, so that a short task sends
none (its registration counts as one), and imports nothing before it has to. It ends with the
process that has started it, whose end of a pipe it watches.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERVAL_SECONDS = 10.0

_PROGRAM = str(Path(__file__).with_name("heartbeat_process.py"))


class Heartbeat:
    """Beats from now on, until it is stopped."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        log: Mapping[str, Any] | None = None,
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        told = {
            "url": url,
            "headers": dict(headers),
            "log": log,
            "interval": interval,
            "parent": os.getpid(),
            "path": sys.path,
        }
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                [sys.executable, "-S", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                close_fds=True,
            )
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(told).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as fault:
            print(f"flowledger: there will be no heartbeats: {fault}", file=sys.stderr)
            self._process = None

    def stop(self) -> None:
        """Ends the process; it is not waited for, since it may be in a request."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                # A child that was forked meanwhile has the pipe too, so its end may be far.
                self._process.stdin.write(b"\n")
            with suppress(OSError):
                self._process.stdin.close()
            # Nobody may ask again for its exit, and it is no zombie for long: this one ends too.
            self._process.poll()
