"""``metaflow metadata get``."""

from __future__ import annotations

from metaflow._vendor import click


@click.group()
def cli() -> None:
    pass


@cli.group(help="Shows the metadata provider.")
def metadata() -> None:
    pass


@metadata.command(help="Shows which metadata provider is used, and where it is.")
def get() -> None:
    from metaflow.client import get_metadata  # noqa: PLC0415

    click.echo(provider_line(get_metadata()))


def provider_line(description: str) -> str:
    """A sentence about a provider that describes itself as ``type@place``."""
    kind, _, place = description.partition("@")
    if kind == "local":
        return "Using metadata provider: local"
    if place in ("", "None"):
        return f"Using metadata provider: {kind} (METAFLOW_SERVICE_URL is not set)"
    return f"Using metadata provider: {kind} ({place.rstrip('/')})"
