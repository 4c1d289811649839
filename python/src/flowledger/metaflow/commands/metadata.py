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
    click.echo(provider_line(default_provider()))


def default_provider() -> str:
    """The provider that is configured, as ``type@place``; says clearly where there is no such."""
    from metaflow.client import get_metadata  # noqa: PLC0415
    from metaflow.metaflow_config import DEFAULT_METADATA  # noqa: PLC0415
    from metaflow.plugins import METADATA_PROVIDERS  # noqa: PLC0415

    known = sorted(provider.TYPE for provider in METADATA_PROVIDERS)
    if DEFAULT_METADATA not in known:
        raise click.ClickException(
            f"METAFLOW_DEFAULT_METADATA (or METAFLOW_METADATA) is {DEFAULT_METADATA},"
            f" which is none of {', '.join(known)}"
        )
    return get_metadata()


def provider_line(description: str) -> str:
    """A sentence about a provider that describes itself as ``type@place``."""
    kind, _, place = description.partition("@")
    if kind == "local":
        return "Using metadata provider: local"
    if place in ("", "None"):
        return f"Using metadata provider: {kind} (METAFLOW_SERVICE_URL is not set)"
    return f"Using metadata provider: {kind} ({place.rstrip('/')})"
