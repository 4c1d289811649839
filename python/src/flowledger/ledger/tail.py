"""Events as they come: server-sent events, through cuts of the connection."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

from flowledger.ledger.errors import Unavailable, Unreachable
from flowledger.ledger.models import Event

# The server sends a comment every 15 s where nothing happens.
SILENCE_SECONDS = 45.0

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_PIECE = 1 << 16


def follow(
    open_at: Callable[[str | None], requests.Response], after: str | None, patience: float | None
) -> Iterator[Event]:
    """Yields events until it is closed; goes on behind the last one after a cut.

    Args:
        open_at: opens the answer behind a position, or from now on.
        after: position to begin behind.
        patience: seconds without a server after which it gives up; ``None``: never.
    """
    pause = _FIRST_PAUSE
    gone_since: float | None = None
    while True:
        try:
            with open_at(after) as response:
                pause, gone_since = _FIRST_PAUSE, None
                for event in _events(response):
                    yield event
                    after = event.position
        except (Unreachable, Unavailable) as failure:
            now = time.monotonic()
            gone_since = now if gone_since is None else gone_since
            if patience is not None and now - gone_since + pause > patience:
                raise failure
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            continue
        except requests.exceptions.RequestException:
            pass  # cut while it was read
        time.sleep(_FIRST_PAUSE)


def _events(response: requests.Response) -> Iterator[Event]:
    """Whole events; one that was cut off in its middle comes again after the next opening."""
    data: list[str] = []
    for line in _lines(response):
        if line.startswith("data:"):
            data.append(line[5:].lstrip(" "))
        elif not line and data:
            row: Any = json.loads("\n".join(data))
            data = []
            yield Event.of(row)


def _lines(response: requests.Response) -> Iterator[str]:
    rest = b""
    for piece in response.iter_content(_PIECE):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r").decode("utf-8")
