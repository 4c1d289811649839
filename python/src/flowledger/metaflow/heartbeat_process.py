"""Sends heartbeats until its input says more, or ends; a program, started by ``heartbeats``.

It knows of its task by the line that it is given: where to post, or what to produce to the log.
"""

from __future__ import annotations

import json
import os
import select
import site
import sys
import time
from io import FileIO

_TIMEOUT_SECONDS = 10


def main() -> None:
    with open(0, "rb", buffering=0) as starter:  # a buffer would hide from `select` what is in it
        told = json.loads(starter.readline())
        _beat_until(starter, told)


def _beat_until(starter: FileIO, told: dict) -> None:
    interval = told["interval"]
    beat = None
    wait = interval
    while not _ended(starter, wait, told["parent"]):
        began = time.monotonic()
        try:
            if beat is None:
                sys.path[:] = told["path"]
                site.main()  # as any Python begins: certificates of a company come this way
                beat = _produced(told) if told["log"] else _posted(told)
            wait = beat() or interval
        except Exception:
            # A heartbeat that is lost says less than the next one; nobody reads this output.
            wait = interval
        wait = max(wait - (time.monotonic() - began), 0.1)


def _ended(starter: FileIO, seconds: float, parent: int) -> bool:
    """Waits; whether whoever has started this has said so, has closed the pipe, or is gone."""
    readable, _, _ = select.select([starter], [], [], seconds)
    return bool(readable) or os.getppid() != parent


def _posted(told: dict) -> object:
    """Sends heartbeats to the service, which answers in how many seconds it wants the next."""
    import requests  # noqa: PLC0415

    session = requests.Session()

    def beat() -> float | None:
        answer = session.post(
            told["url"], data="{}", headers=told["headers"], timeout=_TIMEOUT_SECONDS
        )
        if answer.status_code == 200:
            # The service answers a text of JSON that is JSON.
            return float(json.loads(answer.json())["wait_time_in_seconds"])
        return None

    return beat


def _produced(told: dict) -> object:
    """Produces heartbeats to the log."""
    from flowledger.metaflow.log import heartbeat_of  # noqa: PLC0415

    return heartbeat_of(told["log"])


if __name__ == "__main__":
    main()
