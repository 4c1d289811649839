"""What Flowledger's own endpoints answer to the commands."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from metaflow._vendor import click
from metaflow.metaflow_config import SERVICE_HEADERS

from flowledger.metaflow import transport

_PATIENCE = 3.0


class NotFound(Exception):
    """There is no such object."""


class LedgerApi:
    """The service of a provider, if it is Flowledger."""

    def __init__(self, service: transport.Service) -> None:
        self._service = service

    @property
    def url(self) -> str:
        return self._service.url

    def get(self, *names: Any, **query: Any) -> Any:
        """An answer to a read; the names of the path are quoted."""
        return self._read("/".join(quote(str(name), safe="") for name in names), query).json()

    def pages(self, *names: Any, **query: Any) -> Any:
        """All rows of a listing, page by page."""
        path = "/".join(quote(str(name), safe="") for name in names)
        while True:
            answer = self._read(path, query)
            yield from answer.json()
            cursor = answer.headers.get("X-Next-Cursor")
            if not cursor:
                return
            query = {**query, "_cursor": cursor}

    def _read(self, path: str, query: dict[str, Any]) -> Any:
        if query:
            path += "?" + urlencode({name: value for name, value in query.items() if value})
        try:
            answer = self._service.request("GET", path, SERVICE_HEADERS, patience=_PATIENCE)
        except transport.Unreachable as fault:
            raise click.ClickException(f"{fault}. Is METAFLOW_SERVICE_URL right?") from None
        if answer.status_code == 404:
            raise NotFound(_message(answer))
        if answer.status_code >= 300:
            raise click.ClickException(f"{self.url}: {answer.status_code}: {_message(answer)}")
        return answer


def ledger_api(description: str) -> LedgerApi | None:
    """The API behind a provider that describes itself as ``type@place``; None if it has none."""
    kind, _, url = description.partition("@")
    if kind not in ("service", "flowledger"):
        return None
    if url in ("", "None"):
        raise click.ClickException(
            f"the metadata provider is {kind}, and METAFLOW_SERVICE_URL is not set"
        )
    service = transport.service(url)
    if not service.reached:
        try:
            service.request("GET", "ping", SERVICE_HEADERS, patience=_PATIENCE)
        except transport.Unreachable as fault:
            raise click.ClickException(f"{fault}. Is METAFLOW_SERVICE_URL right?") from None
    return LedgerApi(service) if service.is_flowledger else None


def _message(answer: Any) -> str:
    body = transport.json_or_none(answer)
    return body.get("message", answer.text) if isinstance(body, dict) else answer.text
