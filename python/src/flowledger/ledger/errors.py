"""What can go wrong between a :class:`~flowledger.ledger.Ledger` and its server."""

from __future__ import annotations


class LedgerError(Exception):
    """The server did not give what was asked for; the message says why.

    ``status`` is the HTTP status of its answer, or ``None`` where there was no answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class NotFound(LedgerError):
    """What was asked for is not registered (404)."""


class BadRequest(LedgerError):
    """The server says that the question cannot be (400), for example an unknown moment."""


class Refused(LedgerError):
    """The server does not answer whoever asks (401 or 403)."""


class Unavailable(LedgerError):
    """The server cannot answer now: it was asked again for as long as ``patience`` allows."""


class Unreachable(LedgerError):
    """No server answers at the URL, or the connection was cut."""
