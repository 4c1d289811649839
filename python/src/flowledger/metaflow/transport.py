"""Requests to the service: one pool of connections a process, repeated until they are answered."""

from __future__ import annotations

import os
import random
import ssl
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION_HEADER = "Flowledger-Version"
SERVICE_VERSION_HEADER = "METADATA_SERVICE_VERSION"
IDEMPOTENCY_KEY = "Idempotency-Key"

_CONNECTIONS = 20  # kept, as `service` does: of more at once, each is told on standard error
_TIMEOUTS = (5, 60)  # seconds until a connection is there, and until an answer goes on
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
TELL_AFTER = 5.0  # seconds of trying, before the user is told why nothing happens
_AGAIN = frozenset({429, 502, 503, 504})
# What no repetition mends, although requests calls it an error of the connection.
_FINAL_FAULTS = (
    requests.exceptions.SSLError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.TooManyRedirects,
)
# These errors of TLS are those of a connection that was cut.
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError, ConnectionError)
_SAME_METHOD = frozenset({307, 308})


class Unreachable(Exception):
    """The service has not answered for as long as anybody was willing to wait."""


class Service:
    """A metadata service by its URL, and what its answers have told of it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.reached = False
        # None until an answer has come that tells.
        self.is_flowledger: bool | None = None
        self.service_version: str | None = None

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        body: bytes | None = None,
        patience: float,
        content_type: str = "application/json",
        key: str | None = None,
    ) -> requests.Response:
        """Sends a request, again and again where nothing or "not now" is answered.

        Parameters
        ----------
        patience : float
            For how many seconds it is tried. A write that is tried twice has to have a key.

        Returns
        -------
        Response
            The answer, with whatever status. 503 is answered when the patience has ended.

        Raises
        ------
        Unreachable
            If there has been no answer.
        """
        sent = dict(headers)
        if body is not None:
            sent["Content-Type"] = content_type
        if key is not None:
            sent[IDEMPOTENCY_KEY] = key
        attempts = Patience(self.url, patience)
        while True:
            fault: Exception | None = None
            answer = None
            try:
                answer = session().request(
                    method,
                    self.url + "/" + path.lstrip("/"),
                    data=body,
                    headers=sent,
                    timeout=_TIMEOUTS,
                )
            except requests.exceptions.RequestException as refused:
                if is_final(refused):
                    raise Unreachable(f"{self.url}: {why(refused)}") from refused
                fault = refused
            if answer is not None:
                self._learn(answer)
                if answer.status_code not in _AGAIN:
                    return answer
            if not attempts.wait(fault, answer):
                if answer is not None:
                    return answer
                raise Unreachable(f"{self.url} does not answer: {why(fault)}") from fault

    def _learn(self, answer: requests.Response) -> None:
        if answer.status_code in _AGAIN:
            return  # of a proxy, perhaps
        self.reached = True
        self.service_version = answer.headers.get(SERVICE_VERSION_HEADER, self.service_version)
        if VERSION_HEADER in answer.headers:
            self.is_flowledger = True
        elif self.is_flowledger is None:
            self.is_flowledger = False


class Patience:
    """Pauses between attempts: longer ones each time, never twice the same, up to a deadline."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._began = time.monotonic()
        self._deadline = self._began + seconds
        self._pause = _FIRST_PAUSE
        self._told = False

    def wait(self, fault: Exception | None, answer: requests.Response | None = None) -> bool:
        """Pauses as long as the answer asks for; False where the deadline would be passed."""
        pause = random.uniform(self._pause / 2, self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if answer is not None:
            pause = max(pause, retry_after(answer))
        now = time.monotonic()
        if now + pause > self._deadline:
            return False
        if not self._told and now - self._began > TELL_AFTER:
            self._told = True
            tell(self._url, _answered(answer), self._deadline - now, fault)
        time.sleep(pause)
        return True


def _answered(answer: requests.Response | None) -> str:
    if answer is None:
        return "does not answer"
    # Of a bulk request, the rest of the answer or of the work is missing.
    return "answers in part only" if answer.ok else f"answers {answer.status_code}"


def tell(whom: str, what: str, seconds: float, fault: BaseException | None = None) -> None:
    """Tells the user why nothing happens, and for how many seconds more it is tried."""
    print(
        f"flowledger: {whom} {what}, trying again for up to {int(seconds)} s"
        + (f" ({why(fault)})" if fault is not None else ""),
        file=sys.stderr,
        flush=True,
    )


def is_final(fault: requests.exceptions.RequestException) -> bool:
    """Whether no repetition mends it."""
    return isinstance(fault, _FINAL_FAULTS) and not any(
        isinstance(cause, _CUT) for cause in _causes(fault)
    )


def why(fault: BaseException | None) -> str:
    """The cause of a failed request in a few words."""
    told = (each.strerror for each in _causes(fault) if isinstance(each, OSError))
    return next(filter(None, told), str(fault))


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """A fault and what it was made of: requests wraps many times."""
    seen = fault
    while isinstance(seen, BaseException):
        yield seen
        inner = next((each for each in seen.args if isinstance(each, BaseException)), None)
        seen = inner or getattr(seen, "reason", None) or seen.__cause__ or seen.__context__


def retry_after(answer: requests.Response) -> float:
    """Seconds that an answer asks to wait, 30 at most."""
    try:
        return min(max(float(answer.headers.get("Retry-After", 0)), 0), 30)
    except ValueError:
        return 0


def new_key() -> str:
    return uuid.uuid4().hex


class _Session(requests.Session):
    """Follows redirects, but those that make a GET of a write, as http to https often does."""

    def rebuild_method(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        if prepared_request.method != "GET" and response.status_code not in _SAME_METHOD:
            raise requests.exceptions.InvalidURL(
                f"it redirects to {response.headers['Location']}, which writes cannot follow:"
                " METAFLOW_SERVICE_URL is to name where that leads"
            )
        super().rebuild_method(prepared_request, response)


class _Process:
    """What belongs to this process, and is never shared with one that it forks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.session: requests.Session | None = None
        self.services: dict[str, Service] = {}


_process = _Process()


def session() -> requests.Session:
    with _process.lock:
        if _process.session is None:
            _process.session = _Session()
            adapter = HTTPAdapter(
                pool_connections=_CONNECTIONS, pool_maxsize=_CONNECTIONS, max_retries=0
            )
            _process.session.mount("http://", adapter)
            _process.session.mount("https://", adapter)
        return _process.session


def service(url: str) -> Service:
    """The service of a URL, always the same one of a process."""
    url = url.rstrip("/")
    with _process.lock:
        return _process.services.setdefault(url, Service(url))


def _forked() -> None:
    global _process  # noqa: PLW0603
    known = _process.services
    _process = _Process()
    _process.services = known


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def json_or_none(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
