"""What questions may be asked with: each refusal names the argument, and says what it may be."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

STATUSES = ("running", "completed", "failed")
VERDICTS = ("applied", "superseded", "rejected")
OPERATORS = ("eq", "sw", "co", "li", "re")
TYPES = (
    "FlowRegistered",
    "RunRegistered",
    "StepRegistered",
    "TaskRegistered",
    "MetadataRecorded",
    "ArtifactsRecorded",
    "RunTagsMutated",
)

_KINDS = ("flows", "runs", "steps", "tasks", "artifacts")
_POSITION = re.compile(r"\d+@\d+", re.ASCII)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"([!-~\x80-\xff][\t -~\x80-\xff]*)?")


def path_of(pathspec: str, least: int, most: int) -> str:
    """The path of a pathspec with so many parts.

    Raises:
        TypeError, ValueError: where it is none.
    """
    parts = text("a pathspec", pathspec).split("/")
    if not least <= len(parts) <= most or not all(parts) or "." in parts or ".." in parts:
        example = ["Flow", "run", "step", "task"]
        wanted = sorted({"/".join(example[:least]), "/".join(example[:most])})
        raise ValueError(f"{pathspec!r} is no pathspec such as {' or '.join(wanted)}")
    return "".join(f"/{kind}/{quote(part, safe='')}" for kind, part in zip(_KINDS, parts))


def is_position(value: Any) -> bool:
    """Whether it is a position of the log, such as ``2@31``."""
    return isinstance(value, str) and _POSITION.fullmatch(value) is not None


def text(name: str, value: Any) -> str:
    """The value, which is a text.

    Raises:
        TypeError: where it is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text, and not {value!r}")
    return value


def texts(name: str, value: str | Iterable[str]) -> list[str]:
    """One text, or several.

    Raises:
        TypeError: where it is neither.
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} is a text or several, and not {value!r}")
    return [text(f"each of {name}", one) for one in value]


def given(**values: str | None) -> dict[str, str]:
    """Those that are not ``None``.

    Raises:
        TypeError: where one is no text.
    """
    return {name: text(name, value) for name, value in values.items() if value is not None}


def some_of(name: str, value: str | None, known: tuple[str, ...]) -> str | None:
    """The value, which is some of those, with commas between. The server finds nothing of others.

    Raises:
        TypeError, ValueError: where it has another.
    """
    if value is not None:
        for one in text(name, value).split(","):
            if one not in known:
                raise ValueError(f"{name} {one!r} is none of {', '.join(known)}")
    return value


def limit(value: int | None) -> int | None:
    """How many rows at most; ``None`` for all.

    Raises:
        TypeError, ValueError: where it is no number from 1 on.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"limit is a whole number, and not {value!r}")
    if value < 1:
        raise ValueError(f"limit must be at least 1, not {value}")
    return value


def seconds(name: str, value: float, *, least: float = 0.0) -> float:
    """A length of time.

    Raises:
        TypeError, ValueError: where it is none, or is shorter than ``least``.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} is a number of seconds, and not {value!r}")
    if not least <= value <= threading.TIMEOUT_MAX:
        raise ValueError(f"{name} must be at least {least:g} seconds, and not for ever: {value}")
    return value


def url(value: str) -> str:
    """The URL of a server, without a slash at its end.

    Raises:
        TypeError, ValueError: where it is none.
    """
    try:
        parts = urlsplit(text("url", value))
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or "?" in value or "#" in value:
        raise ValueError(
            f"url (or METAFLOW_SERVICE_URL) {value!r} is none such as http://127.0.0.1:8080"
        )
    return value.rstrip("/")


def headers(values: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names. What is refused is not shown: it may be a password.

    Raises:
        TypeError, ValueError: where they are none that HTTP can send.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"headers are texts by their names, and not a {type(values).__name__}")
    for name, value in values.items():
        if not isinstance(value, str):
            raise TypeError(f"header {name!r} is a text, and not a {type(value).__name__}")
        if not _HEADER_NAME.fullmatch(text("the name of a header", name)):
            raise ValueError(f"{name!r} cannot be the name of a header")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"header {name!r} has characters that HTTP cannot send")
    return dict(values)
