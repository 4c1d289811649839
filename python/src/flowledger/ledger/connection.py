"""Requests to the server: who asks, how long it takes, and what its refusals are."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from flowledger.ledger import arguments
from flowledger.ledger.errors import (
    BadRequest,
    LedgerError,
    NotFound,
    Refused,
    Unavailable,
    Unreachable,
)

DEFAULT_URL = "http://127.0.0.1:8080"

_CONNECT_SECONDS = 10.0
_UNAVAILABLE = frozenset({429, 502, 503, 504})  # the server cannot now, or a proxy before it
_MESSAGE_CHARACTERS = 500


def setting(name: str) -> str | None:
    """A text of Metaflow's settings: of the environment, else of its configuration file."""
    value = _setting(name)
    return value if isinstance(value, str) and value else None


def _setting(name: str) -> Any:
    value = os.environ.get(name)
    if value:
        return value
    home = Path(os.environ.get("METAFLOW_HOME", "~/.metaflowconfig")).expanduser()
    profile = os.environ.get("METAFLOW_PROFILE")
    file = home / (f"config_{profile}.json" if profile else "config.json")
    try:
        return json.loads(file.read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError, AttributeError):
        return None


def headers_of_metaflow() -> dict[str, str]:
    """The headers that Metaflow's own client sends: ``METAFLOW_SERVICE_HEADERS`` and the key."""
    headers: dict[str, str] = {}
    given = _setting("METAFLOW_SERVICE_HEADERS")  # the file may have an object, or its text
    if isinstance(given, str):
        with suppress(ValueError):
            given = json.loads(given)
    if given not in (None, ""):
        if not isinstance(given, dict):
            raise ValueError("METAFLOW_SERVICE_HEADERS is no JSON object")
        headers.update({str(name): str(value) for name, value in given.items()})
    key = setting("METAFLOW_SERVICE_AUTH_KEY")
    if key:
        headers["x-api-key"] = key
    return headers


class Connection:
    """Keeps connections to a server alive, and counts what it has asked.

    Not for several threads at once, like the session of ``requests`` that is in it.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout: float, patience: float
    ) -> None:
        self.url = arguments.url(url)
        self.timeout = arguments.seconds("timeout", timeout, least=0.001)
        self.patience = arguments.seconds("patience", patience)
        self.requests = 0
        self._session = requests.Session()
        self._session.headers.update(arguments.headers(headers))

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def get(
        self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Asks once, and again while the server cannot answer now, within ``patience``.

        A connection that was kept, and has been closed by the server meanwhile, is made anew.

        Raises:
            LedgerError: one of its kinds, unless the answer is 200.
        """
        deadline = time.monotonic() + self.patience
        while True:
            response = self._answer(path, parameters, headers)
            if response.status_code == requests.codes.ok:
                return response
            wait = _retry_after(response)
            if response.status_code not in _UNAVAILABLE or time.monotonic() + wait > deadline:
                raise _failure(response)
            response.close()
            time.sleep(wait)

    def stream(
        self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str], silence: float
    ) -> requests.Response:
        """Opens an answer that does not end; asks once.

        Args:
            silence: seconds without a byte after which it counts as cut.
        """
        response = self._send(path, parameters, headers, silence, stream=True)
        if response.status_code != requests.codes.ok:
            raise _failure(response)
        return response

    def _answer(
        self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str] | None
    ) -> requests.Response:
        try:
            return self._send(path, parameters, headers, self.timeout, stream=False)
        except Unreachable as failure:
            if not isinstance(failure.__cause__, requests.exceptions.ConnectionError):
                raise
            # Closed while it was idle, or not there: the second time tells which.
            return self._send(path, parameters, headers, self.timeout, stream=False)

    def _send(
        self,
        path: str,
        parameters: Mapping[str, str],
        headers: Mapping[str, str] | None,
        timeout: float,
        *,
        stream: bool,
    ) -> requests.Response:
        self.requests += 1
        try:
            return self._session.get(
                self.url + path,
                params=dict(parameters),
                headers=dict(headers or {}),
                timeout=(_CONNECT_SECONDS, timeout),
                stream=stream,
            )
        except requests.exceptions.Timeout as e:
            raise Unreachable(f"the server at {self.url} does not answer in time") from e
        except requests.exceptions.SSLError as e:
            raise Unreachable(f"no TLS with {self.url}: {e}") from e
        except requests.exceptions.RequestException as e:
            raise Unreachable(
                f"no server answers at {self.url}; start one with 'flowledger serve', or name"
                " another one with METAFLOW_SERVICE_URL or url="
            ) from e


def _retry_after(response: requests.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 1.0


def _failure(response: requests.Response) -> LedgerError:
    status = response.status_code
    message = f"status {status} for {response.request.path_url}"
    try:
        told: Any = response.json()
        if isinstance(told, dict) and isinstance(told.get("message"), str):
            message = told["message"][:_MESSAGE_CHARACTERS]
    except (ValueError, requests.exceptions.RequestException):
        pass
    finally:
        response.close()
    if status == requests.codes.not_found:
        return NotFound(message, status)
    if status == requests.codes.bad_request:
        return BadRequest(message, status)
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return Refused(
            f"{message}; is METAFLOW_SERVICE_AUTH_KEY set to the key of the server?", status
        )
    if status in _UNAVAILABLE:
        return Unavailable(message, status)
    return LedgerError(message, status)
