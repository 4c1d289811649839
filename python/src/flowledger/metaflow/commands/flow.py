"""``python flow.py flowledger log|status|diff``.

Metaflow imports this with itself, so what only the commands need is imported by them.
"""

from __future__ import annotations

from typing import Any

from metaflow._vendor import click


@click.group()
def cli() -> None:
    pass


@cli.group(help="Asks Flowledger about runs of this flow.")
def flowledger() -> None:
    pass


@flowledger.command(help="Shows what has happened in a RUN, by default in the latest.")
@click.argument("run", required=False)
@click.pass_obj
def log(obj: Any, run: str | None) -> None:
    from flowledger.metaflow.commands import story  # noqa: PLC0415

    story.show_log(obj, run)


@flowledger.command(help="Shows where a RUN stands, by default the latest.")
@click.argument("run", required=False)
@click.pass_obj
def status(obj: Any, run: str | None) -> None:
    from flowledger.metaflow.commands import story  # noqa: PLC0415

    story.show_status(obj, run)


@flowledger.command(
    help="Shows what has changed in a RUN since it was registered, or from RUN to OTHER."
)
@click.argument("run", required=False)
@click.argument("other", required=False)
@click.pass_obj
def diff(obj: Any, run: str | None, other: str | None) -> None:
    from flowledger.metaflow.commands import story  # noqa: PLC0415

    story.show_diff(obj, run, other)
